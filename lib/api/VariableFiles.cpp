#include "burin/VariableFiles.h"
#include "lib/api/Errors.h"
#include "lib/trace/Trace.h"
#include <set>

namespace burin {

using namespace detail;

static void require_no_trace(std::string_view label, std::source_location location) {
  if (const Trace *trace = current_trace())
    throw_error<TraceError>(label, location, "a file is not read or written while function '", trace->name(), "' is traced: do it outside");
}

static void require_unique_names(const VariableList &variables, std::string_view label, std::source_location location) {
  std::set<std::string_view> names;
  for (const Variable &variable : variables.values())
    if (!names.insert(variable.name()).second)
      throw_error<Error>(label, location, "two variables are called '", variable.name(), "': give them names of their own");
}

void save_variables(const std::filesystem::path &path, const VariableList &variables, Compression compression,
                    std::source_location location) {
  require_no_trace("save_variables", location);
  require_unique_names(variables, "save_variables", location);
  std::map<std::string, Tensor> tensors;
  for (const Variable &variable : variables.values()) tensors.emplace(variable.name(), variable.read_value(location));
  save_npz(path, tensors, compression, location);
}

/// The entry for `variable`; throws unless it has its dtype and shape.
static const Tensor &entry_for(const Variable &variable, const std::map<std::string, Tensor> &entries, const std::filesystem::path &path,
                               std::source_location location) {
  const auto found = entries.find(variable.name());
  if (found == entries.end()) throw_error<IoError>("load_variables", location, path.string(), " has no entry '", variable.name(), "'");
  const Tensor &value = found->second;
  const auto differs = [&] {
    return "variable '" + variable.name() + "' is " + describe(variable.dtype(), variable.shape()) + ", its entry in " + path.string() +
           " is " + describe(value);
  };
  if (value.dtype() != variable.dtype()) throw_error<DTypeError>("load_variables", location, differs());
  if (!(value.shape() == variable.shape())) throw_error<ShapeError>("load_variables", location, differs());
  return value;
}

void load_variables(const std::filesystem::path &path, const VariableList &variables, std::source_location location) {
  require_no_trace("load_variables", location);
  require_unique_names(variables, "load_variables", location);
  const std::map<std::string, Tensor> entries = load_npz(path, location);
  std::vector<Tensor> values;
  for (const Variable &variable : variables.values()) values.push_back(entry_for(variable, entries, path, location));
  auto value = values.begin();
  for (Variable &variable : variables.values()) variable.assign(Operand(*value++, location));
}

} // namespace burin
