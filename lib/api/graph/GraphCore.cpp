#include "lib/api/graph/GraphCore.h"
#include "lib/api/Errors.h"
#include "lib/api/TensorImpl.h"
#include "lib/api/graph/NearestNames.h"
#include <charconv>

namespace burin::detail {

/// "add:1" -> "add", 1.
static std::pair<std::string_view, std::optional<unsigned>> split(std::string_view name) {
  const std::size_t colon = name.rfind(':');
  unsigned output = 0;
  if (colon == name.npos || colon + 1 == name.size()) return {name, std::nullopt};
  const auto [end, error] = std::from_chars(name.data() + colon + 1, name.data() + name.size(), output);
  if (error != std::errc() || end != name.data() + name.size()) return {name, std::nullopt};
  return {name.substr(0, colon), output};
}

GraphCore::Named GraphCore::named(std::string_view name, std::string_view op, std::source_location location) const {
  const auto [operation, output] = split(name);
  const std::optional<OperationId> id = trace.find(operation);
  if (!id)
    throw_error<Error>(op, location, trace.trace()->title(), " has no operation '", operation, "'",
                       nearest_names(operation, trace.names()));
  const std::size_t outputs = trace.output_count(*id);
  if (output && *output >= outputs)
    throw_error<IndexError>(op, location, "there is no output ", *output, " of '", operation, "', which has ", outputs);
  return {*id, output.value_or(0), outputs > 0};
}

GraphValue GraphCore::value(const Tensor &tensor, std::string_view op, std::source_location location) const {
  require_defined(tensor, op, location);
  if (!is_symbolic(tensor))
    throw_error<TraceError>(op, location, describe(tensor), " is concrete and no tensor of ", trace.trace()->title(),
                            ": its values need no session");
  const Trace &owner = *tensor.impl()->symbolic->trace;
  if (&owner != trace.trace().get())
    throw_error<TraceError>(op, location, describe(tensor), " made by ", Trace::describe(tensor), " belongs to ", owner.title(),
                            ", not to ", trace.trace()->title());
  if (const auto value = trace.value_of(tensor)) return *value;
  throw_error<TraceError>(op, location, describe(tensor), " made by ", Trace::describe(tensor),
                          " is inside a branch or a loop, where it has no value, or many: return it from there");
}

OperationId GraphCore::operation(const Operation &operation, std::string_view op, std::source_location location) const {
  if (&operation.graph() != this)
    throw_error<TraceError>(op, location, "operation '", operation.name(), "' belongs to ", operation.graph().trace.trace()->title(),
                            ", not to ", trace.trace()->title());
  return operation.id();
}

} // namespace burin::detail
