#include "burin/ops/Fourier.h"
#include "lib/api/ops/Deferred.h"
#include "lib/api/ops/OpCall.h"

namespace burin {

using namespace detail;

static Tensor transform_operand(const OpCall &call, const Operand &x) {
  if (is_integer(x.dtype())) return call.tensor(x, DType::F64);
  const bool is_half = x.dtype() == DType::F16 || x.dtype() == DType::BF16;
  return is_half ? call.tensor(x, DType::F32) : call.tensor(x);
}

/// As the dialect counts: none, by n, by its root.
static std::int64_t scale_of(FftNorm norm, bool inverse) {
  if (norm == FftNorm::Ortho) return 2;
  return (norm == FftNorm::Backward) == inverse ? 1 : 0;
}

static Tensor complex_transform(std::string_view label, const Operand &x, const FftOptions &options, bool inverse) {
  const OpCall call(label, x.location());
  const Tensor values = transform_operand(call, x);
  const std::int64_t axis = call.axis(options.axis, values);
  return call.apply("fft", values,
                    {{"axis", axis},
                     {"n", options.n.value_or(values.shape()[static_cast<int>(axis)])},
                     {"inverse", inverse},
                     {"scale", scale_of(options.norm, inverse)}});
}

Tensor fft(const Operand &x, const FftOptions &options) {
  if (any_dynamic(x)) return deferred<"fft">(x.location(), [](const auto &...all) { return fft(all...); }, x, options);
  return complex_transform("fft", x, options, false);
}
Tensor ifft(const Operand &x, const FftOptions &options) {
  if (any_dynamic(x)) return deferred<"ifft">(x.location(), [](const auto &...all) { return ifft(all...); }, x, options);
  return complex_transform("ifft", x, options, true);
}

Tensor rfft(const Operand &x, const FftOptions &options) {
  if (any_dynamic(x)) return deferred<"rfft">(x.location(), [](const auto &...all) { return rfft(all...); }, x, options);
  const OpCall call("rfft", x.location());
  const Tensor values = transform_operand(call, x);
  const std::int64_t axis = call.axis(options.axis, values);
  return call.apply(
      "rfft", values,
      {{"axis", axis}, {"n", options.n.value_or(values.shape()[static_cast<int>(axis)])}, {"scale", scale_of(options.norm, false)}});
}

Tensor irfft(const Operand &x, const FftOptions &options) {
  if (any_dynamic(x)) return deferred<"irfft">(x.location(), [](const auto &...all) { return irfft(all...); }, x, options);
  const OpCall call("irfft", x.location());
  const Tensor values = call.tensor(x);
  const std::int64_t axis = call.axis(options.axis, values);
  return call.apply("irfft", values,
                    {{"axis", axis},
                     {"n", options.n.value_or(2 * (values.shape()[static_cast<int>(axis)] - 1))},
                     {"scale", scale_of(options.norm, true)}});
}

} // namespace burin
