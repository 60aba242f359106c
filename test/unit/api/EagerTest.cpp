// Ops that run at once: code that serves all shapes of one form gives what code for a shape gives (rule N6).
#include "burin/burin.h"
#include "test/unit/api/WithVectorBits.h"
#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <gtest/gtest.h>
#include <numbers>
#include <thread>

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
  case DType::I64: return same_bits<std::int64_t>(a, b);
  case DType::Complex64: return same_bits<std::complex<float>>(a, b);
  case DType::F32: return same_bits<float>(a, b);
  case DType::F64: return same_bits<double>(a, b);
  default: return same_bits<std::int16_t>(bitcast(a, DType::I16), bitcast(b, DType::I16));
  }
}

static bool all_of(const Tensor &x, double value) {
  const std::vector<double> values = cast(x, DType::F64).to_vector<double>();
  return std::count(values.begin(), values.end(), value) == x.element_count();
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

TEST(Eager, N6_ReductionsThatAreSeveral) {
  for (const DType dtype : {DType::F32, DType::BF16, DType::I8})
    for (const std::int64_t count : {2, 17, 300}) {
      SCOPED_TRACE(std::string(name(dtype)) + "[" + std::to_string(count) + "]");
      const Tensor x = values({3, count, 5}, dtype), y = values({count, 2, 7, 3}, dtype);
      expect_same([](Tensor x) { return sum(x, {0, 2}); }, x);
      expect_same([](Tensor x) { return max(x, {0, 2}, KeepDims::Yes); }, x);
      expect_same([](Tensor x) { return prod(x, {0, 2}); }, x);
      expect_same([](Tensor x) { return sum(x, {0, 2, 3}, KeepDims::Yes); }, y);
      expect_same([](Tensor x) { return any(x > 0, {1, 3}); }, y);
    }
  for (const std::int64_t count : {1 << 18, (1 << 18) + 1, 3 << 17, (1 << 20) + 64})
    for (const DType dtype : {DType::F32, DType::F16, DType::I32}) {
      SCOPED_TRACE(std::string(name(dtype)) + "[" + std::to_string(count) + "]");
      const Tensor x = values({count}, dtype), rows = reshape(x, {1, count}), column = reshape(x, {count, 1});
      expect_same([](Tensor x) { return sum(x); }, x);
      expect_same([](Tensor x) { return max(x, {}, KeepDims::Yes); }, rows);
      expect_same([](Tensor x) { return sum(x, 1); }, rows);
      expect_same([](Tensor x) { return sum(x, 0); }, column);
    }
  for (const std::int64_t count : {3, 40, 1 << 18}) {
    const Tensor z = complex(values({count, 2}, DType::F32), values({count, 2}, DType::F32, 1));
    expect_same([](Tensor z) { return sum(z); }, z);
    expect_same([](Tensor z) { return sum(z, 0); }, z);
  }
}

TEST(Eager, IndicesOfExtremesAreThoseOfFunctions) {
  for (const DType dtype : {DType::F32, DType::F16, DType::BF16, DType::F64, DType::I8, DType::U16, DType::I64})
    for (const std::int64_t count : {1, 2, 63, 64, 65, 66, 200, 1001}) {
      SCOPED_TRACE(std::string(name(dtype)) + "[" + std::to_string(count) + "]");
      const Tensor x = cast(values({2, count, 3}, DType::F64) * 3.0, dtype);
      for (const int axis : {0, 1, 2}) {
        expect_same([axis](Tensor x) { return argmax(x, axis); }, x);
        expect_same([axis](Tensor x) { return argmin(x, axis, KeepDims::Yes); }, x);
      }
      expect_same([](Tensor x) { return argmax(x); }, x);
    }
  std::vector<float> line(300, 1.0f);
  for (const std::size_t place : {0, 64, 130, 299}) {
    line[place] = NAN;
    const Tensor x = Tensor::from_vector(line), y = transpose(stack({x, x}));
    expect_same([](Tensor x) { return stack({argmax(x), argmin(x)}); }, x);
    expect_same([](Tensor y) { return argmax(y, 0); }, y);
    line[place] = place % 2 == 0 ? 1.0f : 2.0f;
  }
  EXPECT_EQ(argmax(zeros({0, 3}), 1).shape(), Shape{0});
}

TEST(Eager, N6_ProductsSumInTheOrderOfCompiledOnes) {
  const struct {
    Shape lhs, rhs;
  } cases[] = {{{1, 100}, {100, 7}},     {{1, 301}, {301, 64}}, {{1, 64}, {64, 200}},       {{3, 17}, {17, 5}},
               {{5, 2}, {2, 2}},         {{4, 300}, {300, 65}}, {{33, 70}, {70, 129}},      {{64, 64}, {64, 64}},
               {{7, 2000}, {2000, 9}},   {{128, 40}, {40, 2}},  {{2, 3, 5, 9}, {3, 9, 17}}, {{3, 1, 4, 6}, {1, 5, 6, 20}},
               {{70, 1500}, {1500, 33}}, {{2, 33}, {33, 31}},   {{1, 2}, {2, 3}},           {{6, 1}, {1, 5}},
               {{300}, {300, 40}},       {{40, 300}, {300}}};
  for (const int bits : {0, 256, 128}) {
    const WithVectorBits width(bits);
    for (const auto &[lhs, rhs] : cases)
      for (const DType dtype : {DType::F32, DType::F64, DType::BF16, DType::I32}) {
        if (bits != 0 && dtype != DType::F32) continue; // which is enough to see the other orders
        SCOPED_TRACE(std::to_string(bits) + " " + std::string(name(dtype)) + lhs.to_string() + rhs.to_string());
        expect_same([](Tensor x, Tensor y) { return matmul(x, y); }, values(lhs, dtype), values(rhs, dtype, 1));
      }
  }
  // After some calls it is compiled code that runs.
  const Tensor x = values({20, 30}, DType::F32), y = values({30, 20}, DType::F32, 1), first = matmul(x, y);
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(same_bits(matmul(x, y), first)) << i;
}

TEST(Eager, ScatteringIsThatOfFunctions) {
  const Tensor row = constant({2, 0, 3, 2, -1}), grid = constant({{3, -4, 0}, {1, 1, -1}}), places = constant({{{1}}, {{0}}, {{3}}, {{2}}});
  for (const DType dtype : {DType::F32, DType::F16, DType::BF16, DType::F64, DType::I8, DType::I64}) {
    SCOPED_TRACE(name(dtype));
    const Tensor x = values({4, 5, 6}, dtype);
    for (const Scatter mode : {Scatter::Set, Scatter::Add, Scatter::Min, Scatter::Max}) {
      expect_same([mode](Tensor x, Tensor i, Tensor u) { return scatter(x, i, u, mode, 0); }, x, row, values({5, 5, 6}, dtype, 1));
      expect_same([mode](Tensor x, Tensor i, Tensor u) { return scatter(x, i, u, mode, 1); }, x, row, values({6}, dtype, 1));
      expect_same([mode](Tensor x, Tensor i, Tensor u) { return scatter(x, i, u, mode, 2); }, x, grid, values({4, 5, 2, 3}, dtype, 1));
      expect_same([mode](Tensor x, Tensor i, Tensor u) { return scatter_nd(x, i, u, mode); }, x, stack({row, row}, 1),
                  values({5, 6}, dtype, 1));
      expect_same([mode](Tensor x, Tensor i, Tensor u) { return put_along_axis(x, i, u, 1, mode); }, x, places,
                  values({4, 1, 6}, dtype, 1));
    }
  }
  const Tensor special = constant({0.f, -0.f, NAN, 1.f, -INFINITY, 2.f}), updates = constant({-0.f, 0.f, 1.f, NAN, INFINITY, 2.f});
  for (const Scatter mode : {Scatter::Set, Scatter::Add, Scatter::Min, Scatter::Max})
    expect_same([mode](Tensor x, Tensor i, Tensor u) { return isnan(scatter(x, i, u, mode)) | (1 / scatter(x, i, u, mode) > 0); }, special,
                arange(6), updates);
  expect_same([](Tensor x, Tensor i, Tensor u) { return scatter(x, i, u, Scatter::Add); }, complex(updates, special), constant({1, 1, 0}),
              complex(values({3}, DType::F32), values({3}, DType::F32, 1)));
  expect_same([](Tensor x, Tensor i) { return scatter(x, i, 1); }, values({4, 2}, DType::I32), zeros({0}, DType::I32));
  expect_same([](Tensor x, Tensor i) { return scatter(x, i, true); }, values({4, 2}, DType::F32) > 0, constant({1, 3}));
}

TEST(Eager, PartsAreThoseOfFunctions) {
  const Tensor x = values({4, 5, 6}, DType::F32), one = constant(1), back = constant(-3, {});
  expect_same([](Tensor x, Tensor i) { return dynamic_slice(x, {i, 0, i}, {2, 5, 3}); }, x, one);
  expect_same([](Tensor x, Tensor i) { return dynamic_slice(x, {i, i, 0}, {1, 2, 0}); }, x, back);
  expect_same([](Tensor x, Tensor i) { return dynamic_update_slice(x, ones({2, 1, 3}), {i, i, i}); }, x, one);
  expect_same([](Tensor x, Tensor i) { return dynamic_update_slice(x, zeros({0, 2, 2}), {i, i, i}); }, x, back);
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
    EXPECT_EQ(matmul(matrix, y).shape(), (Shape{2, 2}));
    const Tensor part = dynamic_slice(z,
                                      {
                                          argmax(z[Slice{0, 9, 1}]),
                                      },
                                      {9});
    z = scatter(dynamic_update_slice(z, part, {0}), argmin(matrix, 1), -1.0f);
    const Tensor many = broadcast_to(reshape(z, {count, 1, 1}), {128, count, 4, 4}),
                 halves = cast(reshape(matrix, {1, 2, count}), DType::F16);
    const float sums = sum(sum(many, {1, 3})).item<float>() + max(many).item<float>() + sum(halves, {0, 2})[0].item<float>();
    return sum(softmax(matrix, 1)).item<float>() + max(broadcast_to(x, {3, count})).item<float>() + sums;
  };
  EXPECT_GT(compiled_by([&] { work(2000); }), 0u); // for these shapes
  EXPECT_GT(compiled_by([&] { work(1900); }), 0u); // for any
  EXPECT_EQ(compiled_by([&] {
              for (std::int64_t count = 1001; count < 1100; ++count) work(count);
            }),
            0u);
}

TEST(Eager, RepeatedOpsAreFoundAmongOthers) {
  for (int round = 0; round < 2; ++round)
    for (std::int64_t n = 1; n <= 100; ++n)
      for (const DType dtype : {DType::F32, DType::I64}) {
        const Tensor x = full({n, 2}, 6, dtype), y = full({2}, 2, dtype);
        const auto all = [&](const Tensor &z, double value) { return z.dtype() == dtype && all_of(z, value); };
        EXPECT_TRUE(all(x + y, 8)) << n;
        EXPECT_TRUE(all(x - y, 4)) << n;
        EXPECT_TRUE(all(x * y, 12)) << n;
        EXPECT_TRUE(all(maximum(x, y), 6)) << n;
        EXPECT_TRUE(all(minimum(x, y), 2)) << n;
        EXPECT_TRUE(all(where(x > y, y, x), 2)) << n;
        EXPECT_TRUE(all(-x, -6)) << n;
      }
}

TEST(Eager, OpsRunUntilTheVeryEndOfAThread) {
  struct AtEnd {
    Tensor x;
    float *total;
    ~AtEnd() { *total = sum(x + x).item<float>(); }
  };
  float total = 0;
  std::thread([&] {
    thread_local AtEnd end{ones({3}), &total}; // goes after what the first op makes for the thread
    for (int i = 0; i < 3; ++i) end.x = end.x + end.x;
  }).join();
  EXPECT_EQ(total, 48);
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
  EXPECT_TRUE(text([&] { max(complex(x, x), 1); }).find("found c64[3,4]") != std::string::npos) << text([&] { max(complex(x, x), 1); });
}

} // namespace burin::test
