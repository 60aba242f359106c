// What sessions run, and what they say: rules G2 to G7.
#include "burin/Session.h"
#include "burin/Check.h"
#include "burin/Control.h"
#include "burin/HostCall.h"
#include "burin/Ops.h"
#include "burin/Print.h"
#include "test/unit/api/Thrown.h"
#include "test/unit/function/Matchers.h"
#include <chrono>
#include <map>
#include <thread>

namespace burin::test {

using Floats = std::vector<float>;

struct Pair {
  Tensor first, second;
};

} // namespace burin::test

template <> struct burin::Aggregate<burin::test::Pair> {
  static auto fields(auto &pair) { return std::tie(pair.first, pair.second); }
};

namespace burin::test {

static PrintOptions into(std::string &text) {
  PrintOptions options;
  options.callback = [&text](std::string_view line) { text += line; };
  return options;
}

/// y = x * 2, z = y + x, and the graph that they are in.
struct Lines : testing::Test {
  Graph graph{"lines"};
  Scope scope = graph.scope();
  Tensor x = placeholder(DType::F32, {2}, "x");
  Tensor y = x * 2.0f;
  Tensor z = y + x;
  Session session{graph};
  Tensor value = constant({1.0f, 10.0f});
};
using SessionRun = Lines;

// --- fetches -------------------------------------------------------------------------------------------------------

TEST_F(SessionRun, G2_ResultsComeInTheStructureOfTheFetches) {
  EXPECT_EQ(session.run(z, {{x, value}}).to_vector<float>(), (Floats{3, 30}));
  EXPECT_EQ(session.run("multiply:0", {{x, value}}).to_vector<float>(), (Floats{2, 20}));
  EXPECT_EQ(session.run(std::string("add"), {{"x", value}}).to_vector<float>(), (Floats{3, 30}));
  const auto [a, b] = session.run(std::pair(z, "multiply"), {{x, value}});
  EXPECT_EQ(a.to_vector<float>(), (Floats{3, 30}));
  EXPECT_EQ(b.to_vector<float>(), (Floats{2, 20}));
  const std::vector<Tensor> list = session.run(std::vector{z, y, z}, {{x, value}});
  EXPECT_EQ(list.size(), 3u);
  EXPECT_EQ(list[2].to_vector<float>(), (Floats{3, 30})) << "duplicates are allowed";
  const auto nested =
      session.run(std::tuple(std::array{y, z}, std::optional(x), std::map<std::string, Tensor>{{"b", z}, {"a", y}}), {{x, value}});
  EXPECT_EQ(std::get<0>(nested)[1].to_vector<float>(), (Floats{3, 30}));
  EXPECT_EQ(std::get<1>(nested)->to_vector<float>(), (Floats{1, 10}));
  EXPECT_EQ(std::get<2>(nested).at("a").to_vector<float>(), (Floats{2, 20}));
  const Pair pair = session.run(Pair{z, y}, {{x, value}});
  EXPECT_EQ(pair.second.to_vector<float>(), (Floats{2, 20}));
  const std::vector<Tensor> mixed = session.run({z, "multiply", graph.operation("multiply")}, {{x, value}});
  EXPECT_EQ(mixed[1].to_vector<float>(), (Floats{2, 20}));
  EXPECT_FALSE(mixed[2].defined()) << "an operation gives nothing";
}

TEST_F(SessionRun, G2_AFetchedVariableHasItsValueAfterTheRun) {
  Variable v = graph.variable(constant(5.0f), "v");
  v.assign_add(1.0f);
  const Operation add = graph.last_operation();
  session.run(graph.variables_initializer());
  EXPECT_EQ(session.run(v).item<float>(), 5);
  EXPECT_EQ(session.run({v, add})[0].item<float>(), 6) << "whatever the order of the fetches";
  const auto [nothing, after] = session.run(std::tie(add, v), {});
  EXPECT_FALSE(nothing.defined());
  EXPECT_EQ(after.item<float>(), 7);
}

TEST_F(SessionRun, G2_EachSetOfFetchesIsCompiledOnce) {
  // A compilation is seen by the directory that it dumps into; one that isn't there is made.
  session.run(z, {{x, value}});
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 1000; ++i) {
    session.run(z, {{x, value}});
    session.run("add", {{"x:0", value}});
    session.run(graph.tensor("add:0"), {{graph.operation("x").output(), value}});
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2)) << "3,000 runs, none of which compiles";
}

// --- pruning -------------------------------------------------------------------------------------------------------

TEST_F(SessionRun, G3_OnlyWhatIsNeededRuns) {
  int calls = 0;
  const auto count = [&](Tensor tensor) {
    ++calls;
    return tensor;
  };
  const Tensor called = host_call(count, {{DType::F32, {2}}}, z)[0];
  session.run(z, {{x, value}});
  EXPECT_EQ(calls, 0);
  EXPECT_EQ(session.run(called, {{x, value}}).to_vector<float>(), (Floats{3, 30}));
  EXPECT_EQ(calls, 1);
  session.run({called, z, called}, {{x, value}});
  EXPECT_EQ(calls, 2);
}

TEST_F(SessionRun, G3_EffectsRunIfTheyAreFetched) {
  std::string text;
  print(into(text), "z:", z);
  const Operation printed = graph.last_operation();
  EXPECT_EQ(printed.name(), "print");
  session.run(z, {{x, value}});
  EXPECT_EQ(text, "");
  session.run(printed, {{x, value}});
  session.run("print", {{x, value}});
  EXPECT_EQ(text, "z: [3 30]\nz: [3 30]\n");
}

TEST_F(SessionRun, G3_ControlDependenciesRunBefore) {
  std::string text;
  print(into(text), "first");
  const Operation first = graph.last_operation();
  print(into(text), "second");
  Tensor after;
  {
    const Scope dependencies = graph.control_dependencies({first, "print_1"});
    after = exp(x);
  }
  const Tensor not_after = exp(x);
  EXPECT_EQ(graph.last_operation().control_inputs().size(), 0u);
  session.run(not_after, {{x, value}});
  EXPECT_EQ(text, "");
  session.run(after, {{x, value}});
  EXPECT_EQ(text, "first\nsecond\n");
  graph.add_control_dependency(first, graph.operation("print_1"));
  session.run(after, {{x, value}});
  EXPECT_EQ(text, "first\nsecond\nsecond\nfirst\n") << "what was compiled before the change is not used";
}

TEST_F(SessionRun, G3_EffectsKeepTheOrderOfTheirRecording) {
  Variable v = graph.variable(constant(1.0f), "v");
  session.run(graph.variables_initializer());
  const Tensor before = v.read_value();
  v.assign(before * 3.0f);
  const Operation tripled = graph.last_operation();
  const Tensor between = v.read_value();
  v.assign(between + 1.0f);
  const Operation raised = graph.last_operation();
  const auto found = session.run({raised, before, between, tripled, v});
  EXPECT_EQ(found[1].item<float>(), 1);
  EXPECT_EQ(found[2].item<float>(), 3);
  EXPECT_EQ(found[4].item<float>(), 4);
  EXPECT_EQ(session.run(between).item<float>(), 4) << "the assignment before it isn't fetched";
  EXPECT_EQ(session.run({raised, v})[1].item<float>(), 5);
}

TEST_F(SessionRun, G3_ChecksRunIfTheyAreFetched) {
  check(x > 0.0f, "x must be positive");
  const Operation checked = graph.last_operation();
  const Tensor negative = constant({-1.0f, -1.0f});
  EXPECT_EQ(session.run(y, {{x, negative}}).to_vector<float>(), (Floats{-2, -2}));
  EXPECT_TRUE(has(thrown<CheckError>([&] { session.run({y, checked}, {{x, negative}}); }), "x must be positive"));
}

// --- feeds ---------------------------------------------------------------------------------------------------------

TEST_F(SessionRun, G4_AnyTensorCanBeFed) {
  EXPECT_EQ(session.run(z, {{x, value}, {y, constant({5.0f, 5.0f})}}).to_vector<float>(), (Floats{6, 15}));
  EXPECT_EQ(session.run(exp(y) * 0.0f + y, {{"multiply:0", value}}).to_vector<float>(), (Floats{1, 10})) << "x isn't needed then";
  EXPECT_EQ(session.run(y, {{y, value}}).to_vector<float>(), (Floats{1, 10})) << "a fed tensor that is fetched is the feed";
  const std::vector<Tensor> both = session.run({y, z}, {{y, value}, {x, value}});
  EXPECT_EQ(both[0].to_vector<float>(), (Floats{1, 10})) << "producer and consumer are fed as the call says";
  EXPECT_EQ(both[1].to_vector<float>(), (Floats{2, 20}));
}

TEST_F(SessionRun, G4_WhatMakesAFedTensorDoesNotRun) {
  const Tensor made = host_call([](Tensor) -> Tensor { throw std::runtime_error("ran"); }, {{DType::F32, {2}}}, x)[0];
  const Tensor result = made + 1.0f;
  EXPECT_EQ(session.run(result, {{made, value}}).to_vector<float>(), (Floats{2, 11}));
  EXPECT_THROW(session.run(result, {{x, value}}), std::exception);
}

TEST_F(SessionRun, G4_AnOutputThatIsFedStaysFedWhereItsOperationRuns) {
  const auto [values, positions] = top_k(x, 1);
  const Tensor sum = values * 10.0f + cast(positions, DType::F32);
  EXPECT_EQ(session.run(sum, {{x, value}}).to_vector<float>(), (Floats{101}));
  EXPECT_EQ(session.run(sum, {{x, value}, {values, constant({2.0f})}}).to_vector<float>(), (Floats{21}));
}

TEST_F(SessionRun, G4_APlaceholderMayHaveADefault) {
  const Tensor rate = placeholder_with_default(0.5f, "rate");
  const Tensor scaled = x * rate;
  EXPECT_EQ(session.run(scaled, {{x, value}}).to_vector<float>(), (Floats{0.5, 5}));
  EXPECT_EQ(session.run(scaled, {{x, value}, {rate, 2.0f}}).to_vector<float>(), (Floats{2, 20}));
  EXPECT_EQ(session.run(scaled, {{x, value}, {"rate", 3}}).to_vector<float>(), (Floats{3, 30})) << "a number takes the tensor's dtype";
}

TEST_F(SessionRun, G4_FeedsMayBeGatheredFirst) {
  const std::string name = "x";
  const std::vector<Feed> feeds{{name, value}};
  EXPECT_EQ(session.run(z, feeds).to_vector<float>(), (Floats{3, 30}));
}

// --- bad input -----------------------------------------------------------------------------------------------------

TEST_F(SessionRun, G5_APlaceholderWithoutAFeedIsNamed) {
  const std::string text = THROWN(Error, session.run(z));
  EXPECT_TRUE(has(text, "run: placeholder 'x' f32[2] (at SessionTest.cpp:")) << text;
  EXPECT_TRUE(has(text, "needs a feed: '"));
  EXPECT_TRUE(has(THROWN(Error, session.run(x)), "placeholder 'x' f32[2]"));
  EXPECT_EQ(session.run(z, {{x, value}}).to_vector<float>(), (Floats{3, 30})) << "the session is as before";
}

TEST_F(SessionRun, G5_FeedsMustFit) {
  EXPECT_EQ(THROWN(ShapeError, session.run(z, {{x, constant({1.0f})}})), "feed: 'x' is f32[2], its feed is f32[1]");
  EXPECT_EQ(THROWN(DTypeError, session.run(z, {{x, constant({1, 2})}})),
            "feed: 'x' is f32[2], its feed is i32[2]: convert it with burin::cast");
  EXPECT_EQ(THROWN(ShapeError, session.run(z, {{x, 1.0f}})), "feed: 'x' is f32[2], its feed is f32[]");
  EXPECT_TRUE(has(THROWN(TraceError, session.run(z, {{x, y}})), "its feed is symbolic, made by multiply"));
  EXPECT_TRUE(has(THROWN(Error, session.run(z, {{x, Tensor()}})), "its feed is an empty tensor"));
  EXPECT_EQ(THROWN(Error, session.run(z, {{x, value}, {"x:0", value}})), "feed: 'x' is fed twice");
  EXPECT_TRUE(has(THROWN(Error, session.run(z, {{"xx", value}})), "no operation 'xx'; the nearest are 'x'"));
  EXPECT_TRUE(
      has(THROWN(TraceError, session.run(z, {{graph.operation("x"), value}})), "operation 'x' can't be fed: feed one of its outputs"));
  print("z");
  EXPECT_TRUE(has(THROWN(TraceError, session.run(z, {{"print", value}})), "operation 'print' has no output that could be fed"));
}

TEST_F(SessionRun, G5_WhatBelongsElsewhereIsRefused) {
  Graph other("other");
  Tensor stranger;
  {
    const Scope inner = other.scope();
    stranger = placeholder(DType::F32, {2}, "stranger");
  }
  EXPECT_EQ(THROWN(TraceError, session.run(stranger, {{x, value}})).substr(0, 54),
            "run: f32[2] made by placeholder 'stranger' (at Session");
  EXPECT_TRUE(has(THROWN(TraceError, session.run(z, {{stranger, value}})), "belongs to graph 'other', not to graph 'lines'"));
  EXPECT_TRUE(has(THROWN(TraceError, session.run(other.operation("stranger"))),
                  "operation 'stranger' belongs to graph 'other', not to graph 'lines'"));
  EXPECT_TRUE(has(THROWN(TraceError, session.run(value)), "f32[2] is concrete and no tensor of graph 'lines'"));
  EXPECT_TRUE(has(THROWN(Error, session.run(Tensor())), "run: "));
  EXPECT_TRUE(has(THROWN(Error, session.run("ad")), "graph 'lines' has no operation 'ad'; the nearest are 'add'"));
  EXPECT_TRUE(has(THROWN(IndexError, session.run("add:1")), "there is no output 1 of 'add', which has 1"));
}

TEST_F(SessionRun, G5_AVariableWithoutAValueIsNamed) {
  Variable v = graph.variable(constant(5.0f), "v");
  const Tensor sum = v + 1.0f;
  EXPECT_TRUE(has(thrown<UninitializedError>([&] { session.run(sum); }), "'v' is read before it has a value"));
  session.run(graph.variables_initializer());
  EXPECT_EQ(session.run(sum).item<float>(), 6);
  EXPECT_EQ(graph.variables().size(), 1u);
}

TEST_F(SessionRun, G5_AClosedSessionSaysSo) {
  auto callable = session.callable(z, {x});
  session.close();
  EXPECT_TRUE(session.is_closed());
  EXPECT_EQ(THROWN(Error, session.run(z, {{x, value}})), "run: the session is closed");
  EXPECT_EQ(thrown<Error>([&] { callable(value); }), "run: the session is closed");
  EXPECT_EQ(THROWN(Error, session.callable(z, {x})), "run: the session is closed");
  session.close();
  Session first(graph);
  const Session second = std::move(first);
  EXPECT_EQ(THROWN(Error, first.run(z, {{x, value}})), "run: the session is closed");
}

// --- lifetime ------------------------------------------------------------------------------------------------------

TEST(Session, G6_ASessionReleasesWhatItHolds) {
  auto token = std::make_shared<int>(0);
  auto graph = std::make_unique<Graph>();
  {
    PrintOptions options;
    options.callback = [token](std::string_view) { ++*token; };
    const Scope scope = graph->scope();
    print(options, "hello");
  }
  std::optional<Session> session(*graph);
  session->run("print");
  EXPECT_EQ(*token, 1);
  graph.reset();
  EXPECT_GT(token.use_count(), 1) << "the session holds its graph";
  session->run("print");
  session.reset();
  EXPECT_EQ(token.use_count(), 1);
}

TEST(Session, G6_ACallableOutlivesNothingThatItNeeds) {
  std::optional<Callable<Tensor>> callable;
  {
    Graph graph;
    const Scope scope = graph.scope();
    const Tensor x = placeholder(DType::F32, {}, "x");
    Session session(graph);
    callable.emplace(session.callable(x + 1.0f, {x}));
    EXPECT_EQ((*callable)(1.0f).item<float>(), 2);
  }
  EXPECT_EQ(thrown<Error>([&] { (*callable)(1.0f); }), "run: the session is closed");
}

// --- callables -----------------------------------------------------------------------------------------------------

TEST_F(SessionRun, G7_ACallableIsPreparedOnce) {
  auto callable = session.callable(std::tuple(z, graph.operation("multiply"), "x"), {x});
  const auto [sum, nothing, same] = callable(value);
  EXPECT_EQ(sum.to_vector<float>(), (Floats{3, 30}));
  EXPECT_FALSE(nothing.defined());
  EXPECT_EQ(same.to_vector<float>(), (Floats{1, 10}));
  EXPECT_EQ(session.callable("add", {"x"})(value).to_vector<float>(), (Floats{3, 30}));
  EXPECT_EQ(session.callable(std::vector{y, z}, {x, "multiply"})(value, value)[1].to_vector<float>(), (Floats{2, 20}));
  EXPECT_EQ(thrown<ShapeError>([&] { callable(1.0f); }), "feed: 'x' is f32[2], its feed is f32[]");
  EXPECT_EQ(thrown<Error>([&] { callable(); }), "run: the callable was prepared for 1 feeds, found 0");
  EXPECT_TRUE(has(THROWN(Error, session.callable(z)), "placeholder 'x' f32[2]"));
}

TEST_F(SessionRun, G7_ACallableFetchesVariables) {
  Variable v = graph.variable(constant(1.0f), "v");
  auto step = session.callable(std::tie(v, y), {x});
  session.run(graph.variables_initializer());
  EXPECT_EQ(std::get<0>(step(value)).item<float>(), 1);
}

TEST_F(SessionRun, G2_ManyThreadsRunOneSession) {
  std::vector<std::thread> threads;
  std::atomic<int> right = 0;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        const float f = static_cast<float>(t * 100 + i);
        right += session.run(z, {{x, Tensor::from_vector<float>({f, 1})}}).to_vector<float>() == Floats{3 * f, 3};
        right += session.run({"multiply", "add"}, {{"x", Tensor::from_vector<float>({f, 1})}})[0].to_vector<float>() == Floats{2 * f, 2};
      }
    });
  for (std::thread &thread : threads) thread.join();
  EXPECT_EQ(right, 800);
}

} // namespace burin::test
