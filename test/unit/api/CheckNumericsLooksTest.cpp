// Debug::CheckNumerics in fused code: whatever loop nest an op is in, wherever in it the element is.
#include "burin/burin.h"
#include "test/unit/api/Thrown.h"
#include <cmath>
#include <functional>

using namespace burin;

static const FunctionOptions kChecked{.name = "step", .debug = Debug::CheckNumerics};
static constexpr float kInfinity = std::numeric_limits<float>::infinity();

namespace {

/// A function of one tensor in which `op` makes a NaN or an infinity of an element -1 among ones.
struct Look {
  const char *name;
  const char *op;
  Shape shape;
  std::function<Tensor(Tensor)> function;
  DType dtype = DType::F32;
};

void PrintTo(const Look &look, std::ostream *out) { *out << look.name; }

/// Something that is finite for all x, and shows none of its infinities.
Tensor hidden(const Tensor &x) { return tanh(x); }

const Look kLooks[] = {
    {"scalar", "log", {}, [](Tensor x) { return hidden(log(x + 0.5f)); }},
    {"vector_and_rest", "log", {67}, [](Tensor x) { return hidden(log(x + 0.5f)); }},
    {"tasks", "log", {3, 700'001}, [](Tensor x) { return hidden(log(x + 0.5f)); }},
    {"end_of_a_chain", "sqrt", {129}, [](Tensor x) { return hidden(abs(sqrt(x * 2 + 1) * 3 - 1)); }},
    {"two_chains", "log", {33}, [](Tensor x) { return hidden(exp(x) + log(x) * sqrt(x + 2)); }},
    {"beside_a_reduction", "log", {5, 130}, [](Tensor x) { return max(hidden(log(x)), 1); }},
    {"within_a_row", "log", {5, 130}, [](Tensor x) { return hidden(log(x) - max(hidden(x), 1, KeepDims::Yes)); }},
    {"one_of_a_row", "log", {7, 40}, [](Tensor x) { return hidden(x + hidden(log(min(x, 1, KeepDims::Yes)))); }},
    {"columns", "log", {130, 9}, [](Tensor x) { return max(hidden(log(x)), 0); }},
    {"sum", "log", {70}, [](Tensor x) { return hidden(sum(log(x))); }},
    {"sum_in_chunks", "log", {300'000}, [](Tensor x) { return sum(hidden(log(x))); }},
    {"product_and_what_follows", "log", {9, 40}, [](Tensor x) { return hidden(log(min(matmul(x, ones({40, 33})), 1) - 39)); }},
    {"epilogue", "log", {9, 40}, [](Tensor x) { return hidden(log(matmul(x, ones({40, 33})) - 39)); }},
    {"convolution", "log", {1, 8, 9, 3}, [](Tensor x) { return hidden(log(conv2d(x, full({1, 1, 3, 5}, 0.25f)) - 0.5f)); }},
    {"kernel", "cumulative_prod", {5}, [](Tensor x) { return hidden(cumulative_prod(where(x < 0, 3e38f, 2.0f))); }},
    {"branch", "log", {6}, [](Tensor x) { return cond(sum(x) < 7, [&] { return hidden(log(x)); }, [&] { return x; }); }},
    {"loop",
     "log",
     {6},
     [](Tensor x) { return for_range(3, [](const Tensor &, const Tensor &y) { return hidden(log(y + 0.25f)) + y; }, x); }},
    {"f64", "log", {67}, [](Tensor x) { return hidden(log(x)); }, DType::F64},
    {"f16",
     "multiply",
     {67},
     [](Tensor x) { return hidden(cast(where(x < 0, 60000.0f, 1.0f), DType::F16) * cast(where(x < 0, 2.0f, 1.0f), DType::F16)); },
     DType::F16},
    {"bf16", "log", {67}, [](Tensor x) { return hidden(log(x)); }, DType::BF16},
};

std::vector<double> values_of(const Tensor &x) { return cast(x, DType::F64).to_vector<double>(); }

class CheckNumericsLooks : public testing::TestWithParam<Look> {};

std::string name_of(const testing::TestParamInfo<Look> &info) { return info.param.name; }

} // namespace

TEST_P(CheckNumericsLooks, P4_TheElementIsSeenWhereverItIs) {
  const Look &look = GetParam();
  auto f = function([&](Tensor x) { return look.function(x); }, kChecked);
  auto unchecked = function([&](Tensor x) { return look.function(x); });
  const std::int64_t count = look.shape.element_count();
  std::vector<float> values(static_cast<std::size_t>(count), 1);
  const auto tensor = [&] { return cast(Tensor::from_vector<float>(values, look.shape), look.dtype); };
  EXPECT_EQ(values_of(f(tensor())), values_of(unchecked(tensor())));
  for (const std::int64_t place : {std::int64_t{0}, count / 2, count - 1}) {
    values[static_cast<std::size_t>(place)] = -1;
    const std::string text = burin::test::thrown<CheckError>([&] { f(tensor()); });
    EXPECT_TRUE(text.starts_with(std::string(look.op) + ": ")) << text << " for element " << place;
    EXPECT_NE(text.find("CheckNumericsLooksTest.cpp"), std::string::npos) << text;
    values[static_cast<std::size_t>(place)] = 1;
  }
}

INSTANTIATE_TEST_SUITE_P(Nests, CheckNumericsLooks, testing::ValuesIn(kLooks), name_of);

TEST(CheckNumerics, P4_MasksOfInfinitiesAreWell) {
  auto attention = [](Tensor q, Tensor k, Tensor mask) { return matmul(softmax(matmul(q, transpose(k)) + mask, 1), k); };
  auto f = function(attention, kChecked), unchecked = function(attention);
  const Tensor q = uniform({20, 8}, 1), k = uniform({20, 8}, 2);
  const Tensor mask = where(tril(ones({20, 20})) > 0, 0.0f, -kInfinity);
  EXPECT_EQ(f(q, k, mask).to_vector<float>(), unchecked(q, k, mask).to_vector<float>());
  EXPECT_TRUE(burin::test::thrown<CheckError>([&] { f(q * 1e30f, k * 1e30f, mask); }).starts_with("matmul: "));
}

TEST(CheckNumerics, P4_E5_EffectsHappenOnceThoughTheOpsRunAgain) {
  std::string printed;
  PrintOptions options;
  options.callback = [&](std::string_view line) { printed += line; };
  int calls = 0;
  Variable before(zeros({2}), "before"), after(zeros({2}), "after");
  auto f = function(
      [&](Tensor x) {
        print(options, "one:", x * 2);
        before.assign_add(x);
        const Tensor y = host_call([&](Tensor t) { return ++calls, t; }, TensorSpec{DType::F32, {2}}, x + 1);
        const Tensor z = log(y) + before;
        print(options, "two");
        after.assign_add(z);
        return hidden(z);
      },
      kChecked);
  f(constant({0.f, 0.f}));
  EXPECT_EQ(printed, "one: [0 0]\ntwo\n");
  printed.clear();
  EXPECT_EQ(burin::test::thrown_at<CheckError>(__FILE__, [&] { f(constant({3.f, -1.f})); }),
            "log: 1 of 2 elements of f32[2] is not finite: -inf at [1], made from finite numbers");
  EXPECT_EQ(printed, "one: [6 -2]\n");
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(before.to_vector<float>(), (std::vector<float>{3, -1}));
  EXPECT_EQ(after.to_vector<float>(), (std::vector<float>{0, 0}));
  EXPECT_THROW(f(constant({3.f, -1.f})), CheckError) << "and again";
}

TEST(CheckNumerics, P4_E5_VariablesKeepWhatTheyHadBeforeTheOp) {
  Variable w(full({1000}, 2.f), "w"), m(zeros({1000}), "m");
  auto f = function(
      [&](Tensor x) {
        m.assign(m * 0.5f + x);
        w.assign_sub(log(m));
      },
      kChecked);
  f(ones({1000}));
  EXPECT_THROW(f(full({1000}, -1.f)), CheckError);
  EXPECT_EQ(m.to_vector<float>(), std::vector<float>(1000, -0.5f));
  EXPECT_EQ(w.to_vector<float>(), std::vector<float>(1000, 2.f));
}
