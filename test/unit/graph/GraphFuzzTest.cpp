// Mutated files of graphs, few of them; `graph-fuzz` (test/fuzz) makes as many as one likes.
#include "burin/GraphFile.h"
#include "test/unit/graph/GraphMutations.h"
#include "test/unit/graph/SampleDynamicGraph.h"
#include "test/unit/graph/SampleGraph.h"
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <unistd.h>

namespace burin::test {

enum class Checksum { AsItWas, Mended };

/// How many of `count` mutated files could be loaded; the others must give errors.
static int loaded_of(const Graph &graph, int count, GraphFormat format, Checksum checksum = Checksum::AsItWas) {
  const std::filesystem::path file = std::filesystem::temp_directory_path() / ("burin-mutated-" + std::to_string(getpid()));
  save_graph(file, graph, format);
  std::ostringstream original;
  original << std::ifstream(file, std::ios::binary).rdbuf();
  int loaded = 0;
  for (int seed = 0; seed < count; ++seed) {
    Mutator mutator(static_cast<std::uint64_t>(seed));
    const std::string mutated = checksum == Checksum::Mended ? mutator.mutate_sealed(original.str()) : mutator.mutate(original.str());
    if (mutated == original.str()) continue;
    std::ofstream(file, std::ios::binary) << mutated;
    try {
      load_graph(file);
      ++loaded;
    } catch (const Error &) {}
  }
  std::filesystem::remove(file);
  return loaded;
}

TEST(GraphFuzz, G5_MutatedTextsLoadOrGiveErrors) {
  const int loaded = loaded_of(SampleGraph().graph, 300, GraphFormat::Text);
  EXPECT_GT(loaded, 3) << "some mutations change a number or a name, and nothing else";
  EXPECT_LT(loaded, 200);
}

TEST(GraphFuzz, G5_MutatedBytecodeGivesErrors) { EXPECT_EQ(loaded_of(SampleGraph().graph, 300, GraphFormat::Bytecode), 0); }

TEST(GraphFuzz, G5_BytecodeThatSomebodySealedLoadsOrGivesErrors) {
  EXPECT_LT(loaded_of(SampleGraph().graph, 700, GraphFormat::Bytecode, Checksum::Mended), 300); // MLIR's reader alone crashes on the 537th
}

TEST(GraphFuzz, G5_FilesOfDynamicGraphsLoadOrGiveErrors) {
  const SampleDynamicGraph sample;
  const int loaded = loaded_of(sample.graph, 150, GraphFormat::Text);
  EXPECT_GT(loaded, 0) << "some mutations change a number or a label, and nothing else";
  EXPECT_LT(loaded, 100);
  EXPECT_EQ(loaded_of(sample.graph, 100, GraphFormat::Bytecode), 0);
  EXPECT_LT(loaded_of(sample.graph, 300, GraphFormat::Bytecode, Checksum::Mended), 200);
}

} // namespace burin::test
