#include "compiler/tools/FunctionFile.h"
#include "burin/Error.h"
#include "burin/Options.h"
#include "burin/Register.h"
#include "compiler/Compiler.h"
#include <cerrno>
#include <cstring>
#include <dlfcn.h>
#include <elf.h>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

namespace burin {

static std::string read_file(const std::string &path) {
  if (std::filesystem::is_directory(path)) throw IoError("cannot read " + path + ": it is a directory");
  std::ifstream file(path, std::ios::binary);
  if (!file) throw IoError("cannot read " + path + ": " + std::strerror(errno));
  std::ostringstream bytes;
  if (file.peek() != std::ifstream::traits_type::eof()) bytes << file.rdbuf();
  if (file.bad() || bytes.bad()) throw IoError("cannot read " + path + ": " + std::strerror(errno));
  return std::move(bytes).str();
}

// --- MLIR ----------------------------------------------------------------------------------------------------------

static std::vector<NamedFunction> functions_of_module(const std::string &path, std::string contents) {
  const auto text = std::make_shared<const std::string>(std::move(contents));
  const auto names = compiler::function_names(*compiler::deserialize(*text, path));
  if (names.empty()) throw IoError(path + " has no function");
  std::vector<NamedFunction> functions;
  for (const std::string &name : names) {
    auto ir = [text, path, name](std::string_view stage) {
      const auto module = compiler::deserialize(*text, path); // each stage consumes it
      compiler::keep_function(*module, name);
      return compiler::dump(*module, stage, {.vector_bits = options().vector_bits});
    };
    functions.push_back({name, std::move(ir)});
  }
  return functions;
}

// --- shared libraries ----------------------------------------------------------------------------------------------

static bool is_elf(std::string_view contents) { return contents.starts_with(ELFMAG); }

/// Throws IoError if segments lie beyond the end of the file: the dynamic loader would map and touch them.
static void require_whole(const std::string &path, std::string_view contents) {
  Elf64_Ehdr header;
  bool whole = contents.size() >= sizeof header;
  if (whole) std::memcpy(&header, contents.data(), sizeof header);
  for (std::size_t i = 0; whole && i < header.e_phnum; ++i) {
    Elf64_Phdr segment;
    const std::size_t offset = header.e_phoff + i * sizeof segment;
    whole = offset <= contents.size() && contents.size() - offset >= sizeof segment;
    if (!whole) break;
    std::memcpy(&segment, contents.data() + offset, sizeof segment);
    whole = segment.p_offset <= contents.size() && contents.size() - segment.p_offset >= segment.p_filesz;
  }
  if (!whole) throw IoError("cannot load " + path + ": it is cut short");
}

static std::vector<NamedFunction> functions_of_library(const std::string &path, std::string_view contents) {
  require_whole(path, contents);
  if (!dlopen(std::filesystem::absolute(path).c_str(), RTLD_NOW | RTLD_LOCAL))
    throw IoError(std::string("cannot load ") + dlerror()); // which begins with the path
  std::vector<NamedFunction> functions;
  for (RegisteredFunction &function : registered_functions())
    functions.push_back({std::move(function.name), std::move(function.ir)});
  if (functions.empty()) throw IoError(path + " registers no function: see BURIN_FUNCTION in burin/Register.h");
  return functions;
}

std::vector<NamedFunction> read_functions(const std::string &path) {
  std::string contents = read_file(path);
  if (is_elf(contents)) return functions_of_library(path, contents);
  return functions_of_module(path, std::move(contents));
}

} // namespace burin
