#pragma once
#include "llvm/ADT/StringRef.h"
#include <string>

namespace burin::compiler {

/// Writes the stages of one function as files `directory/function.2-clusters.mlir`. A function compiled again gets a number:
/// `function-1.0-trace.mlir`.
class DumpWriter {
public:
  /// An empty `directory` writes nothing.
  DumpWriter(const std::string &directory, llvm::StringRef functionName);
  bool enabled() const { return !prefix.empty(); }
  /// Throws IoError naming the file.
  void write(llvm::StringRef stage, llvm::StringRef text) const;

private:
  std::string prefix;
};

} // namespace burin::compiler
