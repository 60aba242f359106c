// Functions that are called within the trace of another one: rules T15, T17, and what E2, E3, S1, V6, V9 say of them.
#include "burin/burin.h"
#include "test/unit/function/Matchers.h"
#include <functional>

namespace burin::test {

using Floats = std::vector<float>;

static std::size_t count(const std::string &text, const std::string &part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

static PrintOptions into(std::string &lines) {
  PrintOptions options;
  options.callback = [&lines](std::string_view line) { lines += line; };
  options.end = ";";
  return options;
}

// --- calls in the IR -----------------------------------------------------------------------------------------------

TEST(NestedCalls, T17_ACallIsACallInTheIRAndSharedWithTheNextOne) {
  int traces = 0;
  auto inner = function(
      [&](Tensor x) {
        ++traces;
        return exp(x) + 1;
      },
      {.name = "inner"});
  auto outer = function([&](Tensor x) { return inner(inner(x)) * inner(x); });
  const std::string ir = outer.ir("trace", TensorSpec{DType::F32, {2}});
  EXPECT_EQ(count(ir, "func.func private @inner("), 1u) << ir;
  EXPECT_EQ(count(ir, "call @inner("), 3u) << ir;
  EXPECT_EQ(count(ir, "burin.exp"), 1u) << ir;
  EXPECT_EQ(traces, 1);
  EXPECT_EQ(inner.traces().size(), 0u) << "inner's own cache is for calls of its own";
  const std::string optimized = outer.ir("optimized", TensorSpec{DType::F32, {2}});
  EXPECT_EQ(count(optimized, "func.func"), 1u) << optimized;
  EXPECT_FALSE(has(optimized, "call @"));
}

TEST(NestedCalls, T17_TheValuesAreThoseOfTheCallsOneByOne) {
  auto layer = function([](Tensor x, float scale) { return tanh(x * scale) - mean(x); });
  auto outer = function([&](Tensor x) { return layer(layer(layer(x, 0.5f), 0.5f), 2.0f); });
  const Tensor x = constant({0.25f, -1.0f, 3.0f});
  EXPECT_EQ(outer(x).to_vector<float>(), layer(layer(layer(x, 0.5f), 0.5f), 2.0f).to_vector<float>());
}

TEST(NestedCalls, T17_AnotherSignatureIsAnotherCallee) {
  auto inner = function([](Tensor x, int n) { return sum(x) * static_cast<float>(n); }, {.name = "inner"});
  auto outer = function([&](Tensor x, Tensor y) { return inner(x, 1) + inner(y, 1) + inner(x, 2) + inner(x, 1); });
  const std::string ir = outer.ir("trace", TensorSpec{DType::F32, {2}}, TensorSpec{DType::F32, {3}});
  EXPECT_EQ(count(ir, "func.func private @inner"), 3u) << ir;
  EXPECT_EQ(outer(ones({2}), ones({3})).item<float>(), 2 + 3 + 4 + 2);
}

TEST(NestedCalls, T17_StructuresStaticValuesAndVariablesComeBack) {
  Variable v(constant(1.0f), "v"), w(constant(2.0f), "w");
  auto inner = function([](std::pair<Tensor, Tensor> xs, int n, Variable &which) {
    return std::tuple(std::vector<Tensor>{xs.second, xs.first}, n + 1, Variable(which.state()));
  });
  auto outer = function([&](Tensor x, Tensor y) {
    auto [swapped, next, which] = inner(std::pair(x, y), 4, w);
    auto [again, unused, other] = inner(std::pair(swapped[0], swapped[1]), 4, v);
    return std::tuple(again[0] + other, next, which * 10.0f);
  });
  const auto [sum, next, ten] = outer(constant(5.0f), constant(7.0f));
  EXPECT_EQ(sum.item<float>(), 5 + 1);
  EXPECT_EQ(next, 5);
  EXPECT_EQ(ten.item<float>(), 20);
}

TEST(NestedCalls, T17_ConcreteFunctionsAndFunctionsWithoutArguments) {
  Variable v(constant(3.0f), "v");
  auto read = function([&] { return v.read_value(); });
  auto add = function([](Tensor x, Tensor y) { return x + y; }, {.name = "add_both"});
  auto concrete = add.concrete(TensorSpec{DType::F32, {}}, TensorSpec{DType::F32, {}});
  auto outer = function([&](Tensor x) { return concrete(read(), x) + concrete(x, read()); });
  EXPECT_EQ(outer(1.0f).item<float>(), 8);
  auto wrong = function([&](Tensor x) { return concrete(x, x); });
  EXPECT_TRUE(has(thrown<SignatureError>([&] { wrong(ones({2})); }), "add_both: argument 0: expected f32[], got f32[2]"));
}

// --- captures ------------------------------------------------------------------------------------------------------

TEST(NestedCalls, T17_ACalleeMayCaptureTensorsOfItsCallers) {
  const Tensor big = ones({100});
  auto outer = function([&](Tensor x) {
    const Tensor twice = x * 2.0f;
    auto inner = function([&](Tensor y) {
      auto innermost = function([&](Tensor z) { return z + twice + sum(big); });
      return innermost(y) * twice;
    });
    return inner(x) + inner(twice);
  });
  EXPECT_EQ(outer(3.0f).item<float>(), (3 + 6 + 100) * 6 + (6 + 6 + 100) * 6);
}

TEST(NestedCalls, T17_CallsInBranchesAndLoops) {
  auto twice = function([](Tensor x) { return x * 2.0f; }, {.name = "twice"});
  auto f = function([&](Tensor x) {
    const Tensor y = cond(x > 0.0f, [&] { return twice(x); }, [&] { return twice(twice(x)); });
    return for_range(3, [&](Tensor, Tensor s) { return twice(s) + y; }, x);
  });
  EXPECT_EQ(count(f.ir("trace", TensorSpec{}), "func.func private @twice("), 1u);
  EXPECT_EQ(f(1.0f).item<float>(), 8 + 2 * 7);
  EXPECT_EQ(f(-1.0f).item<float>(), -8 - 4 * 7);
}

TEST(NestedCalls, T17_ACalleeThatCapturedOutOfABranchIsNotSharedWithTheOtherOne) {
  auto f = function([](Tensor x) {
    Tensor local;
    auto inner = function([&](Tensor y) { return y + local; });
    const auto branch = [&](float scale) {
      local = x * scale;
      return inner(x);
    };
    return cond(x > 0.0f, [&] { return branch(10.0f); }, [&] { return branch(100.0f); });
  });
  EXPECT_EQ(f(1.0f).item<float>(), 11);
  EXPECT_EQ(f(-1.0f).item<float>(), -101);
}

TEST(NestedCalls, V6_ATensorThatLeaksOutOfACalleeIsNamed) {
  Tensor leaked;
  auto inner = function([&](Tensor x) { return leaked = x * 2.0f; }, {.name = "inner"});
  auto outer = function([&](Tensor x) {
    const Tensor y = inner(x);
    return y + leaked;
  });
  const std::string text = thrown<TraceError>([&] { outer(1.0f); });
  EXPECT_TRUE(has(text, "add: f32[] made by multiply (at NestedCallsTest.cpp:"));
  EXPECT_TRUE(has(text, "leaked out of function 'inner': only there it stands for a value; return it from there"));
}

TEST(NestedCalls, AnEmptyArgumentIsNamed) {
  auto inner = function([](Tensor, Tensor y) { return y; }, {.name = "inner"});
  auto outer = function([&](Tensor x) { return inner(x, Tensor()); });
  EXPECT_TRUE(has(thrown<Error>([&] { outer(1.0f); }), "inner: argument 1 is an empty tensor"));
}

// --- effects -------------------------------------------------------------------------------------------------------

TEST(NestedCalls, E2_EffectsOfEachCallHappenInProgramOrder) {
  std::string lines;
  Variable v(constant(0), "v");
  auto inner = function([&](Tensor x) {
    v.assign_add(x);
    print(into(lines), "inner", v);
  });
  auto middle = function([&](Tensor x) {
    inner(x);
    print(into(lines), "middle", v);
    inner(x);
  });
  auto outer = function([&](Tensor x) {
    middle(x);
    v.assign_add(100);
    for_range(2, [&](Tensor) { middle(x); });
    print(into(lines), "outer", v);
  });
  outer(constant(1));
  EXPECT_EQ(lines, "inner 1;middle 1;inner 2;inner 103;middle 103;inner 104;inner 105;middle 105;inner 106;outer 106;");
}

TEST(NestedCalls, E3_WritesOfACalleeAreSeenByItsCallerAndTheOtherWayRound) {
  Variable v(constant(1.0f), "v");
  auto twice = function([](Variable &x) { x.assign(x * 2.0f); });
  auto outer = function([&] {
    v.assign_add(1.0f);
    twice(v);
    const Tensor between = v.read_value();
    twice(v);
    return std::pair(between, v.read_value());
  });
  const auto [between, last] = outer();
  EXPECT_EQ(between.item<float>(), 4);
  EXPECT_EQ(last.item<float>(), 8);
  EXPECT_EQ(v.item<float>(), 8);
}

TEST(NestedCalls, T6_VariablesPassedToACalleeShareItUnlessTheyAreTheSame) {
  Variable v(constant(1.0f), "v"), w(constant(10.0f), "w");
  auto add = function([](Variable &a, Variable &b) { a.assign_add(b); }, {.name = "add_to"});
  auto outer = function([&] {
    add(v, w); // 11, 10
    add(w, v); // 11, 21
    add(v, v); // 22, 21
  });
  const std::string ir = outer.ir("trace");
  EXPECT_EQ(count(ir, "func.func private @add_to"), 2u) << ir;
  outer();
  EXPECT_EQ(v.item<float>(), 22);
  EXPECT_EQ(w.item<float>(), 21);
}

TEST(NestedCalls, T6_AVariableThatIsPassedAndCapturedIsOne) {
  Variable v(constant(1.0f), "v"), w(constant(10.0f), "w");
  auto inner = function([&](Variable &passed) {
    passed.assign_add(1.0f);
    return passed * v;
  });
  auto outer = function([&] { return std::tuple{inner(v), inner(w), inner(v)}; }); // braces evaluate from left to right
  const auto [a, b, c] = outer();
  EXPECT_EQ(a.item<float>(), 4);
  EXPECT_EQ(b.item<float>(), 22);
  EXPECT_EQ(c.item<float>(), 9);
}

TEST(NestedCalls, E5_AFailureInACalleeComesWithItsLineAndLeavesWhatWasDone) {
  Variable v(constant(0), "v");
  auto inner = function([&](Tensor x) {
    v.assign_add(1);
    check(x > 0, "positive", x);
    v.assign_add(1);
  });
  auto outer = function([&](Tensor x) {
    inner(x + 1);
    inner(x);
  });
  EXPECT_EQ(THROWN(CheckError, outer(constant(0))), "check: positive: 0");
  EXPECT_EQ(v.item<int>(), 3);
}

TEST(NestedCalls, S1_ACalleeMakesItsVariablesOnTheFirstTrace) {
  std::optional<Variable> weights;
  auto glorot = function([](Tensor) { return full({2}, 0.5f); });
  auto layer = function([&](Tensor x) {
    if (!weights) weights.emplace(glorot(constant(0.0f)) * 2.0f, "weights");
    return x * *weights;
  });
  auto outer = function([&](Tensor x) { return layer(layer(x)); });
  EXPECT_EQ(outer(constant({3.0f, 4.0f})).to_vector<float>(), (Floats{3, 4}));
  weights->assign(constant({2.0f, 10.0f}));
  EXPECT_EQ(outer(constant({3.0f, 4.0f})).to_vector<float>(), (Floats{12, 400}));
}

// --- exceptions ----------------------------------------------------------------------------------------------------

TEST(NestedCalls, T13_ACalleeWhoseLambdaThrowsLeavesNothingBehind) {
  bool fail = true;
  auto innermost = function(
      [](Tensor x) {
        print("innermost", x);
        return x * 2.0f;
      },
      {.name = "innermost"});
  auto inner = function(
      [&](Tensor x) {
        const Tensor y = innermost(x);
        if (fail) throw std::runtime_error("on purpose");
        return y;
      },
      {.name = "inner"});
  auto outer = function([&](Tensor x) {
    try {
      inner(x);
    } catch (const std::runtime_error &) {}
    fail = false;
    return cond(x > 0.0f, [&] { return x + 1.0f; }, [&] { return x; });
  });
  EXPECT_EQ(outer(1.0f).item<float>(), 2);
  EXPECT_FALSE(has(outer.ir("trace", TensorSpec{}), "innermost"));
}

TEST(NestedCalls, T13_ACalleeOfABranchThatThrowsIsRecordedAnewAfterwards) {
  std::string lines;
  auto inner = function([&](Tensor x) {
    print(into(lines), "inner", x);
    return x * 2.0f;
  });
  auto outer = function([&](Tensor x) {
    try {
      cond(x > 0.0f, [&] { return inner(x); }, []() -> Tensor { throw std::runtime_error("on purpose"); });
    } catch (const std::runtime_error &) {}
    print(into(lines), "outer");
    return inner(x);
  });
  EXPECT_EQ(outer(1.0f).item<float>(), 2);
  EXPECT_EQ(lines, "outer;inner 1;");
}

TEST(NestedCalls, T17_AnErrorInACalleeHasItsLine) {
  auto inner = function([](Tensor x, Tensor y) { return matmul(x, y); });
  auto outer = function([&](Tensor x) { return inner(x, x); });
  EXPECT_TRUE(
      has(thrown<ShapeError>([&] { outer(ones({2, 3})); }), "matmul: inner extents differ: lhs f32[2,3] has 3, rhs f32[2,3] has 2"));
}

// --- recursion -----------------------------------------------------------------------------------------------------

TEST(NestedCalls, T15_RecursionThatBranchesOnAStaticArgumentIsTracedOncePerArgument) {
  using Fibonacci = std::function<Tensor(Tensor, int)>;
  int traces = 0;
  Function<Fibonacci> *self = nullptr;
  auto fibonacci = function(Fibonacci([&](Tensor x, int n) {
    ++traces;
    return n < 2 ? x * static_cast<float>(n) : (*self)(x, n - 1) + (*self)(x, n - 2);
  }));
  self = &fibonacci;
  EXPECT_EQ(fibonacci(1.0f, 12).item<float>(), 144);
  EXPECT_EQ(traces, 13);
}

// --- tensors from the middle ---------------------------------------------------------------------------------------

TEST(NestedCalls, V9_TensorsOfCalleesAreFetchedByTheNameOfTheCall) {
  auto dense = function([](Tensor x) { return relu(x * 2.0f - 1.0f); }, {.name = "dense"});
  auto outer = function([&](Tensor x) {
    const Scope scope = name_scope("block");
    return sum(dense(dense(x)));
  });
  const Tensor x = constant({1.0f, 0.0f});
  const auto fetched = outer.fetch({"block/dense/subtract", "block/dense_1/relu"}, x);
  EXPECT_EQ(fetched["block/dense/subtract"].to_vector<float>(), (Floats{1, -1}));
  EXPECT_EQ(fetched["block/dense_1/relu"].to_vector<float>(), (Floats{1, 0}));
  EXPECT_EQ(fetched.result.item<float>(), 1);
  EXPECT_EQ(outer.fetch({"NestedCallsTest.cpp:" + std::to_string(__LINE__ - 10)}, x).tensors.size(), 10u) << "all of dense, twice";
}

// --- graphs --------------------------------------------------------------------------------------------------------

TEST(NestedCalls, T17_InAGraphACallIsPartOfIt) {
  auto twice = function([](Tensor x) { return x * 2.0f; }, {.name = "twice"});
  Graph graph;
  const auto scope = graph.scope();
  const Tensor x = graph.placeholder(DType::F32, {}, "x");
  const Tensor y = twice(twice(x));
  Session session(graph);
  EXPECT_EQ(session.run(y, {{x, constant(3.0f)}}).item<float>(), 12);
}

} // namespace burin::test
