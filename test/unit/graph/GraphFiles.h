#pragma once
#include "burin/GraphFile.h"
#include "burin/Ops.h"
#include "burin/Session.h"
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <optional>
#include <source_location>
#include <sstream>
#include <string>
#include <unistd.h>

namespace burin::test {

inline constexpr const char *kGraphForAnotherProcess = "BURIN_TEST_GRAPH";

/// A folder of its own for each test.
struct GraphFiles : testing::TestWithParam<GraphFormat> {
  std::filesystem::path folder = std::filesystem::temp_directory_path() / ("burin-graphs-" + std::to_string(getpid()) + "-" +
                                                                           testing::UnitTest::GetInstance()->current_test_info()->name());
  std::filesystem::path file = folder / "graph.mlir";

  GraphFiles() { std::filesystem::create_directories(folder); }
  ~GraphFiles() override { std::filesystem::remove_all(folder); }

  std::string contents() const {
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return text.str();
  }
  void write(const std::string &text) const { std::ofstream(file, std::ios::binary) << text; }
  Graph load(const std::string &text, std::source_location location = std::source_location::current()) const {
    write(text);
    return load_graph(file, location);
  }

  /// The file that another process has saved for this one to load, in a test that is started by load_in_another_process().
  static std::optional<std::filesystem::path> saved_by_another_process() {
    const char *saved = std::getenv(kGraphForAnotherProcess);
    return saved ? std::optional<std::filesystem::path>(saved) : std::nullopt;
  }
  /// Starts this program again, for the current test alone. The other process must succeed, and remove the file last: then it has run.
  void load_in_another_process() const {
    const testing::TestInfo &test = *testing::UnitTest::GetInstance()->current_test_info();
    const std::string program = std::filesystem::read_symlink("/proc/self/exe").string();
    const std::string command = "env -u GTEST_TOTAL_SHARDS -u GTEST_SHARD_INDEX " + std::string(kGraphForAnotherProcess) + "='" +
                                file.string() + "' '" + program + "' '--gtest_filter=" + test.test_suite_name() + "." + test.name() +
                                "' > /dev/null";
    EXPECT_EQ(std::system(command.c_str()), 0);
    EXPECT_FALSE(std::filesystem::exists(file)) << "no test was run there";
  }
};

/// All that can be asked of a graph's operations.
inline std::string summary(const Graph &graph) {
  std::string text;
  for (const Operation &operation : graph.operations()) {
    text += operation.name() + " " + operation.type() + " " + operation.place() + " (";
    for (const Tensor &input : operation.inputs()) text += std::string(name(input.dtype())) + input.shape().to_string() + " ";
    text += ") after";
    for (const Operation &before : operation.control_inputs()) text += " " + before.name();
    for (const Tensor &output : operation.outputs()) text += " -> " + std::string(name(output.dtype())) + output.shape().to_string();
    text += "\n";
  }
  return text;
}

} // namespace burin::test
