#include "burin/ops/Scans.h"
#include "lib/api/ops/OpCall.h"

namespace burin {

using namespace detail;

/// Of the elements of `x` as `dtype`.
static Tensor scan(std::string_view op, const Operand &x, DType dtype, int axis, const ScanOptions &options) {
  const OpCall call(op, x.location());
  const std::int64_t checked = call.axis(axis, call.tensor(x)); // whose error names x as it came
  return call.apply(
      op, call.tensor(x, dtype),
      {{"axis", checked}, {"reverse", options.reverse}, {"exclusive", options.exclusive}, {"include_initial", options.include_initial}});
}

Tensor cumulative_sum(const Operand &x, int axis, const ScanOptions &options) {
  return scan("cumulative_sum", x, counted_dtype(x.dtype()), axis, options);
}
Tensor cumulative_prod(const Operand &x, int axis, const ScanOptions &options) {
  return scan("cumulative_prod", x, counted_dtype(x.dtype()), axis, options);
}
Tensor cumulative_max(const Operand &x, int axis, const ScanOptions &options) {
  const Tensor result = scan("cumulative_max", x, ordered_dtype(x.dtype()), axis, options);
  return OpCall("cumulative_max", x.location()).tensor({result, x.location()}, x.dtype());
}

} // namespace burin
