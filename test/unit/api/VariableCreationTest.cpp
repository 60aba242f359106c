#include "burin/burin.h"
#include "test/unit/api/Thrown.h"
#include <optional>
#include <thread>

using namespace burin;

/// As layers are written: the weights are made when the shape of the input is known.
struct Layer {
  std::optional<Variable> weights;
  int traces = 0;

  Tensor operator()(const Tensor &x) {
    ++traces;
    if (!weights) weights.emplace(normal({x.shape()[1], 3}, 7) * 0.1f, "weights");
    return matmul(x, *weights);
  }
};

TEST(VariableCreation, S1_OnTheFirstTraceOnly) {
  Layer layer;
  auto f = function([&](Tensor x) { return layer(x); });
  const Tensor y = f(ones({4, 2}));
  ASSERT_TRUE(layer.weights);
  const Tensor initial = normal({2, 3}, 7) * 0.1f;
  EXPECT_EQ(layer.weights->to_vector<float>(), initial.to_vector<float>());
  EXPECT_EQ(y.to_vector<float>(), matmul(ones({4, 2}), initial).to_vector<float>());
  EXPECT_EQ(layer.traces, 2) << "once more, to see that it makes none then";
  EXPECT_EQ(f.traces().size(), 1u);
  layer.weights->assign(zeros({2, 3}));
  EXPECT_EQ(f(ones({4, 2})).to_vector<float>(), std::vector<float>(12, 0.0f))
      << "the variable is shared, its first value is not part of the trace";
  f(ones({5, 2}));
  EXPECT_EQ(f.traces().size(), 2u);
}

TEST(VariableCreation, S1_OnEveryTraceThrows) {
  auto f = function(
      [](Tensor x) {
        Variable count(constant(0.0f), "count");
        count.assign_add(1);
        return x + count;
      },
      {.name = "step"});
  const std::string text = THROWN(TraceError, f(constant(1.f)));
  EXPECT_EQ(
      text,
      "variable: 'count' is made while function 'step' is traced again: a function makes variables on its first trace only, and keeps "
      "them outside of the lambda; or make it outside and capture it by reference");
  EXPECT_TRUE(f.traces().empty());
}

TEST(VariableCreation, S1_OnALaterTraceThrows) {
  std::vector<Variable> made;
  auto f = function([&](Tensor x) {
    if (x.rank() == 1) made.push_back(Variable(zeros({2}), "late"));
    return x;
  });
  f(constant(1.f));
  EXPECT_THROW(f(constant({1.f})), TraceError);
  EXPECT_THROW(f(constant({1.f})), TraceError) << "the failure leaves no trace behind";
  EXPECT_EQ(f.traces().size(), 1u);
}

TEST(VariableCreation, S1_InitialValuesDependOnNothingThatRuns) {
  Variable other(constant(2.f), "other");
  Generator generator(1);
  const auto error_of = [](auto lambda) {
    std::optional<Variable> v;
    auto f = function(
        [&](Tensor x) {
          if (!v) v.emplace(lambda(x), "v");
          return x + *v;
        },
        {.name = "step"});
    return burin::test::thrown<TraceError>([&] { f(constant(1.f)); });
  };
  const auto begins = [](const std::string &text, const std::string &with) { return text.compare(0, with.size(), with) == 0; };
  std::string text = error_of([](Tensor x) { return exp(x); });
  EXPECT_TRUE(begins(text, "variable: the initial value of 'v' depends on arg0 (at VariableCreationTest.cpp:")) << text;
  EXPECT_NE(text.find("which is known only when function 'step' runs"), std::string::npos) << text;
  text = error_of([&](Tensor) { return other + 1; });
  EXPECT_TRUE(begins(text, "variable: the initial value of 'v' depends on read_value (at VariableCreationTest.cpp:")) << text;
  text = error_of([&](Tensor) { return uniform({}, generator); });
  EXPECT_TRUE(begins(text, "variable: the initial value of 'v' depends on read_value (at VariableCreationTest.cpp:")) << text;
}

TEST(VariableCreation, S1_InitialValuesOfManyOpsLargeConstantsAndBranches) {
  const Tensor large = arange(1000, DType::F32);
  std::vector<Variable> made;
  auto f = function([&] {
    if (made.empty()) {
      const Tensor x = large * 2 + 1;
      made.push_back(Variable(cond(any(x > 5), [&] { return sum(x); }, [&] { return constant(0.f); }), "chosen"));
      made.push_back(Variable(x, "whole"));
      made.push_back(Variable(large, "concrete"));
      made.push_back(Variable(DType::F32, {2}, "empty"));
    }
    return made[0] + sum(made[1]) + sum(made[2]);
  });
  const float expected = sum(large * 2 + 1).item<float>();
  EXPECT_EQ(f().item<float>(), expected + expected + sum(large).item<float>());
  EXPECT_THROW(made[3].read_value(), UninitializedError);
}

TEST(VariableCreation, S1_GeneratorsAreMadeOnTheFirstTraceToo) {
  std::optional<Generator> generator;
  auto f = function([&] {
    if (!generator) generator.emplace(3);
    return uniform({4}, *generator);
  });
  EXPECT_EQ(f().to_vector<float>(), uniform({4}, random_key(3, 0)).to_vector<float>());
  EXPECT_EQ(f().to_vector<float>(), uniform({4}, random_key(3, 1)).to_vector<float>());
}

TEST(VariableCreation, S1_T13_ALambdaThatThrowsMayTryAgain) {
  std::optional<Variable> v;
  bool fails = true;
  auto f = function([&](Tensor x) {
    if (!v) v.emplace(zeros({2}), "v");
    if (fails) throw std::runtime_error("not yet");
    return x + *v;
  });
  EXPECT_THROW(f(constant(1.f)), std::runtime_error);
  fails = false;
  v.reset();
  EXPECT_EQ(f(constant(1.f)).to_vector<float>(), (std::vector<float>{1, 1}));
}

TEST(VariableCreation, S1_T12_ConcreteMakesThemWithoutRunning) {
  Layer layer;
  auto f = function([&](Tensor x) {
    print("never");
    return layer(x);
  });
  testing::internal::CaptureStderr();
  f.concrete(TensorSpec{DType::F32, {4, 2}});
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  ASSERT_TRUE(layer.weights);
  EXPECT_EQ(layer.weights->shape(), (Shape{2, 3}));
}

TEST(VariableCreation, S1_EagerlyTheyAreMadeAsWritten) {
  Layer layer;
  auto f = function([&](Tensor x) { return layer(x); });
  run_functions_eagerly(true);
  const Tensor y = f(ones({4, 2}));
  run_functions_eagerly(false);
  EXPECT_EQ(f(ones({4, 2})).to_vector<float>(), y.to_vector<float>());
}

TEST(VariableCreation, S1_T14_ManyThreadsMakeThemOnce) {
  std::vector<Variable> made;
  auto f = function([&](Tensor x) {
    if (made.empty()) made.push_back(Variable(zeros({}), "count"));
    made[0].assign_add(1);
    return x;
  });
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; ++i) threads.emplace_back([&] { f(constant(1.f)); });
  for (std::thread &thread : threads) thread.join();
  EXPECT_EQ(made.size(), 1u);
  EXPECT_EQ(made[0].item<float>(), 16);
}

TEST(VariableCreation, FunctionsNameTheVariablesThatTheyCaptured) {
  Variable a(constant(1.f), "a"), b(constant(2.f), "b"), unused(constant(0.f), "unused");
  auto f = function([&](Tensor x, Variable &v) {
    v.assign_add(sum(x) * b);
    return x.rank() == 0 ? x + b : x + a;
  });
  Variable argument(constant(0.f), "argument");
  EXPECT_TRUE(f.variables().empty());
  f(constant(1.f), argument);
  f(constant({1.f}), argument);
  std::vector<Variable> found = f.variables();
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].name(), "b");
  EXPECT_EQ(found[1].name(), "a");
  found[1].assign(5);
  EXPECT_EQ(a.item<float>(), 5) << "handles, not copies";
}
