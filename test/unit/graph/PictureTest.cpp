// Pictures of graphs: what is in them. test/pictures looks at the pages in a browser.
#include "burin/Picture.h"
#include "test/unit/function/Matchers.h"
#include "test/unit/graph/SampleGraph.h"
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <unistd.h>

namespace burin::test {

static std::size_t count(const std::string &text, const std::string &part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

TEST(Picture, DotHasScopesAsFramesAndLinesOfTheProgram) {
  const std::string dot = to_dot(SampleGraph().graph);
  EXPECT_TRUE(dot.starts_with("digraph \"sample\" {\n")) << dot;
  EXPECT_TRUE(has(dot, "subgraph \"cluster_dense\" {\n    label=\"dense\";\n"));
  EXPECT_TRUE(has(dot, "subgraph \"cluster_dense/inner\" {"));
  EXPECT_TRUE(has(dot, "n0 [label=\"x (placeholder)\\nf32[3]\\nSampleGraph.h:"));
  EXPECT_TRUE(has(dot, "[style=dashed];")) << "control dependencies";
  EXPECT_EQ(count(dot, "{"), count(dot, "}"));
}

TEST(Picture, NamesAreQuoted) {
  Graph graph("a \"b\" <c> \\ &");
  const Scope scope = graph.scope();
  graph.placeholder(DType::F32, {2}, "x");
  EXPECT_TRUE(has(to_dot(graph), "digraph \"a \\\"b\\\" <c> \\\\ &\" {"));
  const std::string page = to_html(graph);
  EXPECT_TRUE(has(page, "<title>a \"b\" &lt;c> \\ &amp;</title>"));
  EXPECT_TRUE(has(page, "\"title\":\"a \\\"b\\\" \\u003cc\\u003e \\\\ \\u0026\""));
}

TEST(Picture, SvgIsDrawnByGraphviz) {
  const std::string svg = to_svg(SampleGraph().graph);
  EXPECT_TRUE(has(svg, "<svg "));
  EXPECT_TRUE(has(svg, ">dense</text>"));
  EXPECT_TRUE(has(svg, "x (placeholder)"));
}

TEST(Picture, WithoutGraphvizSvgSaysWhatIsMissing) {
  const std::string path = std::getenv("PATH");
  setenv("PATH", "/nowhere", 1);
  const std::string text = THROWN(IoError, to_svg(SampleGraph().graph));
  setenv("PATH", path.c_str(), 1);
  EXPECT_EQ(text, "to_svg: Graphviz draws the picture, and its program 'dot' is not installed");
}

TEST(Picture, APageHoldsAllItShows) {
  const SampleGraph sample;
  Session session(sample.graph);
  session.run(sample.graph.variables_initializer());
  const Tensor x = constant({1.0f, 2.0f, 3.0f}), flags = constant({true, false, true});
  testing::internal::CaptureStdout(); // the graph prints
  const std::string page = to_html(sample.graph, run_all(session, {{"x", x}, {"flags", flags}}));
  testing::internal::GetCapturedStdout();
  EXPECT_TRUE(has(page, "[\"dense/relu\",\"relu\",\"SampleGraph.h:"));
  EXPECT_TRUE(has(page, "[[\"f32[3]\",\"[0 0 6.5]\"]],[]]")) << "the value of dense/relu";
  EXPECT_TRUE(has(page, "[\"variable 'outer'\"]"));
  EXPECT_TRUE(has(page, "[\"dense/inner\","));
  EXPECT_EQ(count(page, "://"), 0u) << "no network";
  EXPECT_FALSE(has(page, "{{"));
}

TEST(Picture, RunAllGivesWhatTheFeedsSufficeFor) {
  Graph graph;
  std::optional<Scope> scope(graph.scope());
  const Tensor x = placeholder(DType::F32, {2}, "x"), y = placeholder(DType::F32, {2}, "y");
  const Tensor doubled = x * 2.0f;
  exp(doubled) + y;
  Session session(graph);
  scope.reset();
  const NamedTensors values = run_all(session, {{x, constant({1.0f, 2.0f})}});
  EXPECT_EQ(values["multiply"].to_vector<float>(), (std::vector<float>{2, 4}));
  EXPECT_TRUE(has(thrown<Error>([&] { values["add"]; }), "'add' is not among what was fetched"));
  EXPECT_EQ(run_all(session, {{doubled, zeros({2})}, {"y", ones({2})}})["add"].to_vector<float>(), (std::vector<float>{2, 2}));
  EXPECT_TRUE(has(values.at(0).info.place(), "PictureTest.cpp:"));
}

TEST(Picture, FilesAreChosenByTheirExtension) {
  const auto file = std::filesystem::temp_directory_path() / ("burin-picture-" + std::to_string(getpid()) + ".html");
  const SampleGraph sample;
  save_picture(file, sample.graph);
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  EXPECT_EQ(text.str(), to_html(sample.graph));
  std::filesystem::remove(file);
  EXPECT_TRUE(has(THROWN(IoError, save_picture("graph.png", sample.graph)),
                  "the extension '.png' is that of no picture: .dot, .svg and .html are"));
  EXPECT_TRUE(has(THROWN(IoError, save_picture("/nowhere/graph.dot", sample.graph)), "can't be opened: No such file"));
}

TEST(Picture, DeepAndWideGraphsAreLaidOutInLinearTime) {
  Graph graph;
  const Scope scope = graph.scope();
  const Tensor x = placeholder(DType::F32, {2}, "x");
  Tensor y = x;
  for (int i = 0; i < 5000; ++i) y = i % 2 ? y + x : exp(x);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_GT(to_html(graph).size(), 200'000u);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5)) << "some 30 ms, with leave for a loaded machine";
}

} // namespace burin::test
