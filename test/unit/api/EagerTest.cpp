// Ops that run at once: code that serves all shapes of one form gives what code for a shape gives (rule N6).
#include "burin/burin.h"
#include "test/unit/api/WithVectorBits.h"
#include <cmath>
#include <cstring>
#include <filesystem>
#include <gtest/gtest.h>
#include <numbers>

namespace burin::test {

/// Numbers of many magnitudes and both signs.
static Tensor values(const Shape &shape, DType dtype, int seed = 0) {
  const Tensor number = cast(arange(shape.element_count(), DType::I64), DType::F64) + 0.5 * seed;
  const Tensor value = sin(number * std::numbers::e) * exp2(remainder(number * 7.0, 23.0) - 11.0);
  return cast(reshape(is_integer(dtype) ? value * 50.0 : value, std::vector(shape.begin(), shape.end())), dtype);
}

template <class T> static bool same_bits(const Tensor &a, const Tensor &b) {
  const auto x = a.view<T>(), y = b.view<T>();
  return a.shape() == b.shape() && std::memcmp(x.data(), y.data(), x.size_bytes()) == 0;
}
static bool same_bits(const Tensor &a, const Tensor &b) {
  if (a.dtype() != b.dtype()) return false;
  switch (a.dtype()) {
  case DType::Bool: return same_bits<bool>(a, b);
  case DType::I8: return same_bits<std::int8_t>(a, b);
  case DType::I32: return same_bits<std::int32_t>(a, b);
  case DType::F32: return same_bits<float>(a, b);
  case DType::F64: return same_bits<double>(a, b);
  default: return same_bits<std::int16_t>(bitcast(a, DType::I16), bitcast(b, DType::I16));
  }
}

/// Eagerly as in a function for these shapes.
template <class Op, class... Tensors> static void expect_same(const Op &op, const Tensors &...x) {
  const Tensor eager = op(x...), compiled = function(op)(x...);
  EXPECT_TRUE(same_bits(eager, compiled)) << "\neagerly " << eager << "\ncompiled " << compiled;
}

TEST(Eager, N6_ElementwiseOpsAtAnyLength) {
  for (const std::int64_t count : {1, 3, 16, 65, 200, 5000})
    for (const DType dtype : {DType::F32, DType::BF16}) {
      SCOPED_TRACE(std::string(name(dtype)) + "[" + std::to_string(count) + "]");
      const Tensor x = values({count}, dtype), y = values({count}, dtype, 1);
      expect_same([](Tensor x, Tensor y) { return x * y; }, x, y);
      expect_same([](Tensor x) { return exp(x); }, x);
      expect_same([](Tensor x) { return x + 0.3f; }, x);
      expect_same([](Tensor x, Tensor y) { return x < y; }, x, y);
      expect_same([](Tensor x, Tensor y) { return where(x < y, x, 2.0f); }, x, y);
      expect_same([](Tensor x) { return cast(x, DType::I32); }, x);
    }
}

TEST(Eager, N6_BroadcastsOfAllKinds) {
  const std::pair<Shape, Shape> shapes[] = {{{7, 33}, {33}},
                                            {{7, 33}, {7, 1}},
                                            {{5, 1}, {1, 40}},
                                            {{2, 3, 4}, {3, 1}},
                                            {{2, 1, 4, 1}, {3, 1, 5}},
                                            {{1, 1, 9}, {4, 1, 1}},
                                            {{2, 3, 1, 4}, {1, 5, 1}},
                                            {{6, 1}, {6, 70}},
                                            {{1}, {2, 2}},
                                            {{2, 1, 2, 1, 2, 1, 2, 3}, {1, 2, 1, 2, 1, 2, 1, 3}},
                                            {{1, 1}, {}}};
  for (const auto &[lhs, rhs] : shapes) {
    SCOPED_TRACE(lhs.to_string() + " and " + rhs.to_string());
    for (const DType dtype : {DType::F32, DType::F16}) {
      const Tensor x = values(lhs, dtype), y = values(rhs, dtype, 1);
      expect_same([](Tensor x, Tensor y) { return x - y; }, x, y);
      expect_same([](Tensor x, Tensor y) { return y / x; }, x, y);
      expect_same([](Tensor x, Tensor y) { return fma(x, y, 0.5f); }, x, y);
      expect_same([](Tensor x, Tensor y) { return where(x < y, x, y); }, x, y);
    }
  }
}

TEST(Eager, N6_ReductionsSumInTheOrderOfCompiledOnes) {
  for (const DType dtype : {DType::F32, DType::F16, DType::I8})
    for (const std::int64_t count : {2, 5, 17, 33, 64, 257, 4097}) {
      SCOPED_TRACE(std::string(name(dtype)) + "[" + std::to_string(count) + "]");
      const Tensor line = values({count}, dtype), rows = values({3, count}, dtype), columns = values({count, 5}, dtype),
                   middle = values({2, count, 3}, dtype);
      expect_same([](Tensor x) { return sum(x); }, line);
      expect_same([](Tensor x) { return prod(x); }, line);
      expect_same([](Tensor x) { return max(x, 1, KeepDims::Yes); }, rows);
      expect_same([](Tensor x) { return sum(x, 1); }, rows);
      expect_same([](Tensor x) { return sum(x, 0); }, columns);
      expect_same([](Tensor x) { return min(x, 0); }, columns);
      expect_same([](Tensor x) { return sum(x, 1); }, middle);
      expect_same([](Tensor x) { return sum(x, {1, 2}); }, middle);
      expect_same([](Tensor x) { return all(x > 0, 1); }, middle);
    }
}

TEST(Eager, N6_WidthsOfVectorsCountAtOnce) {
  const Tensor x = values({2, 1001}, DType::F32);
  for (const int bits : {512, 128, 256, 0}) {
    const WithVectorBits width(bits);
    SCOPED_TRACE(bits);
    expect_same([](Tensor x) { return sum(x, 1); }, x);
    expect_same([](Tensor x) { return matmul(x, transpose(x)); }, x);
  }
}

TEST(Eager, N4_LargeOnesDontDependOnThreads) {
  const Tensor x = values({300, 4001}, DType::F32), y = values({4001}, DType::F32, 1);
  const auto all = [&] { return std::vector{x * y, exp(x), sum(x, 1), sum(x, 0), max(x), x < y}; };
  set_thread_count(1);
  const std::vector<Tensor> alone = all();
  set_thread_count(4);
  const std::vector<Tensor> together = all();
  set_thread_count(0);
  for (std::size_t i = 0; i < alone.size(); ++i) EXPECT_TRUE(same_bits(alone[i], together[i])) << i;
  expect_same([](Tensor x, Tensor y) { return x * y; }, x, y);
  expect_same([](Tensor x) { return sum(x, 1); }, x);
}

/// How many functions are compiled while `run` runs.
template <class Run> static std::size_t compiled_by(const Run &run) {
  const std::filesystem::path directory = std::filesystem::path(testing::TempDir()) / "burin-eager-dumps";
  std::filesystem::remove_all(directory);
  std::filesystem::create_directory(directory);
  const Options before = options();
  Options dumping = before;
  dumping.dump_directory = directory.string();
  set_options(dumping);
  run();
  set_options(before);
  std::size_t count = 0;
  for (const auto &entry : std::filesystem::directory_iterator(directory)) count += entry.path().extension() == ".s";
  std::filesystem::remove_all(directory);
  return count;
}

TEST(Eager, NewShapesCompileNothing) {
  const auto work = [](std::int64_t count) {
    const Tensor x = linspace(0, 1, count), y = ones({count, 2});
    Tensor z = x * 2.0f + x;
    z = z - mean(z);
    z = concat({z[Slice{1, {}, 1}], z[Slice{0, 1, 1}]}, 0);
    const Tensor picked = z[z > 0.0f];
    z = z + max(take(pad(picked, {{1, 2}}), arange(picked.element_count()), 0));
    const Tensor matrix = transpose(reshape(z, {count, 1}) * y);
    return sum(softmax(matrix, 1)).item<float>() + max(broadcast_to(x, {3, count})).item<float>();
  };
  EXPECT_GT(compiled_by([&] { work(2000); }), 0u); // for these shapes
  EXPECT_GT(compiled_by([&] { work(1900); }), 0u); // for any
  EXPECT_EQ(compiled_by([&] {
              for (std::int64_t count = 1001; count < 1100; ++count) work(count);
            }),
            0u);
}

TEST(Eager, GatheringIsThatOfFunctions) {
  const Tensor x = values({4, 5, 6}, DType::F32), rows = constant({{3, -4, 0}, {1, 1, -1}}), row = constant({2, 0, 3}),
               column = constant({{0}, {4}}), planes = constant({{{1}}, {{0}}, {{3}}, {{2}}});
  expect_same([](Tensor x, Tensor i) { return take(x, i, 0); }, x, rows);
  expect_same([](Tensor x, Tensor i) { return take(x, i, 1); }, x, row);
  expect_same([](Tensor x, Tensor i) { return take(x, i, 2); }, x, rows);
  expect_same([](Tensor x, Tensor i, Tensor j) { return x.index({i, j}); }, x, rows, row);
  expect_same([](Tensor x, Tensor i, Tensor j) { return x.index({ellipsis, i, j}); }, x, column, row);
  expect_same([](Tensor x, Tensor i, Tensor j) { return x.index({i, Slice{1, 4, 1}, j}); }, x, row, column);
  expect_same([](Tensor x, Tensor i) { return take_along_axis(x, i, 1); }, x, planes);
  expect_same([](Tensor x, Tensor i) { return gather(x, i, 1, 1); }, x, reshape(planes, {4, 1}));
  expect_same([](Tensor x, Tensor i) { return take(x, i, 0); }, x, zeros({0}, DType::I32));
  expect_same([](Tensor x) { return pad(x, {{1, 0}, {0, 2}, {3, 1}}, PadMode::Constant, 7.0f); }, x);
  expect_same([](Tensor x) { return flip(tile(x, {2, 1, 3}), {0, 2}); }, x);
}

TEST(Eager, ErrorsNameTheShapesThatThereAre) {
  const auto text = [](const auto &run) -> std::string {
    try {
      run();
    } catch (const Error &error) { return error.what(); }
    return "nothing";
  };
  const Tensor x = ones({3, 4}), y = ones({5});
  EXPECT_TRUE(text([&] { x + y; }).starts_with("add: shapes don't broadcast: lhs f32[3,4], rhs f32[5]")) << text([&] { x + y; });
  EXPECT_TRUE(text([&] { exp(cast(x, DType::I32)); }).starts_with("exp: expected a floating or complex element type, found i32[3,4]"));
  EXPECT_TRUE(text([&] { sum(x > 0.0f, 1); }).find("found bool[3,4]") != std::string::npos) << text([&] { sum(x > 0.0f, 1); });
}

} // namespace burin::test
