// Tensor::index (rule V8) and assignment to parts of variables (rule S2). What NumPy gives is compared in test/numpy.
#include "burin/burin.h"
#include "test/unit/api/Thrown.h"

namespace burin::test {
namespace {

Tensor numbers(Shape shape) { return reshape(arange(shape.element_count(), DType::F32), shape); }

/// The index eagerly and in a traced function: the same values and extents.
void expect(const Tensor &x, const Indices &indices, const Shape &shape, const std::vector<float> &values) {
  auto compiled = function([&](Tensor t) { return t.index(indices); });
  for (const Tensor &result : {x.index(indices), compiled(x)}) {
    EXPECT_EQ(result.shape(), shape) << result.shape().to_string();
    EXPECT_EQ(result.to_vector<float>(), values);
  }
}

TEST(Index, V8_IntegersAndSlices) {
  const Tensor x = numbers({2, 3, 4});
  expect(x, {1}, {3, 4}, {12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23});
  expect(x, {-1, 0, -4}, {}, {12});
  expect(x, {slice(), 1, slice(1, 3)}, {2, 2}, {5, 6, 17, 18});
  expect(x, {0, slice(std::nullopt, std::nullopt, -2), 0}, {2}, {8, 0});
  expect(x, {0, slice(kEnd, kEnd, -1), 0}, {3}, {8, 4, 0});
  expect(x, {0, 0, slice(5, 9)}, {0}, {});
  expect(x, {ellipsis, 0}, {2, 3}, {0, 4, 8, 12, 16, 20});
  expect(x, {1, newaxis, ellipsis, newaxis, -1}, {1, 3, 1}, {15, 19, 23});
  EXPECT_EQ(x[1][2][3].item<float>(), 23);
  EXPECT_EQ(x[slice(0, 1)].shape(), (Shape{1, 3, 4}));
}

TEST(Index, V8_IntegerTensorsStandTogetherOrFirst) {
  const Tensor x = numbers({2, 3, 4}), i = constant({1, 0, 1}), column = constant({{0}, {-1}});
  expect(x, {slice(), slice(0, 1), i}, {2, 1, 3}, {1, 0, 1, 13, 12, 13});
  expect(x, {slice(), 1, i}, {2, 3}, {5, 4, 5, 17, 16, 17});
  expect(x, {i, slice(0, 1), 0}, {3, 1}, {12, 0, 12});
  expect(x, {1, slice(0, 2), i}, {3, 2}, {13, 17, 12, 16, 13, 17}); // separated by a slice
  expect(x, {slice(1, 2), column, i}, {1, 2, 3}, {13, 12, 13, 21, 20, 21});
  expect(x, {constant(1), slice(1, 3), constant(-1)}, {2}, {19, 23}); // of rank 0: as integers
  EXPECT_EQ(x.index({i, ellipsis, 0, 0}).shape(), (Shape{3}));
  EXPECT_EQ(numbers({2, 3, 4, 2}).index({slice(), i, ellipsis, i, i}).shape(), (Shape{3, 2})); // an ellipsis separates
}

TEST(Index, V8_Masks) {
  const Tensor x = numbers({2, 3}), mask = constant({{true, false, true}, {false, false, true}});
  expect(x, {mask}, {3}, {0, 2, 5});
  expect(x, {slice(), constant({false, true, true})}, {2, 2}, {1, 2, 4, 5});
  expect(x, {constant({true, true}), constant({0, 2})}, {2}, {0, 5});
  expect(x, {true}, {1, 2, 3}, {0, 1, 2, 3, 4, 5});
  expect(x, {false, ellipsis, newaxis}, {0, 2, 3, 1}, {});
  EXPECT_EQ(boolean_mask(x, mask).to_vector<float>(), (std::vector<float>{0, 2, 5}));
  EXPECT_EQ(boolean_mask(x, constant({true, false, true}), 1).to_vector<float>(), (std::vector<float>{0, 2, 3, 5}));
  const std::vector<Tensor> at = nonzero(constant({{0, 2}, {-1, 0}}));
  EXPECT_EQ(at[0].to_vector<std::int64_t>(), (std::vector<std::int64_t>{0, 1}));
  EXPECT_EQ(at[1].to_vector<std::int64_t>(), (std::vector<std::int64_t>{1, 0}));
}

TEST(Index, V8_IndicesThatOnlyTheRunKnows) {
  auto pick = function([](Tensor x, Tensor i) { return x.index({slice(0, 2), i, newaxis}); });
  const Tensor x = numbers({3, 4});
  EXPECT_EQ(pick(x, constant({-1, 0})).to_vector<float>(), (std::vector<float>{3, 0, 7, 4}));
  EXPECT_EQ(pick(x, constant(2)).shape(), (Shape{2, 1}));
  const std::string text = burin::test::thrown<IndexError>([&] { pick(x, constant({0, 4})); });
  EXPECT_EQ(text.find("index: index 4 is out of range for axis 1 of f32[2,4,1] with extent 4  (at IndexTest.cpp:"), 0u) << text;
  auto masked = function([](Tensor t) { return t.index({t > 1.0f}); });
  EXPECT_EQ(masked(x).to_vector<float>(), (std::vector<float>{2, 3, 4, 5, 6, 7, 8, 9, 10, 11}));
}

TEST(Index, V8_Errors) {
  const Tensor x = numbers({2, 3});
  EXPECT_EQ(THROWN(IndexError, x.index({2})), "index: index 2 is out of range for axis 0 of f32[2,3] with extent 2");
  EXPECT_EQ(THROWN(IndexError, x[-3]), "index: index -3 is out of range for axis 0 of f32[2,3] with extent 2");
  EXPECT_EQ(THROWN(IndexError, x.index({0, 0, 0})), "index: too many entries: f32[2,3] has rank 2, 3 dimensions are indexed");
  EXPECT_EQ(THROWN(IndexError, x.index({ellipsis, ellipsis})), "index: more than one ellipsis");
  EXPECT_EQ(THROWN(IndexError, x.index({slice(0, 1, 0)})), "index: the step of the slice of axis 0 is 0");
  EXPECT_EQ(THROWN(IndexError, x.index({constant({0, 5})})), "index: index 5 is out of range for axis 0 of f32[2,3] with extent 2");
  EXPECT_EQ(THROWN(IndexError, x.index({constant({true, false, true})})), "index: the mask bool[3] doesn't fit f32[2,3] from axis 0 on");
  EXPECT_EQ(THROWN(IndexError, x.index({constant({0, 1}), constant({0, 1, 2})})), "index: index tensors don't broadcast: i32[2], i32[3]");
  EXPECT_EQ(THROWN(DTypeError, x.index({constant({0.5f})})), "index: expected integer indices, found f32[1]; cast them first");
}

// --- parts of variables ------------------------------------------------------------------------------------------------

/// `update` on a variable of `shape`, at once and in a traced function, gives `values`.
void expect_update(Shape shape, const std::function<void(Variable &)> &update, const std::vector<float> &values) {
  Variable eager(numbers(shape)), compiled(numbers(shape));
  const Tensor before = eager.read_value();
  update(eager);
  EXPECT_EQ(eager.to_vector<float>(), values) << "eagerly";
  EXPECT_EQ(before.to_vector<float>(), numbers(shape).to_vector<float>());
  auto f = function([&] { update(compiled); });
  f();
  EXPECT_EQ(compiled.to_vector<float>(), values) << "compiled";
}

TEST(IndexedVariable, S2_AssignsToSlices) {
  expect_update({2, 3}, [](Variable &v) { v.index({1}).assign(constant({7.f, 8.f, 9.f})); }, {0, 1, 2, 7, 8, 9});
  expect_update({2, 3}, [](Variable &v) { v.index({slice(), 0}).assign(5); }, {5, 1, 2, 5, 4, 5});
  expect_update({2, 3}, [](Variable &v) { v.index({slice(), slice(kEnd, kEnd, -2)}).assign(constant({10.f, 20.f})); },
                {20, 1, 10, 20, 4, 10});
  expect_update({2, 3}, [](Variable &v) { v.index({newaxis, 0, slice(0, 2)}).assign(constant({{7.f, 8.f}})); }, {7, 8, 2, 3, 4, 5});
  expect_update({2, 2}, [](Variable &v) { v.index({ellipsis}).assign(constant({{1.f}, {2.f}})); }, {1, 1, 2, 2});
  expect_update({3}, [](Variable &v) { v[slice(1, 3)].assign_add(10); }, {0, 11, 12});
  expect_update({3}, [](Variable &v) { v[-1].assign_sub(1); }, {0, 1, 1});
  expect_update({2, 3}, [](Variable &v) { v.index({slice(0, 0)}).assign(7); }, {0, 1, 2, 3, 4, 5});
}

TEST(IndexedVariable, S2_AssignsToIndexTensorsInOrder) {
  const Tensor i = constant({2, 0, 2});
  expect_update({4}, [&](Variable &v) { v[i].assign(constant({7.f, 8.f, 9.f})); }, {8, 1, 9, 3});
  expect_update({4}, [&](Variable &v) { v[i].assign_add(1); }, {1, 1, 4, 3});
  expect_update({4}, [&](Variable &v) { v[i].assign_sub(constant({1.f, 2.f, 3.f})); }, {-2, 1, -2, 3});
  expect_update({3, 4}, [&](Variable &v) { v.index({slice(1, 3), i}).assign_add(1); }, {0, 1, 2, 3, 5, 5, 8, 7, 9, 9, 12, 11});
  expect_update({3, 2}, [&](Variable &v) { v.index({i, 1}).assign(constant({7.f, 8.f, 9.f})); }, {0, 8, 2, 3, 4, 9});
}

TEST(IndexedVariable, S2_AssignsToMasks) {
  expect_update({2, 2}, [](Variable &v) { v[constant({{true, false}, {false, true}})].assign(constant({7.f, 8.f})); }, {7, 1, 2, 8});
  expect_update({2, 2}, [](Variable &v) { v[constant({false, true})].assign_add(constant({10.f, 20.f})); }, {0, 1, 12, 23});
  Variable v(numbers({4}));
  auto clip = function([&] { v[v.read_value() > 1.0f].assign(1); }); // known only when it runs
  clip();
  EXPECT_EQ(v.to_vector<float>(), (std::vector<float>{0, 1, 1, 1}));
}

TEST(IndexedVariable, S2_RejectsOtherDTypesAndShapes) {
  Variable v(numbers({2, 3}), "w");
  EXPECT_EQ(THROWN(ShapeError, v.index({0}).assign(zeros({2}))),
            "assign: the part of variable 'w' is f32[3], the value is f32[2], which doesn't broadcast to it");
  EXPECT_EQ(THROWN(DTypeError, v.index({0}).assign(constant({1, 2, 3}))),
            "assign: the part of variable 'w' is f32[3], the value is i32[3]: convert it with burin::cast");
  EXPECT_EQ(THROWN(ShapeError, v.index({0}).assign_add(zeros({1, 1, 3}))),
            "assign_add: the part of variable 'w' is f32[3], the value is f32[1,1,3], which doesn't broadcast to it");
  EXPECT_EQ(THROWN(IndexError, v.index({0, 3}).assign(1)), "assign: index 3 is out of range for axis 1 of f32[2,3] with extent 3");
  EXPECT_EQ(v.to_vector<float>(), numbers({2, 3}).to_vector<float>());
  Variable none(DType::F32, {2}, "none");
  EXPECT_EQ(THROWN(UninitializedError, none[0].assign(1)), "assign: variable 'none' has no value yet: assign it one first");
}

TEST(IndexedVariable, S2_AnIndexOutOfRangeWhileRunningKeepsTheVariable) {
  Variable v(numbers({4}), "w");
  auto put = function([&](Tensor i) {
    v[i].assign(7);
    return v.read_value();
  });
  put(constant({1, -1}));
  EXPECT_EQ(v.to_vector<float>(), (std::vector<float>{0, 7, 2, 7}));
  const std::string text = burin::test::thrown<IndexError>([&] { put(constant({0, 4})); });
  EXPECT_EQ(text.find("assign: index 4 is out of range for axis 0 of f32[4] with extent 4  (at IndexTest.cpp:"), 0u) << text;
  EXPECT_EQ(v.to_vector<float>(), (std::vector<float>{0, 7, 2, 7}));
}

TEST(IndexedVariable, S5_APartIsWrittenInPlace) {
  Variable v(numbers({1000, 64}), "w");
  auto step = function([&](Tensor row, Tensor i) {
    v.index({i}).assign_sub(row); // may fail, before anything is written
    v.index({3}).assign(row);
    v.index({slice(10, 20), slice(0, 8)}).assign_add(1);
  });
  const Tensor row = ones({64}), i = constant({5, 5, 999});
  const std::string ir = step.ir("buffers", row, i);
  EXPECT_NE(ir.find("burin.in_place = array<i64: 1>"), std::string::npos) << ir;
  // The only copy of all of it is the one for the case that somebody else holds the value.
  EXPECT_EQ(ir.find("memref.copy", ir.find("memref.copy") + 1), std::string::npos) << ir;
  const Tensor held = v.read_value();
  step(row, i);
  EXPECT_EQ(held.to_vector<float>(), numbers({1000, 64}).to_vector<float>());
  step(row, i);
  EXPECT_EQ(v.read_value().index({3, 0}).item<float>(), 1);
  EXPECT_EQ(v.read_value().index({10, 0}).item<float>(), 642);
  EXPECT_EQ(v.read_value().index({5, 1}).item<float>(), 321 - 4);
}

} // namespace
} // namespace burin::test
