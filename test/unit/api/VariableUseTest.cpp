// Variables in larger numbers, as arguments of one function, and in calls that fail.
#include "burin/burin.h"
#include "test/unit/api/Thrown.h"
#include <thread>

using namespace burin;

TEST(VariableUse, T6_S3_OneVariableTwiceIsOne) {
  Variable v(constant({1.f, 2.f}), "v"), w(constant({10.f, 20.f}), "w");
  const auto body = [](Variable &a, Variable &b) {
    a.assign_add(1);
    b.assign_add(a);
    return a + b;
  };
  auto f = function(body);
  EXPECT_EQ(f(v, w).to_vector<float>(), (std::vector<float>{14, 26}));
  EXPECT_EQ(f(v, v).to_vector<float>(), (std::vector<float>{12, 16})) << "a is 3, 4, and b, which it is, 6, 8";
  EXPECT_EQ(v.to_vector<float>(), (std::vector<float>{6, 8}));
  run_functions_eagerly(true);
  EXPECT_EQ(f(v, v).to_vector<float>(), (std::vector<float>{28, 36}));
  run_functions_eagerly(false);
}

TEST(VariableUse, S2_S3_HundredsInOneFunction) {
  constexpr int kCount = 500;
  std::vector<Variable> variables;
  for (int i = 0; i < kCount; ++i) variables.push_back(Variable(full({2}, static_cast<float>(i)), "v" + std::to_string(i)));
  auto f = function([&](Tensor x) {
    for (int i = 0; i < kCount; ++i) variables[static_cast<std::size_t>(i)].assign_add(x);
    return variables.front() + variables.back();
  });
  EXPECT_EQ(f(constant(1.f)).to_vector<float>(), std::vector<float>(2, kCount + 1));
  EXPECT_EQ(f(constant(1.f)).to_vector<float>(), std::vector<float>(2, kCount + 3));
  for (int i = 0; i < kCount; i += 97) EXPECT_EQ(variables[static_cast<std::size_t>(i)].to_vector<float>()[0], static_cast<float>(i + 2));
}

TEST(VariableUse, S2_ACopyOfAStructOfVariablesHasValuesOfItsOwn) {
  struct Model {
    Variable w{constant({1.f, 2.f}), "w"}, b{constant(0.f), "b"};
  } model;
  Model copy(model);
  auto step = [](Model &m) {
    return function([&m] {
      m.w.assign_add(m.b);
      m.b.assign_add(1);
    });
  };
  auto f = step(model);
  f();
  f();
  EXPECT_EQ(model.w.to_vector<float>(), (std::vector<float>{2, 3}));
  EXPECT_EQ(copy.w.to_vector<float>(), (std::vector<float>{1, 2}));
  EXPECT_EQ(copy.b.item<float>(), 0);
}

TEST(VariableUse, S2_E5_AnAssignmentOutOfRangeLeavesTheVariable) {
  Variable v(constant({1.f, 2.f, 3.f}), "v"), count(constant(0), "count");
  EXPECT_THROW(v[3].assign(7), IndexError);
  auto traced = function([&] { v[-4].assign(7); });
  EXPECT_THROW(traced(), IndexError) << "known when it is traced";
  EXPECT_THROW(v.index({constant({0, 3})}).assign(7), IndexError) << "eagerly, by a tensor";
  auto f = function([&](Tensor i) {
    count.assign_add(1);
    v.index({i}).assign(7);
    count.assign_add(1);
  });
  EXPECT_THROW(f(constant({0, 3})), IndexError);
  EXPECT_EQ(v.to_vector<float>(), (std::vector<float>{1, 2, 3}));
  EXPECT_EQ(count.item<int>(), 1) << "what came before has happened, what comes after has not";
  f(constant({0, 2}));
  EXPECT_EQ(v.to_vector<float>(), (std::vector<float>{7, 2, 7}));
}

TEST(VariableUse, S5_TheDumpShowsTheUpdateInPlace) {
  Variable v(zeros({1024}), "v");
  auto f = function([&](Tensor x) { v.assign_add(x); });
  const std::string buffers = f.ir("buffers", TensorSpec{DType::F32, {1024}});
  EXPECT_NE(buffers.find("burin.in_place = array<i64: 1>"), std::string::npos) << buffers;
  auto g = function([&](Tensor x) { // the old value is wanted afterwards
    const Tensor before = v;
    v.assign(sum(before) + x);
    return before;
  });
  const std::string kept = g.ir("buffers", TensorSpec{DType::F32, {1024}});
  EXPECT_NE(kept.find("burin.in_place = array<i64: 0>"), std::string::npos) << kept;
}

TEST(VariableUse, S5_AReaderKeepsWhatItHasRead) {
  Variable v(zeros({1024}), "v");
  auto f = function([&] { v.assign_add(1); });
  f();
  const Tensor held = v;
  f();
  EXPECT_EQ(held.to_vector<float>(), std::vector<float>(1024, 1));
  EXPECT_EQ(v.to_vector<float>(), std::vector<float>(1024, 2));
}

/// Runs `call` `count` times on each of 16 threads.
template <class Call> static void on_sixteen_threads(int count, Call call) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 16; ++t)
    threads.emplace_back([=] {
      for (int i = 0; i < count; ++i) call();
    });
  for (std::thread &thread : threads) thread.join();
}

TEST(VariableUse, S6_AMillionUpdatesOfSixteenThreadsLoseNone) {
  Variable v(Tensor::scalar<std::int64_t>(0), "v"), w(zeros({3}, DType::F64), "w");
  auto f = function([&] { v.assign_add(1); });
  on_sixteen_threads(31'250, [&] {
    f();                // compiled
    v.assign_add(1);    // eagerly
  });
  EXPECT_EQ(v.item<std::int64_t>(), 1'000'000);
  auto both = function([&] {
    v.assign_sub(1);
    w.assign_add(1);
  });
  on_sixteen_threads(1000, [&] { both(); });
  EXPECT_EQ(v.item<std::int64_t>(), 984'000);
  EXPECT_EQ(w.to_vector<double>(), std::vector<double>(3, 16'000.0));
}

TEST(VariableUse, S2_E5_ThousandsInOneFunctionAndAFailureAmongThem) {
  constexpr std::size_t kCount = 2000;
  std::vector<Variable> variables;
  for (std::size_t i = 0; i < kCount; ++i) variables.emplace_back(full({2}, static_cast<float>(i)), "v" + std::to_string(i));
  auto f = function([&](Tensor x) {
    for (std::size_t i = 0; i < kCount; ++i) {
      if (i == kCount / 2) check(x < 3, "x is small");
      variables[i].assign_add(x);
    }
  });
  f(constant({1.f, 2.f}));
  EXPECT_THROW(f(constant({1.f, 4.f})), CheckError);
  for (std::size_t i = 0; i < kCount; ++i) {
    const float start = static_cast<float>(i);
    const auto expected = i < kCount / 2 ? std::vector<float>{start + 2, start + 6} : std::vector<float>{start + 1, start + 2};
    ASSERT_EQ(variables[i].to_vector<float>(), expected) << i;
  }
}

TEST(VariableUse, S2_ALoopUpdatesABoundedNumberOfThem) {
  std::vector<Variable> variables;
  for (int i = 0; i < 200; ++i) variables.emplace_back(zeros({2}), "v" + std::to_string(i));
  auto f = function([&](Tensor x) {
    for (Variable &variable : variables) variable.assign_add(x * 2);
  });
  const std::string ir = f.ir("clusters", TensorSpec{DType::F32, {2}});
  std::size_t clusters = 0;
  for (std::size_t at = ir.find("burin.cluster"); at != ir.npos; at = ir.find("burin.cluster", at + 1)) ++clusters;
  EXPECT_EQ(clusters, 4u) << "of at most 64 values that others made";
}
