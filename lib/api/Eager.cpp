// One compiler for eager ops, too: an op is a function of one op, compiled for its attributes and its operands' dtypes, and for any
// shapes where it is a loop nest that can be (OpenCall.h), else for those at hand. A warm call looks a key up and runs; it touches no MLIR.
#include "lib/api/Eager.h"
#include "compiler/Compiler.h"
#include "lib/api/EagerArg.h"
#include "lib/api/EagerCache.h"
#include "lib/api/EagerMatmul.h"
#include "lib/api/EagerMemory.h"
#include "lib/api/EagerReduction.h"
#include "lib/api/EagerScatter.h"
#include "lib/api/Errors.h"
#include "lib/api/Numerics.h"
#include "lib/api/OpenCall.h"
#include "lib/api/ProcessOptions.h"
#include "lib/api/TensorImpl.h"

namespace burin::detail {

void require_not_leaked(const Tensor &tensor, std::string_view label, std::source_location location) {
  require_defined(tensor, label, location);
  if (!is_symbolic(tensor)) return;
  const Trace &trace = *tensor.impl()->symbolic->trace;
  if (trace.kind() == Trace::Kind::Graph)
    throw_error<TraceError>(label, location, describe(tensor), " made by ", Trace::describe(tensor),
                            " is symbolic and was used outside of ", trace.title(),
                            ": use it within graph.scope(), or fetch its value by a Session");
  throw_error<TraceError>(label, location, describe(tensor), " made by ", Trace::describe(tensor), " is symbolic and was used after the ",
                          trace.title(), " had been traced: return it from the function to use its value outside");
}

static std::shared_ptr<const Program> program_of(std::string_view op, std::string_view label, std::span<const Tensor> operands,
                                                 std::span<const NamedAttribute> attributes, std::source_location location) {
  EagerKey key(op);
  for (const auto &[name, value] : attributes) key.add_attribute(value);
  for (const Tensor &operand : operands) key.add(operand.dtype(), operand.shape());
  return eager_program(key, [&] { return compile_op(op, label, operands, attributes, location); });
}

/// Debug::CheckNumerics for an op that has run. Eagerly all operands count as a whole: no dialect is asked what the op does.
static void check_numerics(std::span<const Tensor> results, std::span<const Tensor> operands, std::string_view op, std::string_view label,
                           std::source_location location) {
  for (const Tensor &result : results) {
    if (!may_be_special(result)) continue;
    const NumericsCheck check(result, operands, op, label, /*elementwise=*/false, location);
    std::vector<runtime::RuntimeTensor> data;
    for (const Tensor &tensor : check.tensors) data.push_back({tensor.impl()->data});
    check.site->run(data);
  }
}

Tensor run_eagerly(std::string_view op, std::string_view label, std::span<const Tensor> operands,
                   std::span<const NamedAttribute> attributes, std::source_location location) {
  for (const auto &run : {call_open, fill_eagerly, pick_eagerly, scatter_eagerly, multiply_eagerly, reduce_in_parts})
    if (Tensor tensor = run(op, label, operands, attributes, location); tensor.defined()) return tensor;
  return run_program(*program_of(op, label, operands, attributes, location), operands, {label, location});
}

Tensor apply(std::string_view op, std::string_view label, std::span<const Tensor> operands, std::span<const NamedAttribute> attributes,
             std::source_location location) {
  if (Trace *trace = current_trace()) return trace->record(op, label, operands, attributes, location)[0];
  for (const Tensor &operand : operands) require_not_leaked(operand, label, location);
  Tensor tensor = run_eagerly(op, label, operands, attributes, location);
  if (numerics_are_checked()) check_numerics({&tensor, 1}, operands, op, label, location);
  return tensor;
}

std::vector<Tensor> apply_all(std::string_view op, std::string_view label, std::span<const Tensor> operands,
                              std::span<const NamedAttribute> attributes, std::source_location location) {
  if (Trace *trace = current_trace()) return trace->record(op, label, operands, attributes, location);
  for (const Tensor &operand : operands) require_not_leaked(operand, label, location);
  const std::shared_ptr<const Program> program = program_of(op, label, operands, attributes, location);
  std::vector<TensorImpl *> results(program->executable().results.size());
  run_program(*program, operands, results.data(), {label, location});
  std::vector<Tensor> tensors(results.begin(), results.end());
  if (numerics_are_checked()) check_numerics(tensors, operands, op, label, location);
  return tensors;
}

} // namespace burin::detail
