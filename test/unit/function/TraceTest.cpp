// When a function is traced, and what a trace keeps: rules T1 to T6, T11 to T13, T15, T16.
#include "Matchers.h"
#include "burin/Error.h"
#include "burin/Function.h"
#include "burin/Ops.h"
#include "burin/Options.h"
#include "test/memory/ProcessMemory.h"
#include <stdexcept>

namespace burin::test {

using Floats = std::vector<float>;

static Tensor vector_of(std::size_t size, float value = 1) { return Tensor::from_vector(Floats(size, value)); }

TEST(Trace, T1_SecondCallWithSameSignatureDoesNotRetrace) {
  int traces = 0;
  auto f = function([&](Tensor x, Tensor y) {
    ++traces;
    return x * 2.0f + y;
  });
  EXPECT_EQ(f(vector_of(2, 1), vector_of(2, 3)).to_vector<float>(), (Floats{5, 5}));
  EXPECT_EQ(f(vector_of(2, 2), vector_of(2, 4)).to_vector<float>(), (Floats{8, 8}));
  EXPECT_EQ(traces, 1);
}

TEST(Trace, T1_SignaturesThatAlternateKeepTheirTraces) {
  int traces = 0;
  auto f = function([&](Tensor x) {
    ++traces;
    return x + 1.0f;
  });
  for (std::size_t i = 0; i < 12; ++i) EXPECT_EQ(f(vector_of(1 + i % 3)).element_count(), static_cast<std::int64_t>(1 + i % 3));
  EXPECT_EQ(traces, 3);
}

TEST(Trace, T2_TensorsAreKeyedByDTypeAndShape) {
  int traces = 0;
  auto f = function([&](Tensor x) {
    ++traces;
    return x;
  });
  f(Tensor::from_vector(Floats{1, 2}));
  f(Tensor::from_vector(Floats{3, 4}));
  EXPECT_EQ(traces, 1);
  f(Tensor::from_vector(Floats{1, 2}, Shape{2, 1}));
  EXPECT_EQ(traces, 2);
  f(Tensor::from_vector(std::vector<std::int32_t>{1, 2}));
  EXPECT_EQ(traces, 3);
}

enum class Mode { Train, Test };

TEST(Trace, T2_StaticArgumentsAreKeyedByValue) {
  int traces = 0;
  auto f = function([&](Tensor x, bool, int, double, Mode, std::string) {
    ++traces;
    return x;
  });
  const Tensor x = vector_of(1);
  f(x, true, 1, 0.5, Mode::Train, "a");
  f(x, true, 1, 0.5, Mode::Train, "a");
  EXPECT_EQ(traces, 1);
  f(x, false, 1, 0.5, Mode::Train, "a");
  f(x, true, 2, 0.5, Mode::Train, "a");
  f(x, true, 1, 0.25, Mode::Train, "a");
  f(x, true, 1, 0.5, Mode::Test, "a");
  f(x, true, 1, 0.5, Mode::Train, "b");
  EXPECT_EQ(traces, 6);
}

TEST(Trace, T2_TextsThatJoinAlikeAreDifferent) {
  int traces = 0;
  auto f = function([&](std::string, std::string) { ++traces; });
  f("ab", "c");
  f("a", "bc");
  EXPECT_EQ(traces, 2);
}

TEST(Trace, T2_ANumberForATensorParameterIsATensor) {
  int traces = 0;
  auto f = function([&](Tensor x) {
    ++traces;
    return x * 2.0f;
  });
  EXPECT_EQ(f(1.5f).item<float>(), 3);
  EXPECT_EQ(f(2.5f).item<float>(), 5);
  EXPECT_EQ(traces, 1);
}

TEST(Trace, T4_TwoFunctionsNeverShareTraces) {
  int traces = 0;
  const auto lambda = [&](Tensor x) {
    ++traces;
    return x;
  };
  auto f = function(lambda), g = function(lambda);
  f(1.0f);
  g(1.0f);
  EXPECT_EQ(traces, 2);
}

TEST(Trace, T4_CopiesShareOneCache) {
  int traces = 0;
  auto f = function([&](Tensor x) {
    ++traces;
    return x;
  });
  auto g = f;
  f(1.0f);
  g(1.0f);
  EXPECT_EQ(traces, 1);
  EXPECT_EQ(f.traces().size(), 1u);
}

TEST(Trace, T5_CapturedHostValuesAreFrozen) {
  float factor = 2;
  auto f = function([&](Tensor x) { return x * factor; });
  EXPECT_EQ(f(1.0f).item<float>(), 2);
  factor = 3;
  EXPECT_EQ(f(1.0f).item<float>(), 2);
  EXPECT_EQ(f.traces().size(), 1u);
}

TEST(Trace, T6_ChangesOfCapturedVariablesAreSeen) {
  Variable v(Tensor::scalar(2.0f), "v");
  auto f = function([&](Tensor x) { return x * v; });
  EXPECT_EQ(f(3.0f).item<float>(), 6);
  v.assign(Tensor::scalar(5.0f));
  EXPECT_EQ(f(3.0f).item<float>(), 15);
  EXPECT_EQ(f.traces().size(), 1u);
}

TEST(Trace, T6_VariablesOfOneDTypeAndShapeShareATrace) {
  Variable v(Tensor::scalar(1.0f), "v"), w(Tensor::scalar(10.0f), "w");
  auto f = function([](Variable &target, Tensor x) { target.assign_add(x); });
  f(v, 2.0f);
  f(w, 3.0f);
  EXPECT_EQ(v.item<float>(), 3);
  EXPECT_EQ(w.item<float>(), 13);
  EXPECT_EQ(f.traces().size(), 1u);
}

TEST(Trace, T6_TheSameVariableTwiceIsAnotherSignature) {
  Variable v(Tensor::scalar(1.0f), "v"), w(Tensor::scalar(10.0f), "w");
  auto f = function([](Variable &a, Variable &b) {
    a.assign_add(1.0f);
    return a + b;
  });
  EXPECT_EQ(f(v, w).item<float>(), 12);
  EXPECT_EQ(f(v, v).item<float>(), 6);
  EXPECT_EQ(f(w, v).item<float>(), 14);
  EXPECT_EQ(f.traces().size(), 2u);
}

TEST(Trace, T6_AVariableThatIsPassedAndCapturedIsOne) {
  Variable v(Tensor::scalar(1.0f), "v"), w(Tensor::scalar(10.0f), "w");
  auto f = function([&](Variable &passed) {
    passed.assign_add(1.0f);
    return passed * v;
  });
  EXPECT_EQ(f(v).item<float>(), 4) << "both are v, which is 2 by now";
  EXPECT_EQ(f(w).item<float>(), 22) << "11 times v";
  EXPECT_EQ(f(v).item<float>(), 9);
  EXPECT_EQ(f.traces().size(), 2u);
}

TEST(Trace, T11_TheLeastRecentlyUsedTraceIsDropped) {
  int traces = 0;
  auto f = function([&](Tensor x) {
    ++traces;
    return x;
  }, {.max_traces = 2});
  f(vector_of(1));
  f(vector_of(2));
  f(vector_of(1));
  f(vector_of(3)); // drops 2
  EXPECT_EQ(traces, 3);
  EXPECT_EQ(f.traces().size(), 2u);
  f(vector_of(1));
  EXPECT_EQ(traces, 3);
  f(vector_of(2));
  EXPECT_EQ(traces, 4);
}

TEST(Trace, T11_EvictedMachineCodeIsFreed) {
  auto f = function([](Tensor x) { return tanh(x) + sum(x); }, {.max_traces = 4});
  std::size_t size = 0;
  const auto call = [&](int times) {
    for (int i = 0; i < times; ++i) f(vector_of(++size));
    return made_code_bytes();
  };
  const std::int64_t few = call(20), many = call(100);
  EXPECT_GT(few, 0);
  EXPECT_LE(many, few + 16 * 4096) << "of " << size << " traces 4 are kept";
  EXPECT_EQ(f.traces().size(), 4u);
}

TEST(Trace, T12_ConcreteTracesWithoutRunning) {
  int traces = 0;
  Variable v(Tensor::scalar(0.0f), "v");
  auto f = function([&](Tensor x, bool) {
    ++traces;
    v.assign_add(1.0f);
    return x + 1.0f;
  });
  auto concrete = f.concrete(TensorSpec{DType::F32, {2}}, true);
  EXPECT_EQ(traces, 1);
  EXPECT_EQ(v.item<float>(), 0);
  EXPECT_EQ(concrete(vector_of(2), true).to_vector<float>(), (Floats{2, 2}));
  EXPECT_EQ(f(vector_of(2), true).to_vector<float>(), (Floats{2, 2}));
  EXPECT_EQ(traces, 1);
  EXPECT_EQ(v.item<float>(), 2);
  EXPECT_EQ(concrete.signature(), "(f32[2], true)");
}

TEST(Trace, T12_ConcreteIsTheSameObjectWhenAskedAgain) {
  auto f = function([](std::vector<Tensor> xs, Tensor y) { return xs[0] + y; });
  const TensorSpec spec{DType::F32, {2}};
  auto first = f.concrete(std::vector{spec, spec}, spec);
  EXPECT_TRUE(first == f.concrete(std::vector{spec, spec}, vector_of(2)));
  EXPECT_FALSE(first == f.concrete(std::vector{spec}, spec));
}

TEST(Trace, T12_ConcreteRejectsOtherSignatures) {
  auto f = function([](std::pair<Tensor, Tensor> xs, bool negate) { return negate ? -xs.first : xs.second; }, {.name = "step"});
  const TensorSpec spec{DType::F32, {2}, "x"};
  auto concrete = f.concrete(std::pair{spec, spec}, true);
  const auto call = [&](const Tensor &second, bool negate) {
    return thrown<SignatureError>([&] { concrete(std::pair{vector_of(2), second}, negate); });
  };
  EXPECT_TRUE(has(call(vector_of(3), true), "step: argument 0.second 'x': expected f32[2], got f32[3]; this trace takes ((f32[2], f32[2]), true)"));
  EXPECT_TRUE(has(call(Tensor::from_vector(std::vector<double>{1, 2}), true), "argument 0.second 'x': expected f32[2], got f64[2]"));
  EXPECT_TRUE(has(call(vector_of(2), false), "argument 1: expected true, got false"));
  EXPECT_TRUE(has(call(vector_of(2), false), "(at TraceTest.cpp:"));
  EXPECT_EQ(f.traces().size(), 1u);
}

TEST(Trace, T12_ConcreteRejectsAnotherStructure) {
  auto f = function([](std::map<std::string, Tensor> xs, std::optional<Tensor>) { return xs.begin()->second; });
  auto concrete = f.concrete(std::map<std::string, TensorSpec>{{"w", {}}}, std::nullopt);
  const std::map<std::string, Tensor> good{{"w", Tensor::scalar(1.0f)}}, bad{{"v", Tensor::scalar(1.0f)}};
  EXPECT_TRUE(has(thrown<SignatureError>([&] { concrete(bad, std::nullopt); }), "argument 0: expected map with 'w', got map with 'v'"));
  EXPECT_TRUE(has(thrown<SignatureError>([&] { concrete(good, Tensor::scalar(1.0f)); }), "argument 1: expected no value, got a value"));
  EXPECT_EQ(concrete(good, std::nullopt).item<float>(), 1);
}

TEST(Trace, T12_AConcreteFunctionOutlivesItsFunction) {
  auto concrete = [] { return function([](Tensor x) { return x + 1.0f; }).concrete(TensorSpec{}); }();
  EXPECT_EQ(concrete(1.0f).item<float>(), 2);
}

TEST(Trace, T13_AFailedTraceLeavesNothing) {
  bool fail = true;
  int traces = 0;
  auto f = function([&](Tensor x) {
    ++traces;
    Tensor y = x + 1.0f;
    if (fail) throw std::runtime_error("from the lambda");
    return y;
  });
  EXPECT_EQ(thrown<std::runtime_error>([&] { f(1.0f); }), "from the lambda");
  EXPECT_EQ(f.traces().size(), 0u);
  EXPECT_EQ((Tensor::scalar(1.0f) + 1.0f).item<float>(), 2) << "tracing has ended";
  fail = false;
  EXPECT_EQ(f(1.0f).item<float>(), 2);
  EXPECT_EQ(traces, 2);
}

TEST(Trace, T13_AnEmptyResultIsNamed) {
  auto f = function([](Tensor x) { return std::pair{x, Tensor()}; }, {.name = "f"});
  EXPECT_TRUE(has(thrown<TraceError>([&] { f(1.0f); }), "f: tensor 1 of the lambda's result is empty"));
}

TEST(Trace, AnEmptyArgumentIsNamed) {
  auto f = function([](Tensor x, std::array<Tensor, 2>) { return x; }, {.name = "f"});
  const auto text = thrown<Error>([&] { f(1.0f, std::array{vector_of(1), Tensor()}); });
  EXPECT_TRUE(has(text, "f: argument 1[1] is an empty tensor"));
}

TEST(Trace, V6_ALeakedTensorAsAnArgumentIsNamed) {
  Tensor leaked;
  auto f = function([&](Tensor x) { return leaked = x + 1.0f; }, {.name = "f"});
  f(1.0f);
  auto g = function([](Tensor x) { return x; }, {.name = "g"});
  const auto text = thrown<TraceError>([&] { g(leaked); });
  EXPECT_TRUE(has(text, "g: argument 0 is symbolic, made by add (at TraceTest.cpp:"));
  EXPECT_TRUE(has(text, "it leaked out of its function"));
}

TEST(Trace, T15_RecursionWithTheSameSignatureThrows) {
  Function<std::function<Tensor(Tensor)>> *outer = nullptr;
  auto inner = function([&](Tensor x) { return (*outer)(x + 1.0f); }, {.name = "inner"});
  auto f = function(std::function<Tensor(Tensor)>([&](Tensor x) { return inner(x); }), {.name = "outer"});
  outer = &f;
  const auto text = thrown<TraceError>([&] { f(1.0f); });
  EXPECT_TRUE(has(text, "outer: called with the same signature while it is traced: outer(f32[]) -> inner(f32[]) -> outer(f32[])"));
  EXPECT_EQ(f.traces().size(), 0u);
}

TEST(Trace, T15_RecursionThatEndsOnAStaticArgumentWorks) {
  using Power = std::function<Tensor(Tensor, int)>;
  Function<Power> *self = nullptr;
  auto power = function(Power([&](Tensor x, int n) { return n == 0 ? x * 0.0f + 1.0f : x * (*self)(x, n - 1); }));
  self = &power;
  EXPECT_EQ(power(2.0f, 10).item<float>(), 1024);
  EXPECT_EQ(power.traces().size(), 1u);
}

TEST(Trace, T15_EndlessRecursionOverStaticArgumentsThrows) {
  using Count = std::function<Tensor(Tensor, int)>;
  Function<Count> *self = nullptr;
  auto count = function(Count([&](Tensor x, int n) { return (*self)(x, n + 1); }), {.name = "count"});
  self = &count;
  EXPECT_TRUE(has(thrown<TraceError>([&] { count(2.0f, 0); }), "count: calls of functions are 256 deep while they are traced"));
}

TEST(Trace, T15_AskingForTheTraceThatIsBeingMadeThrows) {
  Function<std::function<Tensor(Tensor)>> *self = nullptr;
  auto f = function(std::function<Tensor(Tensor)>([&](Tensor x) {
    self->concrete(TensorSpec{});
    return x;
  }), {.name = "f"});
  self = &f;
  EXPECT_TRUE(has(thrown<TraceError>([&] { f(1.0f); }), "f: called with the same signature while it is traced"));
}

class RunEagerly {
public:
  RunEagerly() { run_functions_eagerly(true); }
  ~RunEagerly() { run_functions_eagerly(false); }
};

TEST(Trace, T16_EagerlyTheLambdaIsHostCode) {
  int runs = 0;
  auto f = function([&](Tensor x) {
    ++runs;
    return x.item<float>() > 0 ? x * 2.0f : x;
  });
  const RunEagerly scope;
  EXPECT_EQ(f(1.0f).item<float>(), 2);
  EXPECT_EQ(f(-1.0f).item<float>(), -1);
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(f.traces().size(), 0u);
}

TEST(Trace, T16_EagerlyVariablesAreTheCallersOwn) {
  Variable v(Tensor::scalar(1.0f), "v");
  auto f = function([](Variable &x) { x.assign_add(1.0f); });
  f(v);
  const RunEagerly scope;
  f(v);
  EXPECT_EQ(v.item<float>(), 3);
}

TEST(Trace, T17_ACallWithinATraceIsPartOfIt) {
  int inner_traces = 0;
  Variable v(Tensor::scalar(1.0f), "v");
  auto inner = function([&](Tensor x) {
    ++inner_traces;
    v.assign_add(x);
    return v * 2.0f;
  });
  auto outer = function([&](Tensor x) {
    v.assign_add(1.0f);
    return inner(x) + 1.0f;
  });
  EXPECT_EQ(outer(3.0f).item<float>(), 11);
  EXPECT_EQ(v.item<float>(), 5);
  EXPECT_EQ(outer(3.0f).item<float>(), 19);
  EXPECT_EQ(inner_traces, 1);
  EXPECT_EQ(inner.traces().size(), 0u);
}

} // namespace burin::test
