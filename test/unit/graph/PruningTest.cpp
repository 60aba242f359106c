// What a run compiles of a graph, and runs that ask for odd things: rules G2 to G5.
#include "burin/Control.h"
#include "burin/Graph.h"
#include "burin/Ops.h"
#include "burin/Options.h"
#include "burin/Print.h"
#include "burin/Session.h"
#include "test/unit/function/Matchers.h"
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace burin::test {

using Floats = std::vector<float>;

/// Dumps what is compiled while it lasts.
class Dumps {
public:
  Dumps() : former_(options()) {
    Options changed = former_;
    changed.dump_directory = folder_.string();
    set_options(changed);
  }
  ~Dumps() {
    set_options(former_);
    std::filesystem::remove_all(folder_);
  }
  std::string read(const std::string &name) const {
    std::ostringstream text;
    text << std::ifstream(folder_ / name).rdbuf();
    return text.str();
  }

private:
  std::filesystem::path folder_ = std::filesystem::temp_directory_path() / ("burin-pruning-" + std::to_string(getpid()));
  Options former_;
};

TEST(Pruning, G3_AFetchNearTheInputsCompilesOnlyWhatItNeeds) {
  Graph graph("large");
  Tensor x, y, third;
  {
    const Scope scope = graph.scope();
    x = placeholder(DType::F32, {8}, "x");
    y = x;
    for (int i = 0; i < 10'000; ++i) {
      y = i % 2 ? y + x : y * x;
      if (i == 2) third = y;
    }
  }
  const Tensor twos = full({8}, 2.0f);
  const Dumps dumps;
  EXPECT_EQ(Session(graph).run(third, {{x, twos}}).to_vector<float>(), Floats(8, 12.0f));
  const std::string dump = dumps.read("large.0-trace.mlir");
  EXPECT_TRUE(has(dump, "    %0 = burin.multiply %arg0, %arg0 : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>\n"
                        "    %1 = burin.add %0, %arg0 : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>\n"
                        "    %2 = burin.multiply %1, %arg0 : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>\n"
                        "    return %2 : tensor<8xf32>\n"));
  EXPECT_EQ(std::count(dump.begin(), dump.end(), '='), 3) << "nothing else is in it";
}

TEST(Pruning, G4_WhatFollowsAFedTensorIsAllThatIsCompiled) {
  Graph graph("fed");
  const Scope scope = graph.scope();
  const Tensor x = placeholder(DType::F32, {2}, "x"), middle = exp(x), y = middle * middle;
  Session session(graph);
  const Dumps dumps;
  session.run(y, {{middle, Tensor::from_vector<float>({1.0f, 3.0f})}});
  EXPECT_FALSE(has(dumps.read("fed.0-trace.mlir"), "burin.exp"));
  EXPECT_TRUE(has(dumps.read("fed.0-trace.mlir"), "burin.multiply %arg0, %arg0"));
}

TEST(Pruning, G2_WhatFoldsOrIsNotUsedIsFetchedAllTheSame) {
  Graph graph;
  const Scope scope = graph.scope();
  const Tensor x = placeholder(DType::F32, {2}, "x");
  const Tensor known = constant(2.0f) * 3.0f; // folds
  const Tensor same = x * 1.0f;               // becomes x
  const Tensor unused = exp(x), twin = exp(x); // becomes one op
  const Tensor y = (same + known) * 0.0f;
  Session session(graph);
  EXPECT_EQ(session.run(known).item<float>(), 6) << "it needs no feed";
  const Tensor value = Tensor::from_vector<float>({0.0f, 0.0f});
  const std::vector<Tensor> all = session.run({same, unused, twin, y, known, "constant"}, {{x, value}});
  EXPECT_EQ(all[0].to_vector<float>(), (Floats{0, 0}));
  EXPECT_EQ(all[1].to_vector<float>(), (Floats{1, 1}));
  EXPECT_EQ(all[2].to_vector<float>(), (Floats{1, 1}));
  EXPECT_EQ(all[3].to_vector<float>(), (Floats{0, 0}));
  EXPECT_EQ(all[4].item<float>(), 6);
}

// --- bad input -----------------------------------------------------------------------------------------------------

TEST(Pruning, G5_AProducerAndItsConsumerAreFedIndependently) {
  Graph graph;
  const Scope scope = graph.scope();
  const Tensor x = placeholder(DType::F32, {2}, "x"), y = x * 2.0f, z = x + y;
  Session session(graph);
  const Tensor ones = Tensor::from_vector<float>({1.0f, 1.0f}), fives = Tensor::from_vector<float>({5.0f, 5.0f});
  // The feeds contradict each other; each is taken as it is, and what stands between isn't run.
  EXPECT_EQ(session.run(z, {{x, ones}, {y, fives}}).to_vector<float>(), (Floats{6, 6}));
  EXPECT_EQ(session.run(y, {{x, ones}, {y, fives}}).to_vector<float>(), (Floats{5, 5}));
  EXPECT_TRUE(has(THROWN(Error, session.run(z, {{y, fives}})), "placeholder 'x' f32[2]")) << "z reads x itself";
  EXPECT_TRUE(has(THROWN(Error, session.run(z, {{y, fives}, {x, ones}, {"multiply:0", ones}})), "feed: 'multiply' is fed twice"));
}

TEST(Pruning, G5_CyclesThroughSeveralDependenciesAreNamed) {
  Graph graph;
  const Scope scope = graph.scope();
  const Tensor x = placeholder(DType::F32, {2}, "x");
  exp(x);
  log(x);
  sin(log(x));
  const Operation a = graph.operation("exp"), b = graph.operation("log"), c = graph.operation("sin");
  graph.add_control_dependency(a, b);
  graph.add_control_dependency(b, c);
  EXPECT_EQ(THROWN(TraceError, graph.add_control_dependency(c, a)),
            "add_control_dependency: 'sin' after 'exp' would be a cycle: 'exp' needs 'log' -> 'sin'");
  EXPECT_TRUE(has(THROWN(TraceError, graph.add_control_dependency(graph.operation("log_1"), b)), "'log' needs 'sin' -> 'log_1'"))
      << "a cycle of data and control";
  EXPECT_EQ(Session(graph).run("exp", {{x, Tensor::from_vector<float>({0.0f, 0.0f})}}).to_vector<float>(), (Floats{1, 1}))
      << "the graph is as before";
}

TEST(Pruning, G5_WhatAFailedBranchLeftBehindIsRefused) {
  Graph graph;
  const Scope scope = graph.scope();
  const Tensor x = placeholder(DType::F32, {}, "x");
  Tensor inside;
  const auto fails = [&] {
    inside = exp(x);
    throw std::runtime_error("enough");
    return x;
  };
  EXPECT_THROW(cond(x > 0.0f, fails, [&] { return x; }), std::runtime_error);
  Session session(graph);
  EXPECT_TRUE(has(THROWN(TraceError, session.run(inside, {{x, 1.0f}})), "is inside a branch or a loop"));
  EXPECT_TRUE(has(THROWN(TraceError, session.run(x, {{inside, 1.0f}})), "is inside a branch or a loop"));
  EXPECT_EQ(session.run("greater", {{x, 1.0f}}).item<bool>(), true);
}

TEST(Pruning, G5_NamesOfScopesAreTaken) {
  Graph graph;
  const Scope scope = graph.scope();
  {
    const Scope dense = name_scope("dense");
    placeholder(DType::F32, {2}, "x");
  }
  EXPECT_EQ(THROWN(TraceError, placeholder(DType::F32, {2}, "dense")), "placeholder: the name 'dense' is taken by a scope");
  const Scope again = name_scope("dense");
  EXPECT_EQ(exp(placeholder(DType::F32, {2}, "x")).shape(), (Shape{2}));
  EXPECT_EQ(graph.last_operation().name(), "dense_1/exp");
}

} // namespace burin::test
