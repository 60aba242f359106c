// Each message that an op throws by itself: its text, and that it names the user's line.
#include "burin/burin.h"
#include "test/unit/api/Thrown.h"

using namespace burin;

static Tensor matrix() { return constant({{1.f, 2.f, 3.f}, {4.f, 5.f, 6.f}}); }

TEST(OpErrors, BroadcastingNamesBothShapes) {
  EXPECT_EQ(THROWN(ShapeError, matrix() + constant({1.f, 2.f})), "add: shapes don't broadcast: lhs f32[2,3], rhs f32[2]");
  EXPECT_EQ(THROWN(ShapeError, maximum(matrix(), zeros({3, 3}))), "maximum: shapes don't broadcast: lhs f32[2,3], rhs f32[3,3]");
  EXPECT_EQ(THROWN(ShapeError, broadcast_to(matrix(), {3, 3})), "broadcast_to: f32[2,3] doesn't broadcast to f32[3,3]");
}

TEST(OpErrors, DTypesThatAnOpDoesNotTake) {
  EXPECT_EQ(THROWN(DTypeError, exp(constant({1, 2}))), "exp: expected a floating or complex element type, found i32[2]; cast it first");
  EXPECT_EQ(THROWN(DTypeError, sqrt(constant(1))), "sqrt: expected a floating or complex element type, found i32[]; cast it first");
  EXPECT_EQ(THROWN(DTypeError, constant({true}) + constant({true})),
            "add: expected an integer, floating or complex element type, found bool[1]; cast it first");
  EXPECT_EQ(THROWN(DTypeError, logical_and(matrix(), matrix())), "logical_and: expected bool, found f32[2,3]; compare it with 0 first");
  EXPECT_EQ(THROWN(DTypeError, softmax(constant({1, 2}))), "softmax: expected a floating element type, found i32[2]; cast it first");
  EXPECT_EQ(THROWN(DTypeError, logsumexp(constant({1, 2}))), "logsumexp: expected a floating element type, found i32[2]; cast it first");
  EXPECT_EQ(THROWN(DTypeError, isclose(constant({true}), constant({true}))),
            "isclose: expected an integer or floating element type, found bool[1]; cast it first");
  EXPECT_EQ(THROWN(DTypeError, where(matrix(), 1, 2)), "where: the condition is f32[2,3], expected bool: compare it with 0");
}

TEST(OpErrors, Matmul) {
  EXPECT_EQ(THROWN(ShapeError, matmul(matrix(), matrix())), "matmul: inner extents differ: lhs f32[2,3] has 3, rhs f32[2,3] has 2");
  EXPECT_EQ(THROWN(ShapeError, matmul(matrix(), zeros({2}))), "matmul: inner extents differ: lhs f32[2,3] has 3, rhs f32[2] has 2");
  EXPECT_EQ(THROWN(ShapeError, matmul(matrix(), 2.f)), "matmul: expected at least one dimension, but rhs is f32[]");
  EXPECT_EQ(THROWN(ShapeError, matmul(zeros({2, 1, 1}), zeros({3, 1, 1}))),
            "matmul: batch dimensions don't broadcast: lhs f32[2,1,1], rhs f32[3,1,1]");
}

TEST(OpErrors, ReductionAxes) {
  EXPECT_EQ(THROWN(IndexError, sum(matrix(), 2)), "sum: axis 2 is out of range for f32[2,3] with rank 2");
  EXPECT_EQ(THROWN(IndexError, mean(matrix(), -3)), "mean: axis -3 is out of range for f32[2,3] with rank 2");
  EXPECT_EQ(THROWN(IndexError, max(matrix(), {0, -2})), "max: axis 0 is listed twice for f32[2,3] with rank 2");
  EXPECT_EQ(THROWN(IndexError, argmax(matrix(), 5)), "argmax: axis 5 is out of range for f32[2,3] with rank 2");
  EXPECT_EQ(THROWN(IndexError, softmax(constant(1.f))), "softmax: axis -1 is out of range for f32[] with rank 0");
}

TEST(OpErrors, ReductionsOverNothing) {
  EXPECT_EQ(THROWN(ShapeError, max(zeros({2, 0}), 1)), "max: axis 1 of f32[2,0] is empty: it has no such element");
  EXPECT_EQ(THROWN(ShapeError, min(zeros({0}))), "min: axis 0 of f32[0] is empty: it has no such element");
  EXPECT_EQ(THROWN(ShapeError, argmin(zeros({0, 2}), 0)), "argmin: axis 0 of f32[0,2] is empty: it has no such element");
}

TEST(OpErrors, Shapes) {
  EXPECT_EQ(THROWN(ShapeError, reshape(matrix(), {4, 2})), "reshape: element counts differ: f32[2,3] has 6, f32[4,2] has 8");
  EXPECT_EQ(THROWN(ShapeError, reshape(matrix(), {4, -1})),
            "reshape: the extent -1 can't be worked out: f32[2,3] has 6 elements, the other extents make 4");
  EXPECT_EQ(THROWN(ShapeError, reshape(matrix(), {-1, -1})), "reshape: more than one extent is -1");
  EXPECT_EQ(THROWN(ShapeError, squeeze(matrix(), 0)), "squeeze: axis 0 of f32[2,3] has extent 2, expected 1");
  EXPECT_EQ(THROWN(IndexError, expand_dims(matrix(), 3)), "expand_dims: axis 3 is out of range for f32[2,3] with rank 2");
  EXPECT_EQ(THROWN(IndexError, transpose(matrix(), {0, 0})), "transpose: axis 0 is listed twice for f32[2,3]");
  EXPECT_EQ(THROWN(IndexError, transpose(matrix(), {0})), "transpose: the permutation lists 1 axes, f32[2,3] has 2");
}

TEST(OpErrors, ResultsThatNoMemoryHolds) {
  const std::int64_t huge = std::int64_t(1) << 40;
  EXPECT_EQ(THROWN(ShapeError, zeros({huge, huge})), "zeros: a tensor f32[1099511627776,1099511627776] has more than 2^63 - 1 bytes");
  EXPECT_EQ(THROWN(ShapeError, broadcast_to(matrix(), {huge, huge, 2, 3})), "broadcast_to: the number of elements exceeds 2^63 - 1");
  EXPECT_EQ(THROWN(ShapeError, take(zeros({1, 1, 1, 1, 1, 1, 1, 1}), constant({{0}}))),
            "take: the result f32[1,1,1,1,1,1,1,1,1] has 9 dimensions, a tensor has at most 8");
}

TEST(OpErrors, JoiningAndIndexing) {
  EXPECT_EQ(THROWN(ShapeError, concat({matrix(), zeros({2, 2})}, 0)), "concat: extents beside axis 0 differ: f32[2,3], f32[2,2]");
  EXPECT_EQ(THROWN(ShapeError, concat(std::vector<Tensor>())), "concat: expected at least one tensor");
  EXPECT_EQ(THROWN(IndexError, take(matrix(), constant({0, 3}), 1)), "take: index 3 is out of range for axis 1 of f32[2,3] with extent 3");
  EXPECT_EQ(THROWN(IndexError, take(matrix(), -3)), "take: index -3 is out of range for axis 0 of f32[2,3] with extent 2");
  EXPECT_EQ(THROWN(DTypeError, take(matrix(), 0.5f)), "take: expected integer indices, found f32[]; cast them first");
  EXPECT_EQ(THROWN(IndexError, slice(matrix(), {0}, {1}, {0})), "slice: step 0 is not positive");
  EXPECT_EQ(THROWN(IndexError, slice(matrix(), {0, 0, 0}, {1, 1, 1})), "slice: 3 starts are too many for f32[2,3] with rank 2");
  EXPECT_EQ(THROWN(IndexError, slice(matrix(), {0}, {})),
            "slice: expected as many stops and steps as starts, found 1 starts, 0 stops, 0 steps");
  EXPECT_EQ(THROWN(ShapeError, one_hot(constant({0}), -1)), "one_hot: the depth is -1, expected 0 or more");
  EXPECT_EQ(THROWN(IndexError, iota({2}, 1)), "iota: axis 1 is out of range for shape [2] with rank 1");
  EXPECT_EQ(THROWN(IndexError, arange(0, 5, 0)), "arange: the step is 0");
}

TEST(OpErrors, TheSameInATrace) {
  auto f = function([](Tensor x) { return matmul(x, x); });
  EXPECT_EQ(THROWN(ShapeError, f(matrix())), "matmul: inner extents differ: lhs f32[2,3] has 3, rhs f32[2,3] has 2");
}

TEST(OpErrors, TheLineIsThatOfTheCall) {
  const Tensor x = matrix(), y = zeros({2});
  const std::string here = "  (at OpErrorsTest.cpp:" + std::to_string(__LINE__ + 1) + ")";
  const std::string text = burin::test::thrown<ShapeError>([&] { x *y; });
  EXPECT_EQ(text, "multiply: shapes don't broadcast: lhs f32[2,3], rhs f32[2]" + here);
}
