// Feeds mutated files of a graph to load_graph, as many as are asked for; meant for a build with AddressSanitizer.
//
//   graph-fuzz COUNT [FIRST_SEED]
//
// A file is text, bytecode, or bytecode whose checksum is right again, by turns, of a graph with known extents and of one with dynamic
// ones. It must load, or give an Error; anything else ends the program, which has named the thousand of the seed.
#include "burin/GraphFile.h"
#include "test/unit/graph/GraphMutations.h"
#include "test/unit/graph/SampleDynamicGraph.h"
#include "test/unit/graph/SampleGraph.h"
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <unistd.h>

using namespace burin;

static std::string saved(const std::filesystem::path &file, const Graph &graph, GraphFormat format) {
  save_graph(file, graph, format);
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

/// Whether the file that the seed makes could be loaded.
static bool loads(const std::filesystem::path &file, const std::string &original, bool is_sealed, std::uint64_t seed) {
  test::Mutator mutator(seed);
  std::ofstream(file, std::ios::binary) << (is_sealed ? mutator.mutate_sealed(original) : mutator.mutate(original));
  try {
    load_graph(file);
    return true;
  } catch (const Error &) { return false; }
}

int main(int argc, char **argv) {
  if (argc < 2) return std::cerr << "usage: graph-fuzz COUNT [FIRST_SEED]\n", 2;
  const std::uint64_t count = std::strtoull(argv[1], nullptr, 10), first = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 0;
  const std::filesystem::path file = std::filesystem::temp_directory_path() / ("burin-fuzz-" + std::to_string(getpid()));
  const test::SampleGraph known;
  const test::SampleDynamicGraph dynamic;
  const std::string texts[] = {saved(file, known.graph, GraphFormat::Text), saved(file, dynamic.graph, GraphFormat::Text)};
  const std::string bytecodes[] = {saved(file, known.graph, GraphFormat::Bytecode), saved(file, dynamic.graph, GraphFormat::Bytecode)};
  std::uint64_t loaded[3] = {};
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    if (seed % 1000 == 0) std::cerr << "from seed " << seed << '\n';
    const std::size_t graph = seed / 3 % 2;
    loaded[seed % 3] += loads(file, seed % 3 == 0 ? texts[graph] : bytecodes[graph], seed % 3 == 2, seed);
  }
  std::filesystem::remove(file);
  std::cout << count << " files: " << loaded[0] << " texts, " << loaded[1] << " files of bytecode and " << loaded[2]
            << " with a right checksum could be loaded, the others gave errors\n";
}
