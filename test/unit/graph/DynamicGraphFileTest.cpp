// Graphs with dynamic extents in files, and those of functions: rules G1 to G5, V9.
#include "burin/HostCall.h"
#include "test/unit/function/Matchers.h"
#include "test/unit/graph/GraphFiles.h"
#include "test/unit/graph/SampleDynamicGraph.h"
#include <cstdlib>

namespace burin::test {

using Floats = std::vector<float>;
using DynamicGraphFile = GraphFiles;

INSTANTIATE_TEST_SUITE_P(Formats, DynamicGraphFile, testing::Values(GraphFormat::Bytecode, GraphFormat::Text),
                         [](const auto &info) { return info.param == GraphFormat::Text ? "Text" : "Bytecode"; });

/// Concrete, also where a graph is recorded.
static Tensor counting(const Shape &shape, float step = 1) {
  Floats values(static_cast<std::size_t>(shape.element_count()));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = step * static_cast<float>(i);
  return Tensor::from_vector(values, shape);
}
static Tensor rows(std::int64_t n) { return counting({n, 3}, 0.25f); }
static std::vector<Feed> feeds_of(std::int64_t n) {
  return {{"bias", constant({0.0f, 0.5f, -0.5f})}, {"x", rows(n)}, {"weights", cast(arange(n), DType::F32) - 1.0f}};
}
static Tensor run(Session &session, const char *fetch, std::int64_t n) {
  const std::vector<Feed> feeds = feeds_of(n);
  return session.run(fetch, {feeds[0], feeds[1], feeds[2]});
}

// --- what is kept ----------------------------------------------------------------------------------------------------

TEST_P(DynamicGraphFile, G1_OperationsKeepNamesLinesAndOrder) {
  const SampleDynamicGraph sample;
  save_graph(file, sample.graph, GetParam());
  const Graph loaded = load_graph(file);
  EXPECT_EQ(loaded.name(), "batches");
  EXPECT_EQ(summary(loaded), summary(sample.graph));
  EXPECT_EQ(loaded.ir(), sample.graph.ir());
  save_graph(file, loaded, GraphFormat::Text);
  const std::string again = contents();
  save_graph(file, sample.graph, GraphFormat::Text);
  EXPECT_EQ(again, contents()) << "a graph that was loaded is saved the same";
}

TEST_P(DynamicGraphFile, G2_FetchesGiveTheSameBitsForAllExtents) {
  const SampleDynamicGraph sample;
  save_graph(file, sample.graph, GetParam());
  const Graph loaded = load_graph(file);
  Session before(sample.graph), after(loaded);
  before.run(sample.graph.variables_initializer());
  after.run(loaded.variables_initializer());
  for (const char *fetch :
       {"dense/inner/where", "softmax", "top_k:0", "scan_4:1", "for_range", "multiply_1", "dense/mean", "add_3", "concat"})
    for (std::int64_t n : {1, 2, 7}) {
      const Tensor wanted = run(before, fetch, n), found = run(after, fetch, n);
      EXPECT_EQ(wanted.shape(), found.shape()) << fetch;
      EXPECT_EQ(wanted.to_vector<float>(), found.to_vector<float>()) << fetch << " of " << n;
    }
  EXPECT_EQ(run(after, "sum_5", 4).to_vector<float>(), run(before, "sum_5", 4).to_vector<float>());
}

TEST_P(DynamicGraphFile, G3_EffectsVariablesAndDependenciesAreKept) {
  SampleDynamicGraph sample;
  sample.outer.assign(constant({1.0f, 2.0f, 3.0f}));
  save_graph(file, sample.graph, GetParam());
  sample.outer.assign(zeros({3})); // the file has a value of its own
  const Graph loaded = load_graph(file);
  const std::vector<Variable> variables = loaded.variables();
  ASSERT_EQ(variables.size(), 2u);
  EXPECT_EQ(variables[0].name(), "count");
  EXPECT_EQ(variables[1].read_value().to_vector<float>(), (Floats{1, 2, 3}));
  EXPECT_TRUE(has(thrown<UninitializedError>([&] { variables[0].read_value(); }), "count"));
  Session session(loaded);
  session.run(loaded.variables_initializer());
  testing::internal::CaptureStdout();
  run(session, "softmax", 5);
  EXPECT_TRUE(has(testing::internal::GetCapturedStdout(), "of {0} and 7\n")) << "it comes after the print";
  EXPECT_EQ(variables[0].read_value().item<std::int64_t>(), 5) << "and after the count";
  EXPECT_TRUE(has(thrown<CheckError>([&] { session.run("check", {feeds_of(1)[0], {"x", full({1, 3}, 9000.0f)}}); }), "y is small"));
}

TEST_P(DynamicGraphFile, G5_NamedDimensionsAreKept) {
  save_graph(file, SampleDynamicGraph().graph, GetParam());
  Session session(load_graph(file));
  const std::vector<Feed> two = feeds_of(2), three = feeds_of(3);
  EXPECT_TRUE(has(thrown<ShapeError>([&] { session.run("multiply_1", {two[0], two[1], three[2]}); }),
                  "feed: dimension 'n' is 2 in 'x' (dim 0) and 3 in 'weights' (dim 0)"));
}

TEST_P(DynamicGraphFile, G1_ALoadedGraphCanBeRecordedInto) {
  save_graph(file, SampleDynamicGraph().graph, GetParam());
  Graph loaded = load_graph(file);
  Tensor twice;
  {
    const Scope scope = loaded.scope();
    twice = mean(loaded.tensor("concat"), 0) * 2.0f;
    const Tensor more = placeholder(DType::F32, {kDynamic}, "more");
    EXPECT_EQ((more + 1.0f).shape().to_string(), "[?]");
  }
  Session session(loaded);
  const std::vector<Feed> feeds = feeds_of(2);
  EXPECT_EQ(session.run(twice, {feeds[0], feeds[1]}).shape(), (Shape{3}));
  EXPECT_TRUE(has(thrown<TraceError>([&] { loaded.placeholder(DType::F32, {2}, "x"); }), "the name 'x' is taken by the placeholder at"));
  const std::string text = thrown<ShapeError>([&] { session.run("multiply_1", {feeds[0], {"x", rows(4)}, {"weights", zeros({5})}}); });
  EXPECT_TRUE(has(text, "dimension 'n' is 4 in 'x'")) << text;
}

TEST_P(DynamicGraphFile, G5_MessagesNameTheLinesOfTheProgramThatSavedIt) {
  {
    Graph graph("lines");
    const Scope scope = graph.scope();
    placeholder(DType::F32, {kDynamic}, "a") + placeholder(DType::F32, {kDynamic}, "b");
    save_graph(file, graph, GetParam());
  }
  Session session(load_graph(file));
  const std::string text = thrown<ShapeError>([&] { session.run("add", {{"a", zeros({2})}, {"b", zeros({3})}}); });
  EXPECT_TRUE(has(text, "shapes don't broadcast: lhs f32[2], rhs f32[3]  (at DynamicGraphFileTest.cpp:")) << text;
}

/// One of each kind of op that looks at extents, with all kinds of arguments.
static std::vector<Tensor> looking_ops(const Tensor &x, const Tensor &images, Variable &table) {
  const Tensor labels = cast(x.index({slice(), 0}), DType::I64), classes = remainder(labels, 3),
               square = matmul(x, permute_dims(x, {1, 0}));
  std::vector<Tensor> all = {var(x, 0, 1.0, KeepDims::Yes),
                             std(x),
                             logsumexp(x, {0, 1}),
                             log_softmax(x),
                             reshape(x, {-1}),
                             flatten(x),
                             expand_dims(x, 1),
                             squeeze(expand_dims(x, 0), 0),
                             stack({x, x * 2.0f}, 1),
                             tile(x, {2, 1}),
                             repeat(x, 2, 0),
                             repeat(x, 3),
                             flip(x, {0, 1}),
                             roll(x, 1, 0),
                             roll(x, {1, -1}, {0, 1}),
                             pad(x, {{1, 2}, {0, 0}}, PadMode::Constant, 7),
                             pad(x, {{0, 1}}, PadMode::Edge),
                             slice(x, {0, 1}, {kEnd, 3}),
                             strided_slice(x, {-1, 0}, {kEnd, 3}, {-1, 2}),
                             dynamic_slice(x, {0, 1}, {1, 2}),
                             take(x, remainder(labels, 1), 0),
                             take_along_axis(x, constant({{0}}), 0),
                             scatter(x, constant({0}), x.index({slice(0, 1)}), Scatter::Add, 0),
                             one_hot(classes, 3),
                             one_hot(classes, 3, 2.0f, -1.0f),
                             einsum("ij,kj->ik", {x, x}),
                             tensordot(x, x, 0),
                             tensordot(x, x, {1}, {1}),
                             outer(flatten(x), constant({1.0f, 2.0f})),
                             vecdot(x, x),
                             bincount(classes, 3),
                             bincount(classes, 3, x.index({slice(), 1})),
                             tril(square),
                             full_like(x, 2),
                             zeros_like(x),
                             ones_like(x, DType::I32),
                             cross_entropy(x, classes, {.label_smoothing = 0.1, .reduction = Reduction::Sum}),
                             layer_norm(x, constant({1.0f, 2.0f, 3.0f}), {}),
                             rms_norm(x, {}),
                             scaled_dot_product_attention(x, x, x, {.causal = true}),
                             conv2d(images, ones({2, 2, 1, 2}), {.padding = Padding::Same}),
                             max_pool(images, {2, 2}, {.strides = {1}}),
                             avg_pool(images, {2, 2}),
                             abs(fft(x, {.axis = 0})),
                             dropout(x, 0.5, 7),
                             permutation(x, 3),
                             x.index({ellipsis, newaxis, slice(std::nullopt, std::nullopt, -1)}),
                             x.index({constant({0}), slice()})};
  for (const Tensor &part : split(x, {1, 2}, 1)) all.push_back(part);
  for (const Tensor &grid : meshgrid({labels, constant({1, 2})}, Indexing::IJ)) all.push_back(cast(grid, DType::F32));
  table.index({slice(0, 1)}).assign_add(sum(x));
  return all;
}

TEST_P(DynamicGraphFile, G2_OpsThatLookAtExtentsAreKept) {
  std::vector<std::string> fetches;
  {
    Graph graph("ops");
    Variable table(constant({1.0f, 2.0f}), "table");
    const Scope scope = graph.scope();
    const Tensor x = placeholder(DType::F32, {kDynamic, 3}, "x"), images = placeholder(DType::F32, {kDynamic, 4, 4, 1}, "images");
    for (const Tensor &tensor : looking_ops(x, images, table)) {
      reshape(cast(tensor, DType::F64), {-1});
      fetches.push_back(graph.last_operation().name());
    }
    save_graph(file, graph, GetParam());
    Session before(graph), after(load_graph(file));
    for (std::int64_t n : {2, 5}) {
      const Tensor values = rows(n), pictures = counting({n, 4, 4, 1});
      const auto wanted = before.run(fetches, {{x, values}, {images, pictures}}),
                 found = after.run(fetches, {{"x", values}, {"images", pictures}});
      for (std::size_t i = 0; i < fetches.size(); ++i)
        EXPECT_EQ(wanted[i].to_vector<double>(), found[i].to_vector<double>()) << fetches[i] << " of " << n;
    }
  }
  const Graph loaded = load_graph(file);
  Session session(loaded);
  session.run(loaded.operation("assign"), {{"x", ones({4, 3})}});
  EXPECT_EQ(loaded.variables()[0].read_value().to_vector<float>(), (Floats{13, 2}));
}

TEST_P(DynamicGraphFile, G2_AnotherProcessLoadsIt) {
  if (const auto saved = saved_by_another_process()) {
    Session session(load_graph(*saved));
    EXPECT_EQ(run(session, "concat", 4).shape(), (Shape{8, 3}));
    const Tensor x = constant({{1.0f, 2.0f, 3.0f}, {3.0f, 4.0f, 5.0f}});
    EXPECT_EQ(session.run("dense/mean_1", {{"x", x}}).to_vector<float>(), (Floats{2, 3, 4}));
    std::filesystem::remove(*saved);
    return;
  }
  save_graph(file, SampleDynamicGraph().graph, GetParam());
  load_in_another_process();
}

// --- functions -------------------------------------------------------------------------------------------------------

TEST_F(DynamicGraphFile, V9_AFunctionWithDynamicExtentsIsAGraph) {
  Variable calls(constant(0.0f), "calls");
  const auto model = function(
      [&](const Tensor &x) {
        const Scope dense = name_scope("dense");
        calls.assign_add(1.0f);
        return std::pair(relu(x - mean(x, 0)), shape(x));
      },
      {.input_signature = {{DType::F32, {kDynamic, 2}, "x", {"n"}}}});
  const Tensor two = constant({{1.0f, 2.0f}, {3.0f, 6.0f}});
  const Graph graph = graph_of(model.concrete(TensorSpec{DType::F32, {kDynamic, 2}, "x", {"n"}}));
  Session session(graph);
  EXPECT_EQ(graph.tensor("x").shape().to_string(), "[?,2]");
  EXPECT_EQ(session.run("dense/relu", {{"x", two}}).to_vector<float>(), (Floats{0, 0, 1, 2}));
  EXPECT_EQ(calls.read_value().item<float>(), 0) << "only what is fetched runs";
  EXPECT_EQ(session.run("result", {{"x", ones({5, 2})}}).shape(), (Shape{5, 2}));
  EXPECT_EQ(session.run("result_1", {{"x", two}}).to_vector<std::int64_t>(), (std::vector<std::int64_t>{2, 2}));
  EXPECT_EQ(calls.read_value().item<float>(), 2) << "results come after the function's effects";
  save_graph(file, graph, GraphFormat::Text);
  const Graph loaded = load_graph(file);
  EXPECT_EQ(summary(loaded), summary(graph));
  EXPECT_EQ(Session(loaded).run("result", {{"x", two}}).to_vector<float>(), (Floats{0, 0, 1, 2}));
  EXPECT_EQ(loaded.variables()[0].read_value().item<float>(), 3);
}

TEST_F(DynamicGraphFile, V9_AFunctionWithAMaskIsAGraph) {
  const auto positive = function([](const Tensor &x) { return sum(x[x > 0.0f]) * 2.0f; });
  const Graph graph = graph_of(positive.concrete(TensorSpec{DType::F32, {4}}));
  Session session(graph);
  const Tensor x = constant({1.0f, -2.0f, 3.0f, -4.0f});
  EXPECT_EQ(session.run("result", {{"arg0", x}}).item<float>(), 8);
  save_graph(file, graph);
  EXPECT_EQ(Session(load_graph(file)).run("result", {{"arg0", x}}).item<float>(), 8);
}

// --- what can't be saved ---------------------------------------------------------------------------------------------

TEST_F(DynamicGraphFile, G5_FunctionsOfTheProgramAreNotSaved) {
  Graph called;
  {
    const Scope scope = called.scope();
    const Tensor x = placeholder(DType::F32, {kDynamic}, "x");
    host_call([](const Tensor &a) { return sum(a); }, {TensorSpec{DType::F32, {}}}, x);
  }
  EXPECT_TRUE(has(THROWN(Error, save_graph(file, called)), "save_graph: host_call (at DynamicGraphFileTest.cpp:"));
  Graph printed;
  {
    const Scope scope = printed.scope();
    PrintOptions options;
    options.callback = [](std::string_view) {};
    print(options, placeholder(DType::F32, {kDynamic}, "x"));
  }
  EXPECT_TRUE(has(THROWN(Error, save_graph(file, printed)), "calls a function of the program, which a file can't hold"));
  EXPECT_FALSE(std::filesystem::exists(file));
}

// --- bad files -------------------------------------------------------------------------------------------------------

TEST_P(DynamicGraphFile, G5_TruncatedFilesAreRefused) {
  save_graph(file, SampleDynamicGraph().graph, GetParam());
  const std::string text = contents();
  const std::size_t end = GetParam() == GraphFormat::Text ? text.rfind("#loc = ") : text.size();
  for (std::size_t size = 0; size < end; size += size < 40 ? 1 : 997) EXPECT_THROW(load(text.substr(0, size)), IoError) << size;
}

TEST_P(DynamicGraphFile, G5_ANewerVersionIsRefused) {
  save_graph(file, SampleDynamicGraph().graph, GetParam());
  std::string text = contents();
  text.replace(text.find("graph 2") + 6, 1, "3");
  EXPECT_TRUE(has(THROWN(IoError, load(text)), "the graph's format is 3, of a later version of Burin; this one reads formats up to 2"));
}

/// A file with these steps behind a placeholder x f32[?].
static std::string file_of(const std::string &steps) {
  return "// burin graph 2\nmodule @g {\n  %x = \"step.placeholder\"() {name = \"x\"} : () -> tensor<?xf32>\n" + steps + "}\n";
}
/// A step that makes %0 of %x, of what an action makes.
static std::string act(const std::string &action, const std::string &arguments, const std::string &names = "\"a\"") {
  return "  %0 = \"step.act\"(%x) {action = \"" + action + "\", arguments = [" + arguments + "], label = \"a\", names = [" + names +
         "]} : (tensor<?xf32>) -> tensor<?xf32>\n";
}
static const std::string kExp = "\"exp\", \"a\", 0";

TEST_F(DynamicGraphFile, G1_ATextWrittenByHandIsLoaded) {
  const Graph graph = load(file_of(act("op", kExp)));
  EXPECT_EQ(Session(graph).run("a", {{"x", zeros({3})}}).to_vector<float>(), (Floats{1, 1, 1}));
}

TEST_F(DynamicGraphFile, G5_WhatNoGraphHasIsRefused) {
  const auto error = [&](const std::string &steps) { return thrown<IoError>([&] { load(file_of(steps)); }); };
  EXPECT_TRUE(has(error("  \"step.nothing\"() : () -> ()\n"), "no graph has such a step"));
  EXPECT_TRUE(has(error("  \"other.op\"() : () -> ()\n"), "no graph has such a step"));
  EXPECT_TRUE(has(error("  \"step.act\"() ({}) : () -> ()\n"), "no graph has such a step"));
  EXPECT_TRUE(has(error(act("no_action", "")), "there is no action 'no_action' in this version of Burin"));
  EXPECT_TRUE(has(error(act("op", "\"no_op\", \"a\", 0")), "traces have no op 'no_op'"));
  EXPECT_TRUE(has(error(act("op", "\"cluster\", \"a\", 0")), "traces have no op 'cluster'"));
  EXPECT_TRUE(has(error(act("op", "\"reduce_sum\", \"a\", 0")), "'reduce_sum' has other operands or attributes than it takes"));
  EXPECT_TRUE(has(error(act("op", "\"add\", \"a\", 0")), "'add' has other operands or attributes than it takes"));
  EXPECT_TRUE(has(error(act("op", "\"exp\"")), "'op' has other arguments than it takes"));
  EXPECT_TRUE(
      has(error(act("op", kExp, "\"b\"")), "'a' is made of other operations here than in the version of Burin that wrote the file"));
  EXPECT_TRUE(has(error(act("mean", "7, true")), "'mean' has other arguments than it takes"));
  EXPECT_TRUE(has(error(act("mean", "false, array<i64: 7>, 0")), "mean: axis 7"));
  EXPECT_TRUE(has(error(act("mean", "false, array<i64: 0>, 5")), "'mean' has other arguments than it takes"));
  EXPECT_TRUE(has(error(act("softmax", "-1") + act("softmax", "-1")), "redefinition of SSA value"));
  EXPECT_TRUE(has(error("  %0 = \"step.act\"(%x) {action = \"op\", arguments = [" + kExp +
                        "], label = \"a\", names = [\"a\"]} : (tensor<?xf32>) -> tensor<?xi32>\n"),
                  "it gives f32[?] here, expected i32[?]"));
  EXPECT_TRUE(has(error("  %0 = \"step.act\"(%1) {action = \"op\", arguments = [" + kExp +
                        "], label = \"a\", names = [\"a\"]} : (tensor<?xf32>) -> tensor<?xf32>\n" +
                        "  %1 = \"step.placeholder\"() {name = \"y\"} : () -> tensor<?xf32>\n"),
                  "it reads what no step before it makes"));
  EXPECT_TRUE(has(error("  \"step.close_names\"() {mark = 4} : () -> ()\n"), "no such scope is open"));
  EXPECT_TRUE(has(error("  \"step.after\"() {names = [\"x\", \"y\"]} : () -> ()\n"), "it refers to an operation 'y' that there isn't"));
  EXPECT_TRUE(has(error(act("op", kExp) + "  \"step.after\"() {names = [\"a\", \"a\"]} : () -> ()\n"), "'a' comes after itself"))
      << "itself";
}

TEST_F(DynamicGraphFile, G5_RegionsStandWhereTheyMay) {
  const auto error = [&](const std::string &steps) { return thrown<IoError>([&] { load(file_of(steps)); }); };
  const std::string begin = "  \"step.begin_region\"() {region = 0, what = \"a\"} : () -> ()\n",
                    end = "  \"step.end_region\"(%x) {region = 0, label = \"a\"} : (tensor<?xf32>) -> ()\n";
  const auto control = [](const std::string &kind, const std::string &regions) {
    return "  %1 = \"step.control\"(%x, %x) {kind = " + kind + ", label = \"a\", regions = array<i64: " + regions +
           ">, paths = [], changing = []} : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>\n";
  };
  EXPECT_TRUE(has(error(begin), "a region is not that of any op"));
  EXPECT_TRUE(has(error(begin + begin), "a region begins twice"));
  EXPECT_TRUE(has(error(end), "its region is not the innermost one"));
  EXPECT_TRUE(has(error(begin + end + end), "its region is not the innermost one"));
  EXPECT_TRUE(has(error(begin + end + control("0", "0")), "it has another number of regions"));
  EXPECT_TRUE(has(error(begin + end + control("0", "0, 0")), "its regions are one"));
  EXPECT_TRUE(has(error(begin + end + control("2", "7")), "its regions don't stand before it"));
  EXPECT_TRUE(has(error(begin + end + control("2", "0")), "its count is no i64"));
  EXPECT_TRUE(has(error(control("9", "0")), "no such control flow is known"));
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "  \"step.begin_region\"() {region = " + std::to_string(i) + ", what = \"a\"} : () -> ()\n";
  EXPECT_TRUE(has(error(deep), "regions are nested too deeply"));
}

TEST_F(DynamicGraphFile, G5_HugeShapesAndDeepNestingAreRefused) {
  const auto error = [&](const std::string &text) { return thrown<IoError>([&] { load(text); }); };
  const std::string huge = "  %y = \"step.placeholder\"() {name = \"y\"} : () -> tensor<4611686018427387904x4xf32>\n";
  error(file_of(huge));
  EXPECT_TRUE(has(error(file_of("  %y = \"step.tensor\"() {value = \"\"} : () -> tensor<1000000000000xf32>\n")),
                  "a value has 0 bytes, expected 4000000000000"));
  error(file_of("  %y = \"step.placeholder\"() {name = \"y\"} : () -> tensor<-5xf32>\n"));
  error(file_of("  %y = \"step.placeholder\"() {name = \"y\"} : () -> tensor<*xf32>\n"));
  error(file_of("  %y = \"step.placeholder\"() {name = \"y\"} : () -> tensor<3xi7>\n"));
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "\"step.a\"() ({";
  EXPECT_TRUE(has(error("// burin graph 2\n" + deep), "brackets are nested more than 128 deep"));
}

} // namespace burin::test
