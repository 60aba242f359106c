#include "burin/Ops.h"
#include "lib/api/Errors.h"
#include "lib/api/TensorImpl.h"
#include "lib/api/ops/OpCall.h"
#include <cstring>

namespace burin {

using namespace detail;

/// Eagerly there is nothing to compile: the memory is filled.
static Tensor filled(const OpCall &call, const Shape &shape, const Tensor &scalar) {
  const Tensor result = uninitialised(scalar.dtype(), shape, call.label(), call.location());
  const std::size_t size = byte_size(scalar.dtype());
  auto *bytes = static_cast<char *>(result.impl()->data);
  const std::int64_t count = shape.element_count();
  for (std::int64_t i = 0; i < count; ++i, bytes += size) std::memcpy(bytes, scalar.impl()->data, size);
  return result;
}

static Tensor repeated(const OpCall &call, const Shape &shape, const Tensor &value) {
  if (!current_trace() && !is_symbolic(value) && value.rank() == 0) return filled(call, shape, value);
  return call.apply("broadcast_to", value, {{"shape", std::vector<std::int64_t>(shape.begin(), shape.end())}});
}

Tensor full(const Shape &shape, const Operand &value, std::optional<DType> dtype) {
  const OpCall call("full", value.location());
  return repeated(call, shape, dtype ? call.tensor(value, *dtype) : call.tensor(value));
}

Tensor zeros(const Shape &shape, DType dtype, std::source_location location) {
  const OpCall call("zeros", location);
  return repeated(call, shape, call.tensor(dtype == DType::Bool ? Operand(false, location) : Operand(0, location), dtype));
}

Tensor ones(const Shape &shape, DType dtype, std::source_location location) {
  const OpCall call("ones", location);
  return repeated(call, shape, call.tensor(dtype == DType::Bool ? Operand(true, location) : Operand(1, location), dtype));
}

Tensor iota(const Shape &shape, int axis, DType dtype, std::source_location location) {
  const int rank = shape.rank();
  if (axis < -rank || axis >= rank)
    throw_error<IndexError>("iota", location, "axis ", axis, " is out of range for shape ", shape.to_string(), " with rank ", rank);
  return OpCall("iota", location).iota(shape, axis < 0 ? axis + rank : axis, dtype);
}

Tensor arange(std::int64_t stop, DType dtype, std::source_location location) { return arange(0, stop, 1, dtype, location); }

Tensor arange(std::int64_t start, std::int64_t stop, std::int64_t step, DType dtype, std::source_location location) {
  const OpCall call("arange", location);
  if (step == 0) throw_error<IndexError>("arange", location, "the step is 0");
  // In 128 bits: neither the distance nor the sum need fit 64.
  const __int128 distance = step > 0 ? static_cast<__int128>(stop) - start : static_cast<__int128>(start) - stop;
  const __int128 stride = step > 0 ? step : -static_cast<__int128>(step);
  const auto count = distance <= 0 ? 0 : static_cast<std::int64_t>((distance + stride - 1) / stride);
  Tensor values = call.iota(Shape{count}, 0, dtype);
  if (step != 1) values = call.elementwise("multiply", {{values, location}, {step, location}});
  if (start != 0) values = call.elementwise("add", {{values, location}, {start, location}});
  return values;
}

void detail::throw_ragged(std::size_t expected, std::size_t found, std::source_location location) {
  throw_error<ShapeError>("constant", location, "the rows differ in length: ", expected, " and ", found);
}

} // namespace burin
