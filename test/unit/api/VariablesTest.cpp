#include "burin/burin.h"
#include "test/unit/api/Thrown.h"
#include <sstream>
#include <thread>

using namespace burin;

TEST(Variables, S1_CopiedInATraceThrows) {
  const Variable v(constant(1.f), "v");
  auto f = function([&](Tensor x) {
    Variable copy(v);
    return x;
  });
  EXPECT_THROW(f(constant(1.f)), TraceError);
}

TEST(Variables, S2_AssignKeepsDTypeAndShape) {
  Variable v(constant({1.f, 2.f}), "v");
  v.assign(constant({3.f, 4.f}));
  EXPECT_EQ(v.to_vector<float>(), (std::vector<float>{3, 4}));
  EXPECT_EQ(THROWN(ShapeError, v.assign(constant({1.f}))), "assign: variable 'v' is f32[2], the value is f32[1]");
  EXPECT_EQ(THROWN(DTypeError, v.assign(constant({1.0, 2.0}))),
            "assign: variable 'v' is f32[2], the value is f64[2]: convert it with burin::cast");
  EXPECT_EQ(v.to_vector<float>(), (std::vector<float>{3, 4}));
}

TEST(Variables, S2_ANumberFitsAScalarVariable) {
  Variable v(constant(1.f), "v");
  v.assign(2);
  EXPECT_EQ(v.item<float>(), 2);
  v.assign_add(0.5);
  EXPECT_EQ(v.item<float>(), 2.5);
}

TEST(Variables, S2_AssignAddAndSubBroadcastToTheShape) {
  Variable v(constant({{1.f, 2.f}, {3.f, 4.f}}), "v");
  v.assign_add(constant({10.f, 20.f}));
  EXPECT_EQ(v.to_vector<float>(), (std::vector<float>{11, 22, 13, 24}));
  v.assign_sub(1);
  EXPECT_EQ(v.to_vector<float>(), (std::vector<float>{10, 21, 12, 23}));
  v.assign_add(constant({{1}, {2}}));
  EXPECT_EQ(v.to_vector<float>(), (std::vector<float>{11, 22, 14, 25}));
}

TEST(Variables, S2_AssignAddRejectsWhatWouldChangeTheVariable) {
  Variable v(constant({1.f, 2.f}), "v"), n(constant(1), "n");
  EXPECT_EQ(THROWN(ShapeError, v.assign_add(constant({{1.f, 2.f}}))),
            "assign_add: variable 'v' is f32[2], the delta is f32[1,2], which doesn't broadcast to it");
  EXPECT_EQ(THROWN(DTypeError, v.assign_sub(constant({1.0, 2.0}))),
            "assign_sub: variable 'v' is f32[2], the delta is f64[2]: convert it with burin::cast");
  EXPECT_EQ(THROWN(DTypeError, n.assign_add(0.5)), "assign_add: variable 'n' is i32[], the delta is a f64 number: convert it first");
}

TEST(Variables, S2_CopyingCopiesTheValue) {
  Variable v(constant(1.f), "v");
  Variable copy(v);
  v.assign(2);
  EXPECT_EQ(copy.item<float>(), 1);
  copy.assign_add(10);
  EXPECT_EQ(copy.item<float>(), 11);
  EXPECT_EQ(v.item<float>(), 2);
}

TEST(Variables, S2_MovingKeepsTheVariable) {
  Variable v(constant(1.f), "v");
  auto f = function([&] { v.assign_add(1); });
  f();
  std::vector<Variable> moved;
  moved.push_back(std::move(v));
  EXPECT_EQ(moved[0].item<float>(), 2);
  EXPECT_EQ(THROWN(Error, v.read_value()), "read_value: the variable was moved from");
}

TEST(Variables, S3_ATensorReadEarlierStaysAsItWas) {
  Variable v(constant({1.f, 2.f}));
  const Tensor before = v.read_value();
  v.assign_add(1);
  const Tensor between = v;
  v.assign(constant({7.f, 8.f}));
  EXPECT_EQ(before.to_vector<float>(), (std::vector<float>{1, 2}));
  EXPECT_EQ(between.to_vector<float>(), (std::vector<float>{2, 3}));
}

TEST(Variables, S3_TheInitialTensorStaysAsItWas) {
  const Tensor initial = constant({1.f, 2.f});
  Variable v(initial);
  v.assign_add(1);
  EXPECT_EQ(initial.to_vector<float>(), (std::vector<float>{1, 2}));
}

TEST(Variables, S3_InATraceReadingIsAnOp) {
  Variable v(constant(1.f));
  auto f = function([&](Tensor x) {
    Tensor before = v.read_value();
    v.assign(x);
    return std::tuple(before, v + 1);
  });
  auto [before, after] = f(constant(5.f));
  EXPECT_EQ(before.item<float>(), 1);
  EXPECT_EQ(after.item<float>(), 6);
  EXPECT_EQ(v.item<float>(), 5);
}

TEST(Variables, S4_ReadingAnUninitialisedOneNamesIt) {
  Variable v(DType::F32, {2}, "weights");
  EXPECT_EQ(THROWN(UninitializedError, v.read_value()), "read_value: variable 'weights' f32[2] has no value yet: assign it one first");
  EXPECT_THROW(v + 1, UninitializedError);
  EXPECT_THROW(v.assign_add(1), UninitializedError);
  auto f = function([&] { return v + 1; });
  EXPECT_THROW(f(), UninitializedError);
  v.assign(constant({1.f, 2.f}));
  EXPECT_EQ(f().to_vector<float>(), (std::vector<float>{2, 3}));
}

TEST(Variables, S5_AnUpdateReusesTheMemory) {
  Variable v(zeros({1024}), "v");
  v.assign_add(1); // the initial tensor is gone by now, so the buffer is the variable's alone
  const void *data = v.read_value().view<float>().data();
  v.assign_add(1);
  EXPECT_EQ(v.read_value().view<float>().data(), data);
  EXPECT_EQ(v.to_vector<float>(), std::vector<float>(1024, 2));
}

TEST(Variables, S6_AssignAddIsAtomic) {
  Variable v(constant(0.f), "v");
  v.assign_add(0); // compiles
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int j = 0; j < 1000; ++j) v.assign_add(1);
    });
  for (std::thread &thread : threads) thread.join();
  EXPECT_EQ(v.item<float>(), 4000);
}

TEST(Variables, AnUnnamedOneIsCalledByItsLine) {
  const Variable v(constant(1.f));
  EXPECT_EQ(v.name(), "variable@VariablesTest.cpp:" + std::to_string(__LINE__ - 1));
}

TEST(Variables, V7_ShowsNameAndValue) {
  std::ostringstream stream;
  stream << Variable(constant({1.f, 2.f}), "v") << "; " << Variable(DType::I8, {3}, "w");
  EXPECT_EQ(stream.str(), "variable 'v' f32[2] [1. 2.]; variable 'w' i8[3] without a value");
}

TEST(Variables, IsAnOperandWhereverATensorIs) {
  const Variable w(constant({{1.f, 2.f}, {3.f, 4.f}})), b(constant({1.f, 1.f}));
  EXPECT_EQ((matmul(constant({{1.f, 1.f}}), w) + b).to_vector<float>(), (std::vector<float>{5, 7}));
  EXPECT_EQ(sum(w).item<float>(), 10);
  EXPECT_EQ((-b).to_vector<float>(), (std::vector<float>{-1, -1}));
  EXPECT_EQ((w == w).to_vector<bool>(), std::vector<bool>(4, true));
}
