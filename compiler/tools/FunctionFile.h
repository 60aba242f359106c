#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace burin {

/// A function that a file holds.
struct NamedFunction {
  std::string name;
  std::function<std::string(std::string_view stage)> ir; ///< its text at a stage; throws what tracing and compiling throw
};

/// The functions of `path`, at least one, in order: of an MLIR file, or registered by a shared library, which is loaded for
/// the life of the process. Throws IoError.
std::vector<NamedFunction> read_functions(const std::string &path);

} // namespace burin
