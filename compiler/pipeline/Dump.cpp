#include "compiler/pipeline/Dump.h"
#include "burin/Error.h"
#include "compiler/pipeline/Stages.h"
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>

namespace burin::compiler {

// How often a function of this name was dumped before.
static int nextNumber(const std::string &name) {
  static std::mutex mutex;
  static auto *counts = new std::map<std::string, int>;
  std::lock_guard lock(mutex);
  return (*counts)[name]++;
}

// `name` as part of a file's name: the user may have called a function "../a/b".
static std::string fileName(std::string name) {
  for (char &c : name)
    if (c == '/' || static_cast<unsigned char>(c) < ' ') c = '_';
  return name;
}

DumpWriter::DumpWriter(const std::string &directory, llvm::StringRef functionName) {
  if (directory.empty()) return;
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) throw IoError("cannot make the dump directory " + directory + ": " + error.message());
  const std::string name = fileName(functionName.str());
  const int number = nextNumber(name);
  prefix = directory + "/" + name + (number ? "-" + std::to_string(number) : "") + ".";
}

void DumpWriter::write(llvm::StringRef stage, llvm::StringRef text) const {
  const auto found = llvm::find_if(stages(), [&](const Stage &each) { return each.name == stage; });
  const char *extension = found->addPasses ? ".mlir" : stage == "asm" ? ".s" : ".ll";
  const std::string path = prefix + std::to_string(found - stages().begin()) + "-" + stage.str() + extension;
  std::ofstream file(path, std::ios::binary);
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
  file.close();
  if (!file) throw IoError("cannot write " + path);
}

} // namespace burin::compiler
