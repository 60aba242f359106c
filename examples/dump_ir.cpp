// What becomes of a function on its way to machine code. Each stage has a name, the same one everywhere:
//   f.ir("linalg", x)                    in the program
//   BURIN_DUMP=some/folder ./program     a file for each stage of each function that is compiled
//   burin-dump libmine.so --stage linalg from outside, for functions made by BURIN_FUNCTION
#include <burin/burin.h>
#include <filesystem>
#include <iostream>
#include <set>

namespace bn = burin;

int main() {
  auto dense = bn::function(
      [](bn::Tensor x, bn::Tensor w, bn::Tensor b) { return bn::relu(bn::matmul(x, w) + b); }, {.name = "dense"});
  const bn::TensorSpec x{bn::DType::F32, {8, 4}}, w{bn::DType::F32, {4, 2}}, b{bn::DType::F32, {2}};

  std::cout << "As traced, one op for each call:\n" << dense.ir("trace", x, w, b);
  std::cout << "As clusters, one for each loop nest to be:\n" << dense.ir("clusters", x, w, b);
  std::cout << "Machine code: " << dense.ir("asm", x, w, b).size() << " characters of it\n";

  // The same by a dump directory; the environment variable BURIN_DUMP sets it from outside.
  bn::Options options = bn::options();
  if (options.dump_directory.empty()) options.dump_directory = std::filesystem::temp_directory_path() / "burin-dump-example";
  bn::set_options(options);
  bn::function([](bn::Tensor t) { return bn::sigmoid(t); }, {.name = "squash"}).concrete(x);
  std::set<std::filesystem::path> files; // sorted, which a directory isn't
  for (const auto &file : std::filesystem::directory_iterator(options.dump_directory)) files.insert(file.path());
  for (const auto &file : files) std::cout << "dumped " << file.filename().string() << '\n';
}
