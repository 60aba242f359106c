#include "burin/Ops.h"
#include "lib/api/Errors.h"
#include "lib/api/ops/Deferred.h"
#include "lib/api/ops/OpCall.h"

namespace burin {

using namespace detail;

static void require_dimensions(const OpCall &call, const Tensor &x, std::string_view side) {
  if (x.rank() == 0)
    throw_error<ShapeError>(call.label(), call.location(), "expected at least one dimension, but ", side, " is ", describe(x));
}

/// Checked here for vectors, which the dialect would name by the shape that they are given.
static void require_inner_extent(const OpCall &call, const Tensor &lhs, const Tensor &rhs) {
  const std::int64_t columns = lhs.shape().extent(-1), rows = rhs.shape().extent(rhs.rank() == 1 ? -1 : -2);
  if (columns != rows)
    throw_error<ShapeError>(call.label(), call.location(), "inner extents differ: lhs ", describe(lhs), " has ", columns, ", rhs ",
                            describe(rhs), " has ", rows);
}

Tensor matmul(const Operand &lhs, const Operand &rhs) {
  if (any_dynamic(lhs, rhs)) return deferred<"matmul">(lhs.location(), [](const auto &...all) { return matmul(all...); }, lhs, rhs);
  const OpCall call("matmul", lhs.location());
  const DType dtype = call.common_dtype({lhs, rhs});
  Tensor operands[] = {call.tensor(lhs, dtype), call.tensor(rhs, dtype)};
  require_dimensions(call, operands[0], "lhs");
  require_dimensions(call, operands[1], "rhs");
  const bool row = operands[0].rank() == 1, column = operands[1].rank() == 1;
  if (!row && !column) return call.apply("matmul", operands);

  require_inner_extent(call, operands[0], operands[1]);
  if (row) operands[0] = call.reshape(operands[0], {1, operands[0].shape()[0]});
  if (column) operands[1] = call.reshape(operands[1], {operands[1].shape()[0], 1});
  const Tensor product = call.apply("matmul", operands);
  std::vector<std::int64_t> extents(product.shape().begin(), product.shape().end());
  if (column) extents.pop_back();
  if (row) extents.erase(extents.end() - (column ? 1 : 2));
  return call.reshape(product, extents);
}

} // namespace burin
