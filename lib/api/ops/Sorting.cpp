#include "burin/ops/Sorting.h"
#include "lib/api/ops/OpCall.h"

namespace burin {

using namespace detail;

static Tensor sorted_by(std::string_view op, const Operand &x, int axis, Order order) {
  const OpCall call(op, x.location());
  const Tensor values = call.tensor(x);
  return call.apply(op, values, {{"axis", call.axis(axis, values)}, {"descending", order == Order::Descending}});
}

Tensor sort(const Operand &x, int axis, Order order) { return sorted_by("sort", x, axis, order); }
Tensor argsort(const Operand &x, int axis, Order order) { return sorted_by("argsort", x, axis, order); }

TopK top_k(const Operand &x, std::int64_t k, int axis, Extreme which) {
  const OpCall call("top_k", x.location());
  const Tensor values = call.tensor(x);
  const std::vector<Tensor> results =
      call.apply_all("top_k", {&values, 1}, {{"k", k}, {"axis", call.axis(axis, values)}, {"smallest", which == Extreme::Smallest}});
  return {results[0], results[1]};
}

Tensor searchsorted(const Operand &sorted, const Operand &values, Side side) {
  const OpCall call("searchsorted", sorted.location());
  const DType dtype = call.common_dtype({sorted, values});
  const Tensor operands[] = {call.tensor(sorted, dtype), call.tensor(values, dtype)};
  return call.apply("searchsorted", operands, {{"right", side == Side::Right}});
}

} // namespace burin
