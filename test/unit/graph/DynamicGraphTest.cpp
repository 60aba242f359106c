// Graphs whose placeholders have dynamic extents: rules G1 to G7.
#include "burin/Check.h"
#include "burin/Control.h"
#include "burin/Graph.h"
#include "burin/HostCall.h"
#include "burin/Ops.h"
#include "burin/Picture.h"
#include "burin/Print.h"
#include "burin/Session.h"
#include "burin/ops/Random.h"
#include "test/unit/api/Thrown.h"
#include "test/unit/function/Matchers.h"
#include <atomic>
#include <thread>

namespace burin::test {

using Floats = std::vector<float>;

static PrintOptions into(std::string &text) {
  PrintOptions options;
  options.callback = [&text](std::string_view line) { text += line; };
  return options;
}

/// y = mean(x * 2, rows) of a batch of any size, z = x - y.
struct Batches : testing::Test {
  Graph graph{"batches"};
  Scope scope = graph.scope();
  Tensor x = placeholder(DType::F32, {kDynamic, 3}, "x");
  Tensor doubled = x * 2.0f;
  Tensor y = mean(doubled, 0);
  Tensor z = x - y;
  Session session{graph};
  Tensor two = constant({{1.0f, 2.0f, 3.0f}, {3.0f, 4.0f, 5.0f}});
  Tensor one = constant({{1.0f, 2.0f, 3.0f}});
};
using DynamicGraph = Batches;

/// Concrete, also where a graph is recorded.
static Tensor of_ones(const Shape &shape) {
  return Tensor::from_vector(Floats(static_cast<std::size_t>(shape.element_count()), 1.0f), shape);
}

// --- recording -----------------------------------------------------------------------------------------------------

TEST_F(DynamicGraph, G1_ShapesShowWhatIsKnown) {
  EXPECT_EQ(x.shape().to_string(), "[?,3]");
  EXPECT_EQ(y.shape().to_string(), "[3]");
  EXPECT_EQ(z.shape().to_string(), "[?,3]");
  EXPECT_EQ(graph.tensor("multiply:0").shape().to_string(), "[?,3]");
  EXPECT_EQ(graph.operation("x").type(), "placeholder");
  EXPECT_EQ(graph.operation("subtract").inputs()[0].shape().to_string(), "[?,3]");
  EXPECT_TRUE(has(graph.ir(), "func.func @batches(%arg0: tensor<?x3xf32>)")) << graph.ir();
  EXPECT_TRUE(has(to_dot(graph), "f32[?,3]"));
  EXPECT_TRUE(has(to_html(graph), "f32[?,3]"));
}

TEST_F(DynamicGraph, G1_WhatWasRecordedBeforeStaysAsItWas) {
  Graph graph("late");
  const auto scope = graph.scope();
  const Tensor w = graph.placeholder(DType::F32, {3}, "w");
  const Tensor early = exp(w) + 1.0f;
  const Operation add = graph.operation("add"), one = graph.operation("constant");
  EXPECT_THROW(early + ones({2}), ShapeError); // leaves a constant behind
  const Tensor x = graph.placeholder(DType::F32, {kDynamic, 3}, "x");
  const Tensor late = x * early;
  EXPECT_EQ(add.name(), "add");
  EXPECT_EQ(one.type(), "constant");
  EXPECT_EQ(graph.operation("add"), add);
  EXPECT_EQ(late.shape().to_string(), "[?,3]");
  Session session(graph);
  const Tensor nothing = constant({0.0f, 0.0f, 0.0f});
  EXPECT_EQ(session.run(early, {{w, nothing}}).to_vector<float>(), (Floats{2, 2, 2}));
  EXPECT_EQ(session.run(late, {{x, two}, {w, nothing}}).to_vector<float>(), (Floats{2, 4, 6, 6, 8, 10}));
}

TEST_F(DynamicGraph, G1_ScopesAndNamesGoOn) {
  Graph graph;
  const auto scope = graph.scope();
  const Scope dense = name_scope("dense");
  const Tensor w = placeholder(DType::F32, {}, "w");
  exp(w);
  const Tensor x = placeholder(DType::F32, {kDynamic}, "x");
  exp(x);
  EXPECT_TRUE(has(thrown<TraceError>([&] { placeholder(DType::F32, {kDynamic}, "x"); }), "the name 'dense/x' is taken"));
  std::vector<std::string> names;
  for (const Operation &operation : graph.operations()) names.push_back(operation.name());
  EXPECT_EQ(names, (std::vector<std::string>{"dense/w", "dense/exp", "dense/x", "dense/exp_1"}));
}

// --- running -------------------------------------------------------------------------------------------------------

TEST_F(DynamicGraph, G2_EachRunHasTheExtentsOfItsFeeds) {
  EXPECT_EQ(session.run(y, {{x, two}}).to_vector<float>(), (Floats{4, 6, 8}));
  EXPECT_EQ(session.run(y, {{x, one}}).to_vector<float>(), (Floats{2, 4, 6}));
  const auto [mean_of, centred] = session.run(std::pair(y, "subtract"), {{"x", two}});
  EXPECT_EQ(mean_of.to_vector<float>(), (Floats{4, 6, 8}));
  EXPECT_EQ(centred.shape(), (Shape{2, 3}));
  EXPECT_EQ(session.run(x, {{x, one}}).shape(), (Shape{1, 3})) << "a fed tensor is its feed";
}

TEST_F(DynamicGraph, G2_G7_ACallableTakesAnyExtents) {
  const auto mean_of = session.callable(y, {x});
  EXPECT_EQ(mean_of(two).to_vector<float>(), (Floats{4, 6, 8}));
  EXPECT_EQ(mean_of(one).to_vector<float>(), (Floats{2, 4, 6}));
  EXPECT_TRUE(has(thrown<ShapeError>([&] { mean_of(Tensor::from_vector(Floats{1, 2})); }), "'x' is f32[?,3], its feed is f32[2]"));
  session.close();
  EXPECT_TRUE(has(thrown<Error>([&] { mean_of(two); }), "the session is closed"));
}

TEST_F(DynamicGraph, G2_ExtentsAreValuesToo) {
  const Tensor rows = shape(x), count = size(x), flat = reshape(x, {-1}), reversed = flip(x, 0);
  EXPECT_EQ(session.run(rows, {{x, two}}).to_vector<std::int64_t>(), (std::vector<std::int64_t>{2, 3}));
  EXPECT_EQ(session.run(rows, {{x, one}}).to_vector<std::int64_t>(), (std::vector<std::int64_t>{1, 3}));
  EXPECT_EQ(session.run(count, {{x, one}}).item<std::int64_t>(), 3);
  EXPECT_EQ(session.run(flat, {{x, two}}).shape(), (Shape{6}));
  EXPECT_EQ(session.run(reversed, {{x, two}}).to_vector<float>()[0], 3);
  EXPECT_TRUE(has(thrown<Error>([&] { session.run(rows, {}); }), "placeholder 'x' f32[?,3]")) << "its extents are needed";
}

TEST_F(DynamicGraph, G2_WithADefault) {
  Graph graph;
  const auto scope = graph.scope();
  const Tensor x = placeholder_with_default(constant({1.0f, 2.0f}), Shape{kDynamic}, "x");
  const Tensor total = sum(x) + cast(size(x), DType::F32);
  Session session(graph);
  EXPECT_EQ(x.shape().to_string(), "[?]");
  EXPECT_EQ(session.run(total).item<float>(), 5);
  EXPECT_EQ(session.run(total, {{x, constant({1.0f, 2.0f, 3.0f})}}).item<float>(), 9);
  EXPECT_TRUE(has(thrown<ShapeError>([&] { placeholder_with_default(2.0f, Shape{kDynamic}, "y"); }), "doesn't fit the shape [?]"));
}

TEST_F(DynamicGraph, G2_ControlFlowOverRows) {
  const Tensor sums = scan([](Tensor total, Tensor row) { return std::pair(total + sum(row), total); }, constant(0.0f), x).second;
  const Tensor looped = for_range(2, [&](Tensor, Tensor state) { return state * 2.0f; }, x);
  EXPECT_EQ(sums.shape().to_string(), "[?]");
  EXPECT_EQ(session.run(sums, {{x, two}}).to_vector<float>(), (Floats{0, 6}));
  EXPECT_EQ(session.run(sums, {{x, one}}).to_vector<float>(), (Floats{0}));
  EXPECT_EQ(session.run(looped, {{x, one}}).to_vector<float>(), (Floats{4, 8, 12}));
}

TEST_F(DynamicGraph, G2_C1_BranchesAndLoopsWithinLoops) {
  const Tensor chosen = cond(sum(x) > 10.0f, [&] { return x * 2.0f; }, [&] { return x - 1.0f; });
  const auto step = [&](Tensor i, Tensor state) { return cond(i > 0, [&] { return state + x; }, [&] { return state * 3.0f; }); };
  const Tensor nested = for_range(2, step, x);
  const Tensor grown = while_loop([](Tensor state) { return sum(state) < 20.0f; }, [](Tensor state) { return state * 2.0f; }, x);
  EXPECT_EQ(chosen.shape().to_string(), "[?,3]");
  EXPECT_EQ(session.run(chosen, {{x, one}}).to_vector<float>(), (Floats{0, 1, 2}));
  EXPECT_EQ(session.run(chosen, {{x, two}}).to_vector<float>(), (Floats{2, 4, 6, 6, 8, 10}));
  EXPECT_EQ(session.run(nested, {{x, one}}).to_vector<float>(), (Floats{4, 8, 12}));
  EXPECT_EQ(session.run(grown, {{x, one}}).to_vector<float>(), (Floats{4, 8, 12}));
}

TEST_F(DynamicGraph, G2_DrawsAreThoseOfTheirExtents) {
  const Tensor kept = dropout(x, 0.5, 7); // by a seed
  EXPECT_EQ(session.run(kept, {{x, two}}).shape(), (Shape{2, 3}));
  EXPECT_EQ(session.run(kept, {{x, one}}).to_vector<float>(), session.run(kept, {{x, one}}).to_vector<float>());
}

// --- extents that depend on values ---------------------------------------------------------------------------------

TEST_F(DynamicGraph, G2_V8_MasksPickWhatTheyPickInEachRun) {
  const Tensor positive = x[x > 2.5f], total = sum(positive), rows = nonzero(x > 2.5f)[0], distinct = unique(x);
  EXPECT_EQ(positive.shape().to_string(), "[?]");
  EXPECT_EQ(session.run(positive, {{x, one}}).to_vector<float>(), (Floats{3}));
  EXPECT_EQ(session.run(positive, {{x, two}}).to_vector<float>(), (Floats{3, 3, 4, 5}));
  EXPECT_EQ(session.run(total, {{x, two}}).item<float>(), 15);
  EXPECT_EQ(session.run(rows, {{x, two}}).to_vector<std::int64_t>(), (std::vector<std::int64_t>{0, 1, 1, 1}));
  EXPECT_EQ(session.run(distinct, {{x, two}}).to_vector<float>(), (Floats{1, 2, 3, 4, 5}));
  const auto [picked, mean_of] = session.run(std::pair(positive, y), {{x, two}});
  EXPECT_EQ(picked.shape(), (Shape{4}));
  EXPECT_EQ(mean_of.to_vector<float>(), (Floats{4, 6, 8}));
  EXPECT_EQ(session.run(total, {{positive, constant({1.0f, 1.0f})}}).item<float>(), 2) << "what a mask picks can be fed";
  EXPECT_EQ(session.callable(total, {x})(one).item<float>(), 3);
}

TEST_F(DynamicGraph, G2_V8_AMaskInAGraphWithKnownExtents) {
  Graph graph("masks");
  const Scope scope = graph.scope();
  const Tensor x = placeholder(DType::F32, {4}, "x");
  const Tensor kept = boolean_mask(x, x > 0.0f), doubled = kept * 2.0f;
  EXPECT_EQ(doubled.shape().to_string(), "[?]");
  EXPECT_EQ(graph.operation("boolean_mask").type(), "boolean_mask");
  EXPECT_EQ(graph.operation("boolean_mask").inputs().size(), 1u);
  Session session(graph);
  EXPECT_EQ(session.run(doubled, {{x, constant({1.0f, -1.0f, 2.0f, -2.0f})}}).to_vector<float>(), (Floats{2, 4}));
  EXPECT_EQ(session.run(doubled, {{x, constant({0.0f, 0.0f, 0.0f, 0.0f})}}).shape(), (Shape{0}));
}

TEST_F(DynamicGraph, G2_V8_MasksInBranchesAndLoops) {
  const Tensor chosen = cond(sum(x) > 10.0f, [&] { return x[x > 3.0f]; }, [&] { return x[x > 1.0f]; });
  const auto add_picked = [&](Tensor i, Tensor total) { return total + sum(x[x > cast(i, DType::F32)]); };
  const Tensor looped = for_range(3, add_picked, constant(0.0f));
  EXPECT_EQ(session.run(chosen, {{x, one}}).to_vector<float>(), (Floats{2, 3}));
  EXPECT_EQ(session.run(chosen, {{x, two}}).to_vector<float>(), (Floats{4, 5}));
  EXPECT_EQ(session.run(looped, {{x, one}}).item<float>(), 6 + 5 + 3);
}

TEST_F(DynamicGraph, G2_C1_BranchesMayDifferInShape) {
  const Tensor positive = sum(x) > 10.0f;
  const Tensor grown = cond(positive, [&] { return x; }, [&] { return concat({x, x}, 0); });
  const auto grow = [](Tensor, Tensor state) { return concat({state, state}, 0); };
  const Tensor doubled = for_range(2, grow, x, {.shape_invariants = {{kDynamic, 3}}});
  EXPECT_EQ(session.run(grown, {{x, two}}).shape(), (Shape{2, 3}));
  EXPECT_EQ(session.run(grown, {{x, one}}).shape(), (Shape{2, 3}));
  EXPECT_EQ(session.run(doubled, {{x, one}}).shape(), (Shape{4, 3}));
  const Tensor other = placeholder(DType::F32, {kDynamic, 3}, "other");
  const Tensor either = cond(positive, [&] { return x; }, [&] { return other; });
  EXPECT_EQ(session.run(either, {{x, one}, {other, two}}).shape(), (Shape{2, 3})) << "they differ for these feeds alone";
}

TEST_F(DynamicGraph, G3_EffectsKeepTheirOrderBetweenStages) {
  std::string text;
  print(into(text), "before");
  const Operation before = graph.last_operation();
  const Tensor picked = x[x > 1.5f];
  print(into(text), "picked", size(picked));
  const Operation shown = graph.last_operation();
  session.run({before, shown}, {{x, two}});
  EXPECT_EQ(text, "before\npicked 5\n");
  text.clear();
  session.run(picked, {{x, two}});
  EXPECT_EQ(text, "");
}

TEST_F(DynamicGraph, G5_WhatMasksPickMayNotGoTogether) {
  const Tensor both = x[x > 2.0f] * x[x > 1.0f];
  EXPECT_TRUE(has(THROWN(ShapeError, session.run(both, {{x, two}})), "shapes don't broadcast: lhs f32[4], rhs f32[5]"));
  EXPECT_EQ(session.run(both, {{x, constant({{5.0f, 5.0f, 5.0f}})}}).to_vector<float>(), (Floats{25, 25, 25}));
}

TEST_F(DynamicGraph, G5_InAGraphThatKnowsAllExtentsMasksBeginOutsideOfLoops) {
  Graph graph("static");
  const Scope scope = graph.scope();
  const Tensor x = placeholder(DType::F32, {4}, "x");
  const auto picked = [&](Tensor, Tensor total) { return total + sum(x[x > 0.0f]); };
  EXPECT_TRUE(
      has(THROWN(TraceError, for_range(2, picked, sum(x))), "in graph 'static' dynamic extents can't begin within a branch or a loop"));
  EXPECT_EQ(Session(graph).run(sum(x), {{x, constant({1.0f, 1.0f, 1.0f, 1.0f})}}).item<float>(), 4) << "the graph is as before";
}

// --- pruning and effects -------------------------------------------------------------------------------------------

TEST_F(DynamicGraph, G3_OnlyWhatIsNeededRuns) {
  int calls = 0;
  const auto count = [&](Tensor tensor) {
    ++calls;
    return tensor;
  };
  const Tensor called = host_call(count, {{DType::F32, {3}}}, y)[0];
  const Tensor other = placeholder(DType::F32, {kDynamic}, "other");
  const Tensor joined = concat({reshape(x, {-1}), other}, 0);
  session.run(y, {{x, two}});
  EXPECT_EQ(calls, 0);
  EXPECT_EQ(session.run(called, {{x, two}}).to_vector<float>(), (Floats{4, 6, 8}));
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(session.run(joined, {{x, one}, {other, constant({7.0f})}}).to_vector<float>(), (Floats{1, 2, 3, 7}));
  EXPECT_TRUE(has(THROWN(Error, session.run(joined, {{x, one}})), "placeholder 'other' f32[?] (at DynamicGraphTest.cpp:"));
}

TEST_F(DynamicGraph, G3_EffectsRunIfTheyAreFetchedOrComeBefore) {
  std::string text;
  print(into(text), "z:", z);
  const Operation printed = graph.last_operation();
  Variable rows = graph.variable(cast(0, DType::I64), "rows");
  rows.assign_add(sum(ones_like(x.index({slice(), 0}), DType::I64)));
  const Operation counted = graph.last_operation();
  Tensor after;
  {
    const Scope dependencies = graph.control_dependencies({printed, counted});
    after = max(x);
  }
  session.run(graph.variables_initializer());
  session.run(z, {{x, two}});
  EXPECT_EQ(text, "");
  session.run(printed, {{x, one}});
  EXPECT_EQ(text, "z: [[-1 -2 -3]]\n");
  EXPECT_EQ(session.run(after, {{x, two}}).item<float>(), 5);
  EXPECT_EQ(session.run({counted, rows}, {{x, two}})[1].item<std::int64_t>(), 4);
  const Tensor late = exp(x);
  print(into(text), "later");
  graph.add_control_dependency(graph.operation("exp"), graph.last_operation());
  text.clear();
  session.run(late, {{x, one}});
  EXPECT_EQ(text, "later\n");
}

TEST_F(DynamicGraph, G3_ChecksOfDynamicExtents) {
  check(x > 0.0f, "x must be positive");
  const Operation checked = graph.last_operation();
  session.run(checked, {{x, two}});
  EXPECT_TRUE(has(THROWN(CheckError, session.run(checked, {{x, constant({{1.0f, -2.0f, 3.0f}})}})), "x must be positive"));
}

// --- feeds ---------------------------------------------------------------------------------------------------------

TEST_F(DynamicGraph, G4_AnyTensorCanBeFed) {
  EXPECT_EQ(session.run(y, {{doubled, two}}).to_vector<float>(), (Floats{2, 3, 4})) << "x isn't needed then";
  EXPECT_EQ(session.run(z, {{x, one}, {y, constant({1.0f, 1.0f, 1.0f})}}).to_vector<float>(), (Floats{0, 1, 2}));
  EXPECT_EQ(session.run(doubled, {{x, two}, {"constant", 10.0f}}).to_vector<float>()[0], 10) << "constants, too";
  const auto [values, positions] = top_k(x, 1);
  const Tensor both = values * 10.0f + cast(positions, DType::F32);
  EXPECT_EQ(session.run(both, {{x, one}}).to_vector<float>(), (Floats{32}));
  EXPECT_EQ(session.run(both, {{x, one}, {values, constant({{1.0f}})}}).to_vector<float>(), (Floats{12}));
}

TEST_F(DynamicGraph, G4_WhatAnOpIsMadeOfCanBeFetchedAndFed) {
  std::vector<std::string> names;
  for (const Operation &operation : graph.operations()) names.push_back(operation.name());
  ASSERT_EQ(names, (std::vector<std::string>{"x", "constant", "multiply", "mean", "constant_1", "mean_1", "subtract"}));
  EXPECT_EQ(session.run("mean", {{x, two}}).to_vector<float>(), (Floats{8, 12, 16}));
  EXPECT_EQ(session.run("constant_1", {{x, two}}).item<float>(), 2) << "as many as there are rows";
  EXPECT_EQ(session.run(y, {{x, two}, {"mean", constant({2.0f, 2.0f, 2.0f})}}).to_vector<float>(), (Floats{1, 1, 1}));
  EXPECT_EQ(session.run(graph.tensor("mean") + 1.0f, {{x, two}}).to_vector<float>(), (Floats{9, 13, 17}));
}

// --- bad input -----------------------------------------------------------------------------------------------------

TEST_F(DynamicGraph, G5_FeedsMustFit) {
  EXPECT_EQ(THROWN(ShapeError, session.run(z, {{x, constant({{1.0f, 2.0f}})}})), "feed: 'x' is f32[?,3], its feed is f32[1,2]");
  EXPECT_EQ(THROWN(ShapeError, session.run(z, {{x, 1.0f}})), "feed: 'x' is f32[?,3], its feed is f32[]");
  EXPECT_EQ(THROWN(DTypeError, session.run(z, {{x, constant({{1, 2, 3}})}})),
            "feed: 'x' is f32[?,3], its feed is i32[1,3]: convert it with burin::cast");
  const std::string text = THROWN(Error, session.run(z));
  EXPECT_TRUE(has(text, "run: placeholder 'x' f32[?,3] (at DynamicGraphTest.cpp:")) << text;
  EXPECT_TRUE(has(text, "needs a feed: '")) << text;
}

TEST_F(DynamicGraph, G5_APlaceholderWithinALoopNeedsAFeed) {
  const auto add = [&](Tensor, Tensor state) { return state + sum(placeholder(DType::F32, {kDynamic}, "inner")); };
  const Tensor total = for_range(2, add, sum(x));
  EXPECT_EQ(session.run(total, {{x, two}, {"inner", constant({1.0f, 2.0f})}}).item<float>(), 24);
  EXPECT_TRUE(has(THROWN(Error, session.run(total, {{x, two}})), "placeholder 'inner' f32[?] (at DynamicGraphTest.cpp:"));
}

TEST_F(DynamicGraph, G5_ExtentsThatDoNotGoTogetherAreNamed) {
  const Tensor other = placeholder(DType::F32, {kDynamic, 3}, "other");
  const Tensor both = x + other;
  EXPECT_EQ(session.run(both, {{x, two}, {other, two}}).shape(), (Shape{2, 3}));
  const Tensor three = constant({{1.0f, 1.0f, 1.0f}, {1.0f, 1.0f, 1.0f}, {1.0f, 1.0f, 1.0f}});
  const std::string text = thrown<ShapeError>([&] { session.run(both, {{x, two}, {other, three}}); });
  EXPECT_TRUE(has(text, "shapes don't broadcast: lhs f32[2,3], rhs f32[3,3]  (at DynamicGraphTest.cpp:")) << text;
  EXPECT_EQ(session.run(both, {{x, two}, {other, two}}).shape(), (Shape{2, 3})) << "the session is as before";
  EXPECT_TRUE(has(thrown<ShapeError>([&] { matmul(x, x); }), "rhs f32[?,3]")) << "and when it is recorded";
  EXPECT_TRUE(has(thrown<ShapeError>([&] { graph.variable(x, "v"); }), "the initial value of 'v' is f32[?,3]"));
}

TEST_F(DynamicGraph, G5_ProducersAndConsumersAreFedIndependently) {
  EXPECT_EQ(session.run(z, {{x, two}, {doubled, one}}).to_vector<float>(), (Floats{0, 0, 0, 2, 2, 2})) << "y is the mean of what is fed";
  EXPECT_EQ(session.run(z, {{x, one}, {doubled, two}, {y, constant({1.0f, 1.0f, 1.0f})}}).to_vector<float>(), (Floats{0, 1, 2}));
  EXPECT_TRUE(has(thrown<Error>([&] { session.run(z, {{x, one}, {"x", two}}); }), "'x' is fed twice"));
}

TEST_F(DynamicGraph, G5_CyclesThroughWhatOneOpMadeAreRefused) {
  const std::vector<Tensor> columns = unstack(x, 1);
  const Tensor late = exp(columns[0]);
  const Operation first = graph.operation("unstack_1"), last = graph.last_operation();
  EXPECT_TRUE(has(THROWN(TraceError, graph.add_control_dependency(graph.operation("unstack_5"), last)), "' would be a cycle"));
  EXPECT_TRUE(has(THROWN(TraceError, graph.add_control_dependency(first, last)), "' would be a cycle"));
  EXPECT_TRUE(has(THROWN(TraceError, graph.add_control_dependency(last, last)), "' would be a cycle"));
  EXPECT_EQ(session.run(late, {{x, two}}).shape(), (Shape{2}));
}

TEST_F(DynamicGraph, G5_NamedDimensionsMustAgree) {
  const Tensor a = placeholder({DType::F32, {kDynamic, kDynamic}, "a", {"n", "k"}}),
               b = placeholder({DType::F32, {kDynamic, 2}, "b", {"k"}});
  const Tensor product = matmul(a, b), total = sum(a);
  EXPECT_EQ(product.shape().to_string(), "[?,2]");
  EXPECT_EQ(session.run(product, {{a, of_ones({2, 3})}, {b, of_ones({3, 2})}}).to_vector<float>(), (Floats{3, 3, 3, 3}));
  EXPECT_EQ(THROWN(ShapeError, session.run(product, {{a, of_ones({2, 3})}, {b, of_ones({4, 2})}})),
            "feed: dimension 'k' is 3 in 'a' (dim 1) and 4 in 'b' (dim 0)");
  EXPECT_TRUE(
      has(thrown<ShapeError>([&] { session.callable(product, {a, b})(of_ones({1, 1}), of_ones({2, 2})); }), "dimension 'k' is 1 in 'a'"));
  EXPECT_EQ(session.run(total, {{a, of_ones({2, 3})}}).item<float>(), 6) << "b isn't fed";
  EXPECT_TRUE(has(thrown<ShapeError>([&] { matmul(a, a); }), "rhs f32[n,k]")) << "when it is recorded, they are different";
  EXPECT_TRUE(
      has(THROWN(ShapeError, placeholder({DType::F32, {kDynamic}, "c", {"n", "m"}})), "'c' f32[?] has 1 dimensions, found 2 names"));
  EXPECT_TRUE(has(THROWN(ShapeError, placeholder({DType::F32, {3}, "c", {"n"}})), "dimension 'n' of 'c' f32[3] has a known extent"));
}

TEST_F(DynamicGraph, G5_WhatIsRefusedLeavesNothing) {
  const std::size_t before = graph.operations().size();
  EXPECT_TRUE(has(thrown<ShapeError>([&] { unstack(x); }), "the number of results depends on extents"));
  EXPECT_EQ(graph.operations().size(), before);
  unstack(x, 1);
  EXPECT_TRUE(has(graph.last_operation().name(), "unstack_5")) << "six operations, of which the first has no number";
  const Tensor more = exp(x);
  EXPECT_EQ(graph.last_operation().name(), "exp");
  for (const Operation &operation : graph.operations())
    for (const Tensor &output : operation.outputs()) EXPECT_NO_THROW(session.run(output, {{x, two}}));
  EXPECT_EQ(session.run(more - more, {{x, two}}).shape(), (Shape{2, 3}));
}

TEST_F(DynamicGraph, G5_AFinalizedGraphStillRuns) {
  graph.finalize();
  EXPECT_EQ(session.run(y, {{x, two}}).to_vector<float>(), (Floats{4, 6, 8}));
  EXPECT_EQ(session.run(graph.tensor("mean"), {{x, two}}).to_vector<float>(), (Floats{8, 12, 16}));
  EXPECT_TRUE(has(thrown<TraceError>([&] { exp(x); }), "graph 'batches' is finalized"));
  EXPECT_TRUE(has(thrown<TraceError>([&] { placeholder(DType::F32, {kDynamic}, "more"); }), "graph 'batches' is finalized"));
}

// --- all together --------------------------------------------------------------------------------------------------

TEST_F(DynamicGraph, G2_ManyThreadsWithManyExtents) {
  const auto total = session.callable(sum(y), {x});
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 8; ++thread)
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 20; ++i) {
        const std::int64_t rows = 1 + (i + thread) % 3;
        const Tensor batch = ones({rows, 3});
        wrong += total(batch).item<float>() != 6;
        wrong += session.run("subtract", {{"x", batch}}).shape()[0] != rows;
      }
    });
  for (std::thread &thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST_F(DynamicGraph, G2_RunAllGivesWhatCanBeComputed) {
  const NamedTensors all = run_all(session, {{x, two}});
  EXPECT_EQ(all["mean_1"].to_vector<float>(), (Floats{4, 6, 8}));
  EXPECT_EQ(all["subtract"].shape(), (Shape{2, 3}));
}

TEST_F(DynamicGraph, G6_NothingKeepsAClosedGraph) {
  std::weak_ptr<int> alive;
  {
    Graph graph;
    const auto scope = graph.scope();
    const Tensor x = placeholder(DType::F32, {kDynamic, 2}, "x");
    const auto held = std::make_shared<int>(0);
    alive = held;
    const Tensor rows = x[constant({0})];
    host_call([held](Tensor tensor) { return tensor; }, {{DType::F32, {1, 2}}}, rows);
    Session session(graph);
    EXPECT_EQ(session.run(rows, {{x, constant({{1.0f, 2.0f}})}}).shape(), (Shape{1, 2}));
  }
  EXPECT_TRUE(alive.expired());
}

} // namespace burin::test
