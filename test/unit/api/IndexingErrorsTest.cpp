// Each message of the ops that rearrange, pick and put in elements.
#include "burin/burin.h"
#include "test/unit/api/Thrown.h"

using namespace burin;

static Tensor matrix() { return constant({{1.f, 2.f, 3.f}, {4.f, 5.f, 6.f}}); }
static constexpr std::int64_t kHuge = std::int64_t(1) << 40;

TEST(IndexingErrors, Axes) {
  EXPECT_EQ(THROWN(IndexError, swapaxes(matrix(), 0, 2)), "swapaxes: axis 2 is out of range for f32[2,3] with rank 2");
  EXPECT_EQ(THROWN(IndexError, permute_dims(matrix(), {1})), "permute_dims: the permutation lists 1 axes, f32[2,3] has 2");
  EXPECT_EQ(THROWN(IndexError, permute_dims(matrix(), {1, 1})), "permute_dims: axis 1 is listed twice for f32[2,3]");
  EXPECT_EQ(THROWN(IndexError, moveaxis(matrix(), {0, -2}, {0, 1})), "moveaxis: axis -2 is listed twice for f32[2,3] with rank 2");
  EXPECT_EQ(THROWN(IndexError, moveaxis(matrix(), {0, 1}, 0)), "moveaxis: expected as many destinations as sources, found 1 and 2");
  EXPECT_EQ(THROWN(IndexError, flip(matrix(), {1, -1})), "flip: axis 1 is listed twice for f32[2,3] with rank 2");
  EXPECT_EQ(THROWN(IndexError, roll(matrix(), 1, 2)), "roll: axis 2 is out of range for f32[2,3] with rank 2");
  EXPECT_EQ(THROWN(IndexError, stack({matrix()}, 3)), "stack: axis 3 is out of range for f32[2,3] with rank 2");
  EXPECT_EQ(THROWN(IndexError, unstack(matrix(), -3)), "unstack: axis -3 is out of range for f32[2,3] with rank 2");
  EXPECT_EQ(THROWN(IndexError, split(matrix(), 2, 2)), "split: axis 2 is out of range for f32[2,3] with rank 2");
  EXPECT_EQ(THROWN(IndexError, repeat(matrix(), 2, 2)), "repeat: axis 2 is out of range for f32[2,3] with rank 2");
  EXPECT_EQ(THROWN(IndexError, one_hot(constant({0}), 2, DType::F32, 2)), "one_hot: axis 2 is out of range for i32[1] with rank 1");
}

TEST(IndexingErrors, Joining) {
  EXPECT_EQ(THROWN(ShapeError, stack({matrix(), zeros({3, 2})})), "stack: shapes differ: f32[2,3], f32[3,2]");
  EXPECT_EQ(THROWN(ShapeError, stack(std::vector<Tensor>())), "stack: expected at least one tensor");
  EXPECT_EQ(THROWN(ShapeError, concatenate(std::vector<Tensor>())), "concatenate: expected at least one tensor");
  EXPECT_EQ(THROWN(ShapeError, split(matrix(), 2, 1)), "split: axis 1 of f32[2,3] has extent 3, which can't be cut into 2 equal parts");
  EXPECT_EQ(THROWN(ShapeError, split(matrix(), 0)), "split: axis 0 of f32[2,3] has extent 2, which can't be cut into 0 equal parts");
}

TEST(IndexingErrors, RepetitionsAndWidths) {
  EXPECT_EQ(THROWN(ShapeError, tile(matrix(), {1, -1})), "tile: the count -1 is negative");
  EXPECT_EQ(THROWN(ShapeError, tile(matrix(), {kHuge, kHuge})),
            "tile: a tensor f32[2199023255552,3298534883328] has more than 2^63 - 1 bytes");
  EXPECT_EQ(THROWN(ShapeError, repeat(matrix(), -2)), "repeat: the count -2 is negative");
  EXPECT_EQ(THROWN(ShapeError, repeat(matrix(), {1, 2}, 1)), "repeat: found 2 counts for axis 1 of f32[2,3] with extent 3");
  EXPECT_EQ(THROWN(ShapeError, repeat(matrix(), {1, -2}, 0)), "repeat: the count -2 is negative");
  EXPECT_EQ(THROWN(ShapeError, repeat(matrix(), INT64_MAX)), "repeat: extent 6 times 9223372036854775807 exceeds 2^63 - 1");
  EXPECT_EQ(THROWN(ShapeError, roll(matrix(), {1, 2}, 0)), "roll: expected as many shifts as axes, found 2 and 1");
  EXPECT_EQ(THROWN(ShapeError, pad(matrix(), {{1, 1}, {0, -1}})), "pad: width -1 of axis 1 is negative");
  EXPECT_EQ(THROWN(ShapeError, pad(matrix(), {{1, 1}, {1, 1}, {1, 1}})), "pad: found 3 widths for f32[2,3] with rank 2");
  EXPECT_EQ(THROWN(ShapeError, pad(zeros({0}), {{1, 0}}, PadMode::Edge)), "pad: axis 0 of f32[0] is empty: it has no elements to pad with");
  EXPECT_EQ(THROWN(ShapeError, pad(matrix(), {{kHuge, 0}, {kHuge, 0}})),
            "pad: a tensor f32[1099511627778,1099511627779] has more than 2^63 - 1 bytes");
  EXPECT_EQ(THROWN(DTypeError, pad(constant({1, 2}), {{1, 1}}, PadMode::Constant, Operand(0.5f))),
            "pad: a floating-point number does not combine with a tensor of i32: convert the tensor with burin::cast");
}

TEST(IndexingErrors, Slices) {
  EXPECT_EQ(THROWN(IndexError, strided_slice(matrix(), {0}, {1}, {0})), "strided_slice: a step is 0");
  EXPECT_EQ(THROWN(IndexError, strided_slice(matrix(), {0}, {1}, {1, 1})),
            "strided_slice: expected as many stops and steps as starts, found 1 starts, 1 stops, 2 steps");
  EXPECT_EQ(THROWN(ShapeError, dynamic_slice(matrix(), {0}, {1, 1})),
            "dynamic_slice: expected 2 starts and sizes for f32[2,3], found 1 and 2");
  EXPECT_EQ(THROWN(ShapeError, dynamic_slice(matrix(), {0, 0}, {1, 4})), "dynamic_slice: size 4 of axis 1 doesn't fit f32[2,3]");
  EXPECT_EQ(THROWN(ShapeError, dynamic_slice(matrix(), {0, 0}, {1, -1})), "dynamic_slice: size -1 of axis 1 doesn't fit f32[2,3]");
  EXPECT_EQ(THROWN(ShapeError, dynamic_slice(matrix(), {0, constant({0})}, {1, 1})),
            "dynamic_slice: expected one start for axis 1, found i32[1]");
  EXPECT_EQ(THROWN(DTypeError, dynamic_slice(matrix(), {0, 0.5f}, {1, 1})),
            "dynamic_slice: expected integer indices, found f32[]; cast them first");
  EXPECT_EQ(THROWN(IndexError, dynamic_slice(matrix(), {0, 2}, {1, 2})),
            "dynamic_slice: index 2 is out of range for axis 1 of f32[2,3] with extent 3: it begins a part of extent 2");
  EXPECT_EQ(THROWN(IndexError, dynamic_update_slice(matrix(), zeros({1, 2}), {-3, 0})),
            "dynamic_update_slice: index -3 is out of range for axis 0 of f32[2,3] with extent 2: it begins a part of extent 1");
  EXPECT_EQ(THROWN(DTypeError, dynamic_update_slice(matrix(), constant({{1}}), {0, 0})),
            "dynamic_update_slice: element types differ: f32[2,3] is updated with i32[1,1]");
}

TEST(IndexingErrors, IndexTensors) {
  const Tensor i = constant({0, 1});
  EXPECT_EQ(THROWN(IndexError, gather(matrix(), constant({{0}, {1}}), 0, 1)),
            "gather: 1 batch dimensions don't fit axis 0 of f32[2,3] and indices i32[2,1]");
  EXPECT_EQ(THROWN(ShapeError, gather(matrix(), constant({{0}, {1}, {2}}), 1, 1)),
            "gather: batch dimension 0 differs: f32[2,3], indices i32[3,1]");
  EXPECT_EQ(THROWN(IndexError, gather(matrix(), constant({3}), 1)), "gather: index 3 is out of range for axis 1 of f32[2,3] with extent 3");
  EXPECT_EQ(THROWN(ShapeError, gather_nd(matrix(), constant({{0, 1, 2}}))),
            "gather_nd: the last dimension of indices i32[1,3] must count through dimensions of f32[2,3]");
  EXPECT_EQ(THROWN(IndexError, gather_nd(matrix(), constant({{0, -4}}))),
            "gather_nd: index -4 is out of range for axis 1 of f32[2,3] with extent 3");
  EXPECT_EQ(THROWN(ShapeError, take_along_axis(matrix(), i)), "take_along_axis: ranks differ: f32[2,3], indices i32[2]");
  EXPECT_EQ(THROWN(ShapeError, take_along_axis(matrix(), constant({{0}, {1}, {2}}))),
            "take_along_axis: axis 0 of f32[2,3] has 2, which doesn't broadcast to the indices' 3");
  EXPECT_EQ(THROWN(ShapeError, embedding(zeros({3}), i)), "embedding: expected a table of rank 2, found f32[3]");
  EXPECT_EQ(THROWN(IndexError, scatter(matrix(), constant({2}), 1)),
            "scatter: index 2 is out of range for axis 0 of f32[2,3] with extent 2");
  EXPECT_EQ(THROWN(ShapeError, scatter(matrix(), i, zeros({2}))), "scatter: f32[2] doesn't broadcast to f32[2,3], the part to be updated");
  EXPECT_EQ(THROWN(DTypeError, scatter(matrix(), i, constant({1, 2, 3}))),
            "scatter: element types differ: f32[2,3] is updated with i32[3]");
  EXPECT_EQ(THROWN(DTypeError, scatter(constant({true}), constant({0}), true, Scatter::Add)),
            "scatter: expected an integer, floating or complex element type, found bool[1]; cast it first");
}

TEST(IndexingErrors, Masks) {
  EXPECT_EQ(THROWN(DTypeError, boolean_mask(matrix(), constant({1, 0}))),
            "boolean_mask: the mask is i32[2], expected bool: compare it with 0");
  EXPECT_EQ(THROWN(ShapeError, boolean_mask(matrix(), constant({true}))),
            "boolean_mask: the mask bool[1] doesn't fit f32[2,3] from axis 0 on");
  EXPECT_EQ(THROWN(ShapeError, nonzero(1)), "nonzero: expected at least one dimension, found i32[]");
}

TEST(IndexingErrors, WhatOnlyTheRunKnowsIsCheckedThen) {
  auto pick = function([](Tensor x, Tensor i) { return take_along_axis(x, i, 1); });
  EXPECT_EQ(pick(matrix(), constant({{2}, {-3}})).to_vector<float>(), (std::vector<float>{3, 4}));
  EXPECT_NE(burin::test::thrown<IndexError>([&] {
              pick(matrix(), constant({{2}, {3}}));
            }).find("take_along_axis: index 3 is out of range for axis 1 of f32[2,3] with extent 3  (at IndexingErrorsTest.cpp:"),
            std::string::npos);
  auto part = function([](Tensor x, Tensor start) { return dynamic_slice(x, {start, 1}, {1, 2}); });
  EXPECT_EQ(part(matrix(), constant(-1)).to_vector<float>(), (std::vector<float>{5, 6}));
  EXPECT_NE(burin::test::thrown<IndexError>([&] {
              part(matrix(), constant(2));
            }).find("dynamic_slice: index 2 is out of range for axis 0 of f32[2,3] with extent 2  (at IndexingErrorsTest.cpp:"),
            std::string::npos);
  // Many of them are looked at in vectors; the first bad one is named.
  auto many = function([](Tensor x, Tensor i) { return take(x, i); });
  std::vector<std::int32_t> indices(1000, -2);
  EXPECT_EQ(many(matrix(), Tensor::from_vector(indices)).shape(), (Shape{1000, 3}));
  indices[777] = 7;
  indices[999] = -3;
  EXPECT_NE(burin::test::thrown<IndexError>([&] {
              many(matrix(), Tensor::from_vector(indices));
            }).find("take: index 7 is out of range for axis 0"),
            std::string::npos);
}
