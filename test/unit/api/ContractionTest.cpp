// einsum and its like: against sums written out, and each message.
#include "burin/burin.h"
#include "lib/api/einsum/Order.h"
#include "test/numerics/Array.h"
#include "test/unit/api/Thrown.h"
#include <map>

namespace burin::test {
namespace {

using Floats = std::vector<float>;

Tensor matrix() { return constant({{1.f, 2.f, 3.f}, {4.f, 5.f, 6.f}}); }
Tensor counted(std::vector<std::int64_t> extents) {
  const Shape shape(extents);
  return reshape(remainder(arange(shape.element_count(), DType::F64) * 7.0, 11.0) - 5.0, shape);
}

/// By loops over all letters. No ellipsis, and an arrow.
Array summed(const std::string &text, const std::vector<Array> &operands) {
  std::vector<std::string> terms(1);
  const std::size_t arrow = text.find("->");
  for (char c : text.substr(0, arrow)) {
    if (c == ',') terms.emplace_back();
    else terms.back() += c;
  }
  const std::string out = text.substr(arrow + 2);
  std::map<char, std::size_t> number;
  Index extents;
  for (std::size_t i = 0; i < terms.size(); ++i)
    for (std::size_t axis = 0; axis < terms[i].size(); ++axis) {
      const auto [place, is_new] = number.try_emplace(terms[i][axis], extents.size());
      if (is_new) extents.push_back(1);
      if (operands[i].extents[axis] != 1) extents[place->second] = operands[i].extents[axis];
    }
  Index shape;
  for (char c : out) shape.push_back(extents[number[c]]);
  Array result(shape);
  for_each_index(extents, [&](const Index &index) {
    double product = 1;
    for (std::size_t i = 0; i < terms.size(); ++i) {
      Index at;
      for (std::size_t axis = 0; axis < terms[i].size(); ++axis)
        at.push_back(operands[i].extents[axis] == 1 ? 0 : index[number[terms[i][axis]]]);
      product *= operands[i].values[offset_of(operands[i], at)];
    }
    Index at;
    for (char c : out) at.push_back(index[number[c]]);
    result.values[offset_of(result, at)] += product;
  });
  return result;
}

void check(const std::string &text, const std::vector<std::vector<std::int64_t>> &shapes) {
  SCOPED_TRACE(text);
  std::vector<Tensor> operands;
  std::vector<Array> arrays;
  for (const auto &shape : shapes) {
    operands.push_back(counted(shape));
    arrays.push_back(to_array(operands.back()));
  }
  const Array expected = summed(text, arrays);
  for (const Tensor &result : {einsum(text, operands), function([&](std::vector<Tensor> x) { return einsum(text, x); })(operands)}) {
    const Array found = to_array(result);
    EXPECT_EQ(found.extents, expected.extents);
    EXPECT_EQ(found.values, expected.values); // whole numbers: exact in any order
  }
}

TEST(Einsum, AgreesWithSumsWrittenOut) {
  check("ij,jk->ik", {{3, 4}, {4, 5}});
  check("ij->ji", {{3, 4}});
  check("ij->", {{3, 4}});
  check("ii->", {{4, 4}});
  check("ii->i", {{4, 4}});
  check("iji->j", {{3, 2, 3}});
  check("iiii->i", {{2, 2, 2, 2}});
  check("iijj->ij", {{2, 2, 3, 3}});
  check("ij,ij->ij", {{3, 4}, {3, 4}});
  check("ij,ij->", {{3, 4}, {3, 4}});
  check("i,j->ij", {{3}, {4}});
  check("i,j->ji", {{3}, {4}});
  check("bij,bjk->bik", {{2, 3, 4}, {2, 4, 5}});
  check("bij,kjb->kib", {{2, 3, 4}, {5, 4, 2}});
  check("ijk,jkl->il", {{2, 3, 4}, {3, 4, 2}});
  check("ij,jk,kl->il", {{2, 3}, {3, 4}, {4, 2}});
  check("ij,jk,kl,lm,mi->", {{2, 3}, {3, 4}, {4, 2}, {2, 3}, {3, 2}});
  check("abc,bcd,cde->ae", {{2, 3, 4}, {3, 4, 2}, {4, 2, 5}});
  check("i,i,i,i,i,i,i,i,i,i->i", {{3}, {3}, {3}, {3}, {3}, {3}, {3}, {3}, {3}, {3}});
  check("aB,Bc->ac", {{2, 3}, {3, 2}});
  check("ij,->ij", {{2, 3}, {}});
  check("ij,k->i", {{2, 3}, {4}});
}

TEST(Einsum, ExtentsOfOneStretchAndZeroIsFine) {
  check("ij,jk->ik", {{3, 1}, {4, 5}});
  check("ij,ij->ij", {{3, 1}, {1, 4}});
  check("ij,jk->ik", {{3, 0}, {0, 5}});
  check("ij,jk->ik", {{0, 3}, {3, 5}});
  check("ii->i", {{0, 0}});
}

TEST(Einsum, EllipsesBroadcast) {
  const Tensor a = counted({2, 1, 3, 4}), b = counted({5, 4, 2});
  const Array expected = to_array(matmul(a, b));
  for (const char *text : {"...ij,...jk->...ik", "...ij,...jk", " ... ij , ... jk -> ... ik "}) {
    const Array found = to_array(einsum(text, {a, b}));
    EXPECT_EQ(found.extents, expected.extents) << text;
    EXPECT_EQ(found.values, expected.values) << text;
  }
  EXPECT_EQ(einsum("...i,...i->...", {counted({2, 3, 4}), counted({4})}).shape(), (Shape{2, 3}));
  EXPECT_EQ(einsum("i...->...i", {counted({2, 3, 4})}).shape(), (Shape{3, 4, 2}));
  EXPECT_EQ(to_array(einsum("...", {matrix()})).values, to_array(matrix()).values);
}

TEST(Einsum, WithoutAnArrowLabelsThatOccurOnceAreLeft) {
  EXPECT_EQ(einsum("ba", {matrix()}).shape(), (Shape{3, 2}));
  EXPECT_EQ(einsum("ij,jk", {matrix(), counted({3, 4})}).shape(), (Shape{2, 4}));
  EXPECT_EQ(einsum("aA", {matrix()}).shape(), (Shape{3, 2})); // capitals first
  EXPECT_EQ(einsum("ii", {constant({{1.f, 2.f}, {3.f, 4.f}})}).item<float>(), 5);
}

TEST(Einsum, MultipliesInAGoodOrder) {
  const std::vector<Shape> shapes = {Shape{1000, 2}, Shape{2, 1000}, Shape{1000, 3}};
  const std::vector<std::string> names(3);
  auto order = detail::einsum::order_of(detail::einsum::parse("ij,jk,kl->il", shapes, names, {}));
  ASSERT_EQ(order.size(), 2u);
  EXPECT_EQ(order[0].lhs + order[0].rhs, 3u) << "the two on the right first: 6,000 multiplications and not 2,000,000";
}

TEST(Einsum, Errors) {
  const Tensor m = matrix();
  EXPECT_EQ(THROWN(ShapeError, einsum("ij,jk->ik", {m, m})),
            "einsum: label 'j' has extent 3 in operand 0 f32[2,3] and 2 in operand 1 f32[2,3] in \"ij,jk->ik\"");
  EXPECT_EQ(THROWN(ShapeError, einsum("ii", {m})),
            "einsum: label 'i' has extent 2 in operand 0 f32[2,3] and 3 in operand 0 f32[2,3] in \"ii\"");
  EXPECT_EQ(THROWN(ShapeError, einsum("ij,jk", {m})), "einsum: the text has 2 operands, the call 1 in \"ij,jk\"");
  EXPECT_EQ(THROWN(ShapeError, einsum("ijk", {m})), "einsum: operand 0 has 3 labels, but is f32[2,3] in \"ijk\"");
  EXPECT_EQ(THROWN(ShapeError, einsum("i", {m})), "einsum: operand 0 has 1 labels, but is f32[2,3] in \"i\"");
  EXPECT_EQ(THROWN(ShapeError, einsum("ijk...", {m})), "einsum: operand 0 has 3 labels beside its ellipsis, but is f32[2,3] in \"ijk...\"");
  EXPECT_EQ(THROWN(ShapeError, einsum("ij->k", {m})), "einsum: label 'k' of the result is in no operand in \"ij->k\"");
  EXPECT_EQ(THROWN(ShapeError, einsum("ij->ii", {m})), "einsum: label 'i' is twice in the result in \"ij->ii\"");
  EXPECT_EQ(THROWN(ShapeError, einsum("i.j", {m})), "einsum: expected letters, commas, \"...\" and \"->\", found '.' in \"i.j\"");
  EXPECT_EQ(THROWN(ShapeError, einsum("...i...", {m})), "einsum: more than one ellipsis for operand 0 in \"...i...\"");
  EXPECT_EQ(THROWN(ShapeError, einsum("...i->i", {m})), "einsum: the operands have an ellipsis, the result has none in \"...i->i\"");
  EXPECT_EQ(THROWN(ShapeError, einsum("...,...", {m, zeros({2})})),
            "einsum: dimension -1 of the ellipsis has extent 3 in operand 0 f32[2,3] and 2 in operand 1 f32[2] in \"...,...\"");
  EXPECT_EQ(THROWN(ShapeError, einsum("", Operands(std::vector<Tensor>()))), "einsum: expected at least one tensor");
}

// --- its like ------------------------------------------------------------------------------------------------------

TEST(Contractions, TensordotDotOuterVecdot) {
  const Tensor a = counted({2, 3, 4}), b = counted({3, 4, 5});
  EXPECT_EQ(to_array(tensordot(a, b)).values, to_array(einsum("ijk,jkl->il", {a, b})).values);
  EXPECT_EQ(to_array(tensordot(a, b, {2, 1}, {1, 0})).values, to_array(einsum("ijk,jkl->il", {a, b})).values);
  EXPECT_EQ(tensordot(a, b, 0).shape(), (Shape{2, 3, 4, 3, 4, 5}));
  EXPECT_EQ(to_array(dot(a, counted({5, 4, 2}))).values, to_array(einsum("ijk,lkm->ijlm", {a, counted({5, 4, 2})})).values);
  EXPECT_EQ(dot(constant({1.f, 2.f}), constant({3.f, 4.f})).item<float>(), 11);
  EXPECT_EQ(dot(matrix(), 2.f).to_vector<float>(), (Floats{2, 4, 6, 8, 10, 12}));
  EXPECT_EQ(outer(constant({1, 2}), constant({{3, 4}})).to_vector<std::int32_t>(), (std::vector<std::int32_t>{3, 4, 6, 8}));
  EXPECT_EQ(vecdot(matrix(), constant({1.f, 0.f, 2.f})).to_vector<float>(), (Floats{7, 16}));
  EXPECT_EQ(vecdot(matrix(), matrix(), 0).to_vector<float>(), (Floats{17, 29, 45}));
}

TEST(Contractions, Errors) {
  const Tensor m = matrix();
  EXPECT_EQ(THROWN(ShapeError, tensordot(m, m, 1)), "tensordot: extents differ: axis 1 of a f32[2,3] has 3, axis 0 of b f32[2,3] has 2");
  EXPECT_EQ(THROWN(ShapeError, tensordot(m, m, 3)), "tensordot: 3 axes can't be summed: a is f32[2,3], b f32[2,3]");
  EXPECT_EQ(THROWN(IndexError, tensordot(m, m, {0, -2}, {0, 1})), "tensordot: axis 0 is listed twice for f32[2,3] with rank 2");
  EXPECT_EQ(THROWN(ShapeError, tensordot(m, m, {0, 1}, 0)), "tensordot: expected as many axes of a as of b, found 2 and 1");
  EXPECT_EQ(THROWN(ShapeError, dot(m, m)), "dot: extents differ: axis 1 of a f32[2,3] has 3, axis 0 of b f32[2,3] has 2");
  EXPECT_EQ(THROWN(ShapeError, vecdot(m, zeros({2}))), "vecdot: extents differ: axis -1 of a f32[2,3] has 3, of b f32[2] 2");
  EXPECT_EQ(THROWN(IndexError, vecdot(m, m, 2)), "vecdot: axis 2 is out of range for f32[2,3] with rank 2");
  EXPECT_EQ(THROWN(IndexError, vecdot(m, zeros({2}), 0)),
            "vecdot: axis 0 is not the same one of a f32[2,3] and b f32[2]: count it from the end");
}

// Whole numbers: exact in any order.
TEST(Contractions, ProductsOfARowWithMatricesOfAllWidthsAndDepths) {
  for (const std::int64_t n : {1, 3, 16, 17, 40, 64, 65, 128, 200})
    for (const std::int64_t k : {1, 2, 3, 7, 8, 9, 31, 64, 65}) {
      const Tensor x = counted({1, k}), w = counted({k, n}), expected = sum(reshape(x, {k, 1}) * w, 0);
      auto product = function([](Tensor x, Tensor w) { return matmul(x, w); });
      EXPECT_EQ(matmul(x, w).to_vector<double>(), expected.to_vector<double>()) << n << ' ' << k;
      EXPECT_EQ(product(x, w).to_vector<double>(), expected.to_vector<double>()) << n << ' ' << k;
      const Tensor f = product(cast(x, DType::F32), cast(w, DType::F32));
      EXPECT_EQ(f.to_vector<float>(), cast(expected, DType::F32).to_vector<float>()) << n << ' ' << k;
    }
}

// One column behind whole vectors is stored last of all, beside the first one of the next row: LLVM stored it as wide as it was before the cast.
TEST(Contractions, AnElementThatIsNarrowedLeavesItsNeighbourAsItIs) {
  const std::pair<DType, DType> casts[] = {{DType::F32, DType::BF16}, {DType::F32, DType::F16}, {DType::I32, DType::I8},
                                           {DType::I32, DType::I16},  {DType::I64, DType::I32}, {DType::I64, DType::U8}};
  for (const auto &[from, to] : casts)
    for (const std::int64_t columns : {17, 33, 65, 129}) {
      const Tensor x = cast(counted({6, 40}), from), w = cast(counted({40, columns}), from), expected = cast(matmul(x, w), to);
      auto narrowed = function([to = to](Tensor x, Tensor w) { return cast(matmul(x, w), to); });
      EXPECT_TRUE(all(narrowed(x, w) == expected).item<bool>()) << name(from) << " to " << name(to) << ' ' << columns;
    }
}

} // namespace
} // namespace burin::test
