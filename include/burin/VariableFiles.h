#pragma once
#include "burin/Npy.h"
#include "burin/Variable.h"
#include <functional>

namespace burin {

/// Several variables: `{w, b, generator.state()}`, or a vector of them, such as `f.variables()`. Refers to them, and copies none.
class VariableList {
public:
  VariableList(std::initializer_list<std::reference_wrapper<Variable>> variables) : variables_(variables) {}
  VariableList(std::vector<Variable> &variables) : variables_(variables.begin(), variables.end()) {}
  VariableList(std::vector<Variable> &&variables) : held_(std::move(variables)), variables_(held_.begin(), held_.end()) {}
  VariableList(const VariableList &) = delete;

  std::span<const std::reference_wrapper<Variable>> values() const { return variables_; }

private:
  std::vector<Variable> held_;
  std::vector<std::reference_wrapper<Variable>> variables_;
};

/// Writes the variables' values to an `.npz` archive, each under its name. Each value is one that the variable had, whatever other
/// threads do meanwhile.
///
/// Throws Error if two have one name, UninitializedError for one without a value, TraceError inside a traced function, and what
/// `save_npz` throws. The file is then as it was.
void save_variables(const std::filesystem::path &path, const VariableList &variables, Compression compression = Compression::No,
                    std::source_location location = std::source_location::current());

/// Assigns each variable the value that an `.npz` archive has under its name. Entries of other names are left alone.
///
/// Throws Error if two variables have one name, IoError for a name that the archive lacks or a file that can't be read, DTypeError and
/// ShapeError for a value of another dtype or shape, TraceError inside a traced function. No variable is assigned then.
void load_variables(const std::filesystem::path &path, const VariableList &variables,
                    std::source_location location = std::source_location::current());

} // namespace burin
