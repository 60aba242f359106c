#include "burin/burin.h"
#include "test/unit/api/Thrown.h"
#include <cmath>

using namespace burin;

static Tensor of(DType dtype) { return zeros({}, dtype); }

TEST(Promotion, N1_WithinAKindTheWiderOne) {
  const struct {
    DType lhs, rhs, result;
  } table[] = {
      {DType::I8, DType::I8, DType::I8},     {DType::I8, DType::I64, DType::I64},   {DType::U8, DType::U32, DType::U32},
      {DType::I8, DType::U8, DType::I16},    {DType::I32, DType::U8, DType::I32},   {DType::I8, DType::U16, DType::I32},
      {DType::I16, DType::U32, DType::I64},  {DType::F16, DType::F32, DType::F32},  {DType::F16, DType::BF16, DType::F32},
      {DType::BF16, DType::F64, DType::F64}, {DType::F32, DType::F64, DType::F64},
  };
  for (const auto &row : table) {
    EXPECT_EQ((of(row.lhs) + of(row.rhs)).dtype(), row.result) << name(row.lhs) << " + " << name(row.rhs);
    EXPECT_EQ((of(row.rhs) + of(row.lhs)).dtype(), row.result) << name(row.rhs) << " + " << name(row.lhs);
  }
}

// The array API's table, but for f16 with bf16, which it lacks, and integers with floats, which it leaves open; "-": no promotion.
TEST(Promotion, N1_AllPairs) {
  const char *const table[15][15] = {
      {"bool", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"},
      {"-", "i8", "i16", "i32", "i64", "i16", "i32", "i64", "-", "f16", "bf16", "f32", "f64", "c64", "c128"},
      {"-", "i16", "i16", "i32", "i64", "i16", "i32", "i64", "-", "f16", "bf16", "f32", "f64", "c64", "c128"},
      {"-", "i32", "i32", "i32", "i64", "i32", "i32", "i64", "-", "f16", "bf16", "f32", "f64", "c64", "c128"},
      {"-", "i64", "i64", "i64", "i64", "i64", "i64", "i64", "-", "f16", "bf16", "f32", "f64", "c64", "c128"},
      {"-", "i16", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "f16", "bf16", "f32", "f64", "c64", "c128"},
      {"-", "i32", "i32", "i32", "i64", "u16", "u16", "u32", "u64", "f16", "bf16", "f32", "f64", "c64", "c128"},
      {"-", "i64", "i64", "i64", "i64", "u32", "u32", "u32", "u64", "f16", "bf16", "f32", "f64", "c64", "c128"},
      {"-", "-", "-", "-", "-", "u64", "u64", "u64", "u64", "f16", "bf16", "f32", "f64", "c64", "c128"},
      {"-", "f16", "f16", "f16", "f16", "f16", "f16", "f16", "f16", "f16", "f32", "f32", "f64", "c64", "c128"},
      {"-", "bf16", "bf16", "bf16", "bf16", "bf16", "bf16", "bf16", "bf16", "f32", "bf16", "f32", "f64", "c64", "c128"},
      {"-", "f32", "f32", "f32", "f32", "f32", "f32", "f32", "f32", "f32", "f32", "f32", "f64", "c64", "c128"},
      {"-", "f64", "f64", "f64", "f64", "f64", "f64", "f64", "f64", "f64", "f64", "f64", "f64", "c128", "c128"},
      {"-", "c64", "c64", "c64", "c64", "c64", "c64", "c64", "c64", "c64", "c64", "c64", "c128", "c64", "c128"},
      {"-", "c128", "c128", "c128", "c128", "c128", "c128", "c128", "c128", "c128", "c128", "c128", "c128", "c128", "c128"},
  };
  for (int i = 0; i < kDTypeCount; ++i)
    for (int j = 0; j < kDTypeCount; ++j) {
      const auto lhs = static_cast<DType>(i), rhs = static_cast<DType>(j);
      std::string found = "-";
      try {
        found = name(equal(of(lhs), of(rhs)).dtype() == DType::Bool ? where(true, of(lhs), of(rhs)).dtype() : DType::I8);
      } catch (const DTypeError &error) {
        EXPECT_NE(std::string(error.what()).find("don't promote: convert one with burin::cast"), std::string::npos) << error.what();
      }
      EXPECT_EQ(found, table[i][j]) << name(lhs) << " with " << name(rhs);
    }
}

TEST(Promotion, N1_IntegersWithAFloatingOneGiveTheFloatingOne) {
  EXPECT_EQ((of(DType::I64) * of(DType::F32)).dtype(), DType::F32);
  EXPECT_EQ((of(DType::F16) * of(DType::U8)).dtype(), DType::F16);
  EXPECT_EQ((constant({1, 2}) * constant({0.5f, 0.25f})).to_vector<float>(), (std::vector<float>{0.5f, 0.5f}));
}

TEST(Promotion, N1_WhatDoesNotPromote) {
  EXPECT_EQ(THROWN(DTypeError, of(DType::Bool) + of(DType::I32)), "add: dtypes bool and i32 don't promote: convert one with burin::cast");
  EXPECT_EQ(THROWN(DTypeError, of(DType::U64) + of(DType::I8)), "add: dtypes u64 and i8 don't promote: convert one with burin::cast");
  EXPECT_EQ(THROWN(DTypeError, equal(of(DType::F32), of(DType::Bool))), "equal: dtypes f32 and bool don't promote: convert one with burin::cast");
}

TEST(Promotion, N1_ACppNumberTakesTheTensorsDType) {
  for (DType dtype : {DType::I8, DType::U64, DType::F16, DType::BF16, DType::F32, DType::F64})
    EXPECT_EQ((of(dtype) + 1).dtype(), dtype) << name(dtype);
  for (DType dtype : {DType::F16, DType::BF16, DType::F32})
    EXPECT_EQ((2.5 * of(dtype)).dtype(), dtype) << name(dtype);
  EXPECT_EQ((constant(1.5f) + 1).item<float>(), 2.5f);
  EXPECT_EQ((1 - constant(std::int8_t(3))).item<std::int8_t>(), -2);
}

TEST(Promotion, N1_ACppNumberRoundsToTheTensorsDType) {
  EXPECT_EQ((zeros({}, DType::F16) + 0.1).item<float>(), 0.0999755859375f);
  EXPECT_EQ((zeros({}, DType::BF16) + 0.1).item<float>(), 0.10009765625f);
  EXPECT_EQ((zeros({}, DType::F16) + 65519.0).item<float>(), 65504.f);
  EXPECT_EQ((zeros({}, DType::F16) + 6e-8).item<float>(), 0x1p-24f);
  EXPECT_TRUE(std::isinf((zeros({}, DType::F16) + 65520.0).item<float>()));
}

TEST(Promotion, N1_ACppNumberOfAnotherKind) {
  EXPECT_EQ(THROWN(DTypeError, constant({1, 2}) + 0.5),
            "add: a floating-point number does not combine with a tensor of i32: convert the tensor with burin::cast");
  EXPECT_EQ(THROWN(DTypeError, equal(constant({true}), 1)),
            "equal: an integer does not combine with a tensor of bool: convert the tensor with burin::cast");
  EXPECT_EQ(THROWN(DTypeError, constant({1.f}) + true),
            "add: a bool does not combine with a tensor of f32: convert the tensor with burin::cast");
}

TEST(Promotion, N1_ACppNumberOutOfRange) {
  EXPECT_EQ(THROWN(DTypeError, constant(std::uint8_t(1)) + 256), "add: the number 256 does not fit u8: convert the tensor with burin::cast");
  EXPECT_EQ(THROWN(DTypeError, constant(std::uint64_t(1)) + -1), "add: the number -1 does not fit u64: convert the tensor with burin::cast");
  EXPECT_EQ(THROWN(DTypeError, constant(std::int64_t(1)) + ~std::uint64_t(0)),
            "add: the number 18446744073709551615 does not fit i64: convert the tensor with burin::cast");
  EXPECT_EQ((constant(std::int8_t(0)) + -128).item<std::int8_t>(), -128);
  EXPECT_EQ((constant(std::uint64_t(0)) + ~std::uint64_t(0)).item<std::uint64_t>(), ~std::uint64_t(0));
}

TEST(Promotion, N1_DivisionAndMeanOfIntegersAreF64) {
  EXPECT_EQ((constant({1, 3}) / constant({2, 2})).to_vector<double>(), (std::vector<double>{0.5, 1.5}));
  EXPECT_EQ((constant({1, 3}) / 2).to_vector<double>(), (std::vector<double>{0.5, 1.5}));
  EXPECT_EQ((constant({1.f}) / constant({2})).dtype(), DType::F32);
  EXPECT_EQ(mean(constant({1, 2})).item<double>(), 1.5);
}

TEST(Promotion, N1_ComparisonsPromoteAndGiveBool) {
  EXPECT_EQ((constant({1, 2}) < constant({1.5f, 1.5f})).to_vector<bool>(), (std::vector<bool>{true, false}));
  EXPECT_EQ((constant({1, 2}) == 2).dtype(), DType::Bool);
}

TEST(Promotion, N1_WhereAndConcatPromoteTheirValues) {
  EXPECT_EQ(where(constant({true, false}), 1, constant({2.5f, 2.5f})).to_vector<float>(), (std::vector<float>{1, 2.5f}));
  EXPECT_EQ(concat({constant({1}), constant({2.5f})}).to_vector<float>(), (std::vector<float>{1, 2.5f}));
}

TEST(Promotion, N1_NumbersAloneHaveTheirOwnDType) {
  EXPECT_EQ(add(1, 2).item<std::int32_t>(), 3);
  EXPECT_EQ(burin::exp(0.0f).dtype(), DType::F32);
  EXPECT_EQ(full({2}, 1.5).to_vector<double>(), (std::vector<double>{1.5, 1.5}));
  EXPECT_EQ(full({2}, 1, DType::F32).to_vector<float>(), (std::vector<float>{1, 1}));
}
