// Graphs as they are recorded: rules G1 and G5.
#include "burin/Graph.h"
#include "burin/Check.h"
#include "burin/Control.h"
#include "burin/Function.h"
#include "burin/Ops.h"
#include "burin/Print.h"
#include "burin/Session.h"
#include "test/unit/api/Thrown.h"
#include "test/unit/function/Matchers.h"
#include <chrono>

namespace burin::test {

static std::vector<std::string> names(const Graph &graph) {
  std::vector<std::string> names;
  for (const Operation &operation : graph.operations()) names.push_back(operation.name());
  return names;
}

TEST(Graph, G1_NamesAreUniqueWithinNestedScopes) {
  Graph graph;
  const auto scope = graph.scope();
  const Tensor x = placeholder(DType::F32, {2}, "x");
  const Tensor a = x + x;
  Tensor b, c, d;
  {
    const Scope dense = name_scope("dense");
    b = a + x;
    const Scope inner = name_scope("inner");
    c = exp(b);
  }
  {
    const Scope dense = name_scope("dense");
    d = c + x;
  }
  const Tensor e = d + x;
  EXPECT_EQ(names(graph), (std::vector<std::string>{"x", "add", "dense/add", "dense/inner/exp", "dense_1/add", "add_1"}));
}

TEST(Graph, G1_TensorsAndOperationsAreFoundByName) {
  Graph graph("model");
  const auto scope = graph.scope();
  const Tensor x = placeholder(DType::F32, {2, 3}, "x");
  const Tensor y = matmul(x, ones({3, 4}));
  const Operation operation = graph.operation("matmul");
  EXPECT_EQ(graph.name(), "model");
  EXPECT_EQ(operation.type(), "matmul");
  EXPECT_TRUE(has(operation.place(), "GraphTest.cpp:")) << operation.place();
  EXPECT_EQ(operation.inputs().size(), 2u);
  EXPECT_EQ(operation.output().shape(), (Shape{2, 4}));
  EXPECT_EQ(graph.operation("x").type(), "placeholder");
  EXPECT_EQ(graph.tensor("matmul:0").shape(), (Shape{2, 4}));
  EXPECT_EQ(graph.tensor("matmul").dtype(), DType::F32);
  EXPECT_EQ(graph.last_operation(), operation);
  EXPECT_TRUE(has(graph.ir(), "func.func @model(%arg0: tensor<2x3xf32>)")) << graph.ir();
  EXPECT_TRUE(has(graph.ir(), "= burin.matmul %arg0, "));
  relu(y);
  EXPECT_TRUE(has(graph.ir(), "burin.relu")) << "what comes after the first look";
}

TEST(Graph, G1_OutputsOfOneOperationAreNumbered) {
  Graph graph;
  const auto scope = graph.scope();
  const Tensor x = placeholder(DType::F32, {5}, "x");
  const auto [values, positions] = top_k(x, 2);
  const Operation operation = graph.operation("top_k");
  EXPECT_EQ(operation.outputs().size(), 2u);
  EXPECT_EQ(graph.tensor("top_k:1").dtype(), positions.dtype());
  EXPECT_TRUE(has(thrown<IndexError>([&] { graph.tensor("top_k:2"); }), "no output 2 of 'top_k', which has 2"));
  EXPECT_TRUE(has(thrown<IndexError>([&] { operation.output(2); }), "no output 2 of 'top_k', which has 2"));
}

TEST(Graph, G1_FailedOpsLeaveNeitherNameNorOperation) {
  Graph graph;
  const auto scope = graph.scope();
  const Tensor x = placeholder(DType::F32, {2, 3}, "x"), y = placeholder(DType::F32, {2, 3}, "y");
  EXPECT_THROW(matmul(x, y), ShapeError);
  matmul(x, ones({3, 1}));
  EXPECT_EQ(names(graph).back(), "matmul");
}

TEST(Graph, G1_ControlFlowIsOneOperation) {
  Graph graph;
  const auto scope = graph.scope();
  const Tensor x = placeholder(DType::F32, {}, "x");
  Tensor inside;
  const Tensor y = for_range(3, [&](Tensor, Tensor state) { return inside = state * x; }, x);
  EXPECT_EQ(names(graph), (std::vector<std::string>{"x", "constant", "cast", "constant_1", "cast_1", "constant_2", "for_range"}));
  Session session(graph);
  EXPECT_EQ(session.run(y, {{x, 2.0f}}).item<float>(), 16);
  EXPECT_TRUE(has(thrown<TraceError>([&] { session.run(inside, {{x, 2.0f}}); }), "is inside a branch or a loop"));
}

TEST(Graph, G1_OpsOutsideOfTheScopeRunAtOnce) {
  Graph graph;
  {
    const auto scope = graph.scope();
    EXPECT_TRUE(ones({2}).is_symbolic());
  }
  EXPECT_FALSE(ones({2}).is_symbolic());
  const auto scope = graph.scope();
  EXPECT_TRUE(ones({2}).is_symbolic());
}

TEST(Graph, G1_TenThousandOpsAreRecordedAndFoundQuickly) {
  using Clock = std::chrono::steady_clock;
  const auto milliseconds = [](Clock::time_point start) { return std::chrono::duration<double, std::milli>(Clock::now() - start).count(); };
  const Tensor twos = full({8}, 2.0f);
  Graph graph;
  const auto scope = graph.scope();
  Tensor x = placeholder(DType::F32, {8}, "x");
  Tensor y = x;
  const auto start = Clock::now();
  for (int i = 0; i < 10'000; ++i) y = i % 2 ? y + x : y * x;
  RecordProperty("build_ms", std::to_string(milliseconds(start)));
  EXPECT_EQ(graph.operations().size(), 10'001u);
  EXPECT_EQ(graph.tensor("add_4999").shape(), (Shape{8}));
  Session session(graph);
  // Of all of it, three ops are compiled.
  EXPECT_EQ(session.run(graph.tensor("multiply_1"), {{x, twos}}).to_vector<float>(), std::vector<float>(8, 12.0f));
}

// --- bad input -----------------------------------------------------------------------------------------------------

TEST(Graph, G5_AnUnknownNameComesWithTheNearestOnes) {
  Graph graph("g");
  const auto scope = graph.scope();
  const Scope dense = name_scope("dense");
  const Tensor x = placeholder(DType::F32, {2}, "input");
  relu(x);
  EXPECT_EQ(THROWN(Error, graph.tensor("dense/rlu:0")),
            "tensor: graph 'g' has no operation 'dense/rlu'; the nearest are 'dense/relu', 'dense/input'");
  EXPECT_EQ(THROWN(Error, graph.operation("rel")),
            "operation: graph 'g' has no operation 'rel'; the nearest are 'dense/relu', 'dense/input'");
}

TEST(Graph, G5_ANameIsGivenOnce) {
  Graph graph;
  const auto scope = graph.scope();
  placeholder(DType::F32, {2}, "x");
  EXPECT_TRUE(has(THROWN(TraceError, placeholder(DType::F32, {2}, "x")), "the name 'x' is taken by the placeholder at GraphTest.cpp:"));
  EXPECT_TRUE(has(THROWN(TraceError, graph.variable(1.0f, "x")), "the name 'x' is taken"));
  EXPECT_TRUE(has(THROWN(TraceError, placeholder(DType::F32, {2}, "a b")), "'a b' is no name"));
  EXPECT_TRUE(has(THROWN(TraceError, placeholder(DType::F32, {2}, "x:0")), "'x:0' is no name"));
  EXPECT_TRUE(has(THROWN(TraceError, placeholder(DType::F32, {2}, "")), "'' is no name"));
  const Scope inner = name_scope("inner");
  EXPECT_EQ(placeholder(DType::F32, {2}, "x").shape(), (Shape{2}));
}

TEST(Graph, G5_AFinalizedGraphIsNotModified) {
  Graph graph("g");
  const auto scope = graph.scope();
  const Tensor x = placeholder(DType::F32, {2}, "x");
  const Tensor y = x + x;
  const Operation add = graph.last_operation();
  graph.finalize();
  EXPECT_TRUE(graph.is_finalized());
  EXPECT_EQ(THROWN(TraceError, exp(y)), "exp: graph 'g' is finalized: nothing can be added to it");
  EXPECT_TRUE(has(THROWN(TraceError, placeholder(DType::F32, {2}, "z")), "is finalized"));
  EXPECT_TRUE(has(THROWN(TraceError, graph.variable(1.0f, "v")), "is finalized"));
  EXPECT_TRUE(has(THROWN(TraceError, graph.add_control_dependency(add, graph.operation("x"))), "is finalized"));
  EXPECT_EQ(Session(graph).run(y, {{x, Tensor::from_vector<float>({1.5f, 1.5f})}}).to_vector<float>(), (std::vector<float>{3, 3}));
}

TEST(Graph, G5_CyclesOfControlDependenciesAreRefused) {
  Graph graph;
  const auto scope = graph.scope();
  const Tensor x = placeholder(DType::F32, {2}, "x");
  const Tensor y = exp(x);
  const Tensor z = log(y);
  EXPECT_EQ(THROWN(TraceError, graph.add_control_dependency(graph.operation("exp"), graph.operation("log"))),
            "add_control_dependency: 'exp' after 'log' would be a cycle: 'log' needs 'exp'");
  EXPECT_TRUE(
      has(THROWN(TraceError, graph.add_control_dependency(graph.operation("x"), graph.operation("log"))), "'log' needs 'exp' -> 'x'"));
  EXPECT_TRUE(has(THROWN(TraceError, graph.add_control_dependency(graph.operation("exp"), graph.operation("exp"))), "would be a cycle"));
}

TEST(Graph, G5_PlaceholdersBelongToGraphs) {
  EXPECT_EQ(THROWN(TraceError, placeholder(DType::F32, {2})),
            "placeholder: belongs to graphs, and none is being recorded: open one by graph.scope()");
  auto f = function([](Tensor x) { return x + placeholder(DType::F32, {2}); }, {.name = "f"});
  EXPECT_TRUE(has(thrown<TraceError>([&] { f(1.0f); }), "function 'f' is none"));
}

TEST(Graph, G5_TensorsOfAGraphHaveNoValueOutsideOfARun) {
  Graph graph("g");
  Tensor y;
  {
    const auto scope = graph.scope();
    y = exp(placeholder(DType::F32, {}, "x"));
  }
  EXPECT_TRUE(has(THROWN(SymbolicValueError, y.item<float>()), "fetch it by burin::Session(graph).run(tensor)"));
  EXPECT_TRUE(has(thrown<TraceError>([&] { y + 1.0f; }), "was used outside of graph 'g'"));
  Graph other("h");
  const auto scope = other.scope();
  EXPECT_TRUE(has(thrown<TraceError>([&] { y + 1.0f; }), "belongs to the trace of graph 'g', not to that of graph 'h'"));
}

} // namespace burin::test
