#pragma once
#include "burin/GraphFile.h"
#include "burin/Ops.h"
#include "burin/Session.h"
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <source_location>
#include <sstream>
#include <string>
#include <unistd.h>

namespace burin::test {

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
