// Feeds mutated files of a graph to load_graph, as many as are asked for; meant for a build with AddressSanitizer.
//
//   graph-fuzz COUNT [FIRST_SEED]
//
// A file is text or bytecode by turns. It must load, or give an Error; anything else ends the program, which has named the seed.
#include "burin/GraphFile.h"
#include "test/unit/graph/GraphMutations.h"
#include "test/unit/graph/SampleGraph.h"
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <unistd.h>

using namespace burin;

static std::string saved(const std::filesystem::path &file, GraphFormat format) {
  save_graph(file, test::SampleGraph().graph, format);
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

/// Whether the file that the seed makes could be loaded.
static bool loads(const std::filesystem::path &file, const std::string &original, std::uint64_t seed) {
  std::ofstream(file, std::ios::binary) << test::Mutator(seed).mutate(original);
  try {
    load_graph(file);
    return true;
  } catch (const Error &) { return false; }
}

int main(int argc, char **argv) {
  if (argc < 2) return std::cerr << "usage: graph-fuzz COUNT [FIRST_SEED]\n", 2;
  const std::uint64_t count = std::strtoull(argv[1], nullptr, 10), first = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 0;
  const std::filesystem::path file = std::filesystem::temp_directory_path() / ("burin-fuzz-" + std::to_string(getpid()));
  const std::string originals[] = {saved(file, GraphFormat::Text), saved(file, GraphFormat::Bytecode)};
  std::uint64_t loaded[2] = {};
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    if (seed % 1000 == 0) std::cerr << "from seed " << seed << '\n';
    loaded[seed % 2] += loads(file, originals[seed % 2], seed);
  }
  std::filesystem::remove(file);
  std::cout << count << " files: " << loaded[0] << " texts and " << loaded[1]
            << " files of bytecode could be loaded, the others gave errors\n";
}
