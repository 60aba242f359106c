// Why there was a new trace: rule T10.
#include "Matchers.h"
#include "burin/Function.h"
#include "burin/Ops.h"
#include "runtime/Logging.h"

namespace burin::test {

using Kind = SignatureDifference::Kind;

static Tensor filled(Shape shape) {
  return Tensor::from_vector(std::vector<float>(static_cast<std::size_t>(shape.element_count()), 1.0f), shape);
}

/// The only difference that made the last trace of `f`.
template <class F> SignatureDifference last_difference(const F &f) {
  const std::vector<TraceRecord> traces = f.traces();
  EXPECT_EQ(traces.back().differences.size(), 1u);
  return traces.back().differences.empty() ? SignatureDifference() : traces.back().differences[0];
}

TEST(Retrace, T10_TheFirstTraceHasNoReason) {
  auto f = function([](Tensor x, int) { return x; });
  f(filled({2, 3}), 4);
  ASSERT_EQ(f.traces().size(), 1u);
  EXPECT_EQ(f.traces()[0].signature, "(f32[2,3], 4)");
  EXPECT_TRUE(f.traces()[0].differences.empty());
}

TEST(Retrace, T10_AnExtent) {
  auto f = function([](Tensor, Tensor x) { return x; });
  f(1.0f, filled({32, 10}));
  f(1.0f, filled({33, 10}));
  const SignatureDifference difference = last_difference(f);
  EXPECT_EQ(difference.kind, Kind::Extent);
  EXPECT_EQ(difference.argument, "argument 1");
  EXPECT_EQ(difference.dimension, 0);
  EXPECT_EQ(difference.before, "32");
  EXPECT_EQ(difference.after, "33");
  EXPECT_EQ(difference.text, "argument 1: dim 0 was 32, now 33");
}

TEST(Retrace, T10_SpecsGiveArgumentsTheirNames) {
  auto f = function([](Tensor x) { return x; });
  f.concrete(TensorSpec{DType::F32, {32}, "x"});
  f(filled({33}));
  EXPECT_EQ(last_difference(f).text, "argument 0 'x': dim 0 was 32, now 33");
}

TEST(Retrace, T10_ADType) {
  auto f = function([](std::vector<Tensor> x) { return x; });
  f(std::vector{filled({2}), filled({2})});
  f(std::vector{filled({2}), Tensor::from_vector(std::vector<double>{1, 2})});
  EXPECT_EQ(last_difference(f).kind, Kind::DType);
  EXPECT_EQ(last_difference(f).text, "argument 0[1]: dtype was f32, now f64");
}

TEST(Retrace, T10_ARank) {
  auto f = function([](std::map<std::string, Tensor> x) { return x; });
  f(std::map<std::string, Tensor>{{"w", filled({2})}});
  f(std::map<std::string, Tensor>{{"w", filled({2, 1})}});
  EXPECT_EQ(last_difference(f).kind, Kind::Rank);
  EXPECT_EQ(last_difference(f).text, "argument 0['w']: rank was 1 ([2]), now 2 ([2,1])");
}

TEST(Retrace, T10_AStaticValue) {
  auto f = function([](Tensor x, std::pair<int, std::string>, double) { return x; });
  f(1.0f, std::pair{1, std::string("a")}, 1.0);
  f(1.0f, std::pair{1, std::string("b")}, 1.0);
  EXPECT_EQ(last_difference(f).kind, Kind::StaticValue);
  EXPECT_EQ(last_difference(f).text, "argument 1.second: was \"a\", now \"b\"");
  f(1.0f, std::pair{1, std::string("b")}, 0.5);
  EXPECT_EQ(last_difference(f).text, "argument 2: was 1.0, now 0.5");
}

TEST(Retrace, T10_AStructure) {
  auto f = function([](std::vector<Tensor> x) { return x; });
  f(std::vector{filled({2})});
  f(std::vector{filled({2}), filled({2})});
  EXPECT_EQ(last_difference(f).kind, Kind::Structure);
  EXPECT_EQ(last_difference(f).text, "argument 0: was vector of 1, now vector of 2");
}

TEST(Retrace, T10_AnOptional) {
  auto f = function([](Tensor x, std::optional<Tensor>) { return x; });
  f(1.0f, std::nullopt);
  f(1.0f, filled({2}));
  EXPECT_EQ(last_difference(f).text, "argument 1: was no value, now a value");
}

TEST(Retrace, T10_ATypeOfAGenericLambda) {
  auto f = function([](auto x) { return x; });
  f(1);
  f(1.0f);
  EXPECT_EQ(last_difference(f).kind, Kind::Structure);
  EXPECT_EQ(last_difference(f).text, "argument 0: was i32 1, now f32 1.0");
}

TEST(Retrace, T10_AnAliasPattern) {
  Variable v(Tensor::scalar(1.0f), "v"), w(Tensor::scalar(1.0f), "w");
  auto f = function([](Variable &a, Variable &b) { return a + b; });
  f(v, w);
  f(v, v);
  EXPECT_EQ(last_difference(f).kind, Kind::AliasPattern);
  EXPECT_EQ(last_difference(f).text, "argument 1: was a variable of its own, now the same variable as argument 0");
}

TEST(Retrace, T10_APassedVariableThatIsCapturedToo) {
  Variable v(Tensor::scalar(1.0f), "v"), w(Tensor::scalar(1.0f), "w");
  auto f = function([&](Variable &a) { return a + v; });
  f(w);
  f(v);
  EXPECT_EQ(last_difference(f).kind, Kind::AliasPattern);
  EXPECT_EQ(last_difference(f).argument, "argument 0");
  EXPECT_EQ(last_difference(f).text, "argument 0: was a variable of its own, now a variable that the lambda captures, too");
}

TEST(Retrace, T10_AnotherOneOfTheCapturedVariables) {
  Variable v(Tensor::scalar(1.0f), "v"), w(Tensor::scalar(1.0f), "w");
  auto f = function([&](Tensor, Variable &a) { return a + v + w; });
  f(1.0f, v);
  f(1.0f, w);
  EXPECT_EQ(last_difference(f).kind, Kind::AliasPattern);
  EXPECT_EQ(last_difference(f).argument, "argument 1");
}

TEST(Retrace, T12_AConcreteFunctionNamesTheVariableThatDoesNotFit) {
  Variable v(Tensor::scalar(1.0f), "v"), w(Tensor::scalar(1.0f), "w");
  auto f = function([&](Variable &a) { return a + v; }, {.name = "f"});
  auto own = f.concrete(w), captured = f.concrete(v);
  EXPECT_TRUE(has(thrown<SignatureError>([&] { own(v); }),
                  "f: argument 0: expected a variable of its own, got a variable that the lambda captures, too"));
  EXPECT_TRUE(has(thrown<SignatureError>([&] { captured(w); }),
                  "f: argument 0: expected a variable that the lambda captures, too, got a variable of its own"));
}

TEST(Retrace, T10_EachDifferenceIsListedOnItsOwn) {
  auto f = function([](Tensor x, std::pair<int, Tensor>) { return x; });
  f(filled({2, 3}), std::pair{1, filled({4})});
  f(filled({5, 6}), std::pair{2, cast(filled({4}), DType::F64)});
  std::vector<std::string> texts;
  const TraceRecord second = f.traces()[1];
  for (const SignatureDifference &difference : second.differences) texts.push_back(difference.text);
  EXPECT_EQ(texts, (std::vector<std::string>{"argument 0: dim 0 was 2, now 5", "argument 0: dim 1 was 3, now 6",
                                             "argument 1.first: was 1, now 2", "argument 1.second: dtype was f32, now f64"}));
}

TEST(Retrace, T10_TheNearestEarlierSignatureIsComparedWith) {
  auto f = function([](Tensor x, Tensor y, int) { return x + y; });
  f(filled({1}), filled({1}), 1);
  f(filled({5}), filled({5}), 2);
  f(filled({1}), filled({1}), 3);
  EXPECT_EQ(last_difference(f).text, "argument 2: was 1, now 3");
}

/// Gathers the library's messages.
class LogCapture {
public:
  LogCapture() {
    runtime::set_log_callback([this](runtime::LogLevel, std::string_view text) { texts.emplace_back(text); });
  }
  ~LogCapture() { runtime::set_log_callback(nullptr); }
  std::vector<std::string> texts;
};

TEST(Retrace, T10_FiveTracesInTenCallsWarnOnce) {
  const LogCapture log;
  auto f = function([](Tensor x, int) { return x; }, {.name = "step"});
  for (int i = 0; i < 4; ++i) f(1.0f, i);
  EXPECT_TRUE(log.texts.empty());
  for (int i = 4; i < 8; ++i) f(1.0f, i);
  ASSERT_EQ(log.texts.size(), 1u);
  EXPECT_TRUE(has(log.texts[0], "step: traced and compiled 5 times in 5 calls, the last time because argument 1: was 3, now 4; "
                                "pass a value that changes as a tensor, by burin::Tensor::scalar  (at RetraceTest.cpp:"));
}

/// The warning at the fifth of the calls `call(0)` to `call(4)`, from the reason to the remedy.
template <class Call> std::string warning(Call call) {
  const LogCapture log;
  for (int i = 0; i < 5; ++i) call(i);
  EXPECT_EQ(log.texts.size(), 1u);
  if (log.texts.size() != 1) return {};
  const std::string before = "traced and compiled 5 times in 5 calls, the last time because ", &text = log.texts[0];
  EXPECT_TRUE(has(text, before));
  EXPECT_TRUE(has(text, "  (at RetraceTest.cpp:"));
  const std::size_t start = text.find(before) + before.size();
  return text.substr(start, text.rfind("  (at ") - start);
}

static const DType kDTypes[] = {DType::F32, DType::F64, DType::I32, DType::I64, DType::U8};

TEST(Retrace, T10_TheWarningNamesADType) {
  auto f = function([](Tensor, Tensor x) { return x; });
  EXPECT_EQ(warning([&](int i) { f(1.0f, cast(filled({2}), kDTypes[i])); }),
            "argument 1: dtype was i64, now u8; cast to one dtype before the call");
}

TEST(Retrace, T10_TheWarningNamesARank) {
  auto f = function([](std::vector<Tensor> xs) { return xs; });
  EXPECT_EQ(
      warning([&](int i) { f(std::vector{filled({}), reshape(filled({}), std::vector<std::int64_t>(static_cast<std::size_t>(i), 1))}); }),
      "argument 0[1]: rank was 3 ([1,1,1]), now 4 ([1,1,1,1]); reshape to one rank before the call");
}

TEST(Retrace, T10_TheWarningNamesADimension) {
  auto f = function([](std::map<std::string, Tensor> x) { return x; });
  EXPECT_EQ(warning([&](int i) { f(std::map<std::string, Tensor>{{"images", filled({2, 10 + i, 3})}}); }),
            "argument 0['images']: dim 1 was 13, now 14; make the dimension dynamic, by FunctionOptions::reduce_retracing or an input_signature with kDynamic");
}

TEST(Retrace, T10_TheWarningNamesAStaticValue) {
  auto f = function([](Tensor x, std::pair<std::string, double>) { return x; });
  EXPECT_EQ(warning([&](int i) { f(1.0f, std::pair{std::string("a"), 0.5 * i}); }),
            "argument 1.second: was 1.5, now 2.0; pass a value that changes as a tensor, by burin::Tensor::scalar");
}

TEST(Retrace, T10_TheWarningNamesAStructure) {
  auto f = function([](Tensor, std::vector<Tensor> xs) { return xs; });
  EXPECT_EQ(warning([&](int i) { f(1.0f, std::vector<Tensor>(static_cast<std::size_t>(i), filled({2}))); }),
            "argument 1: was vector of 3, now vector of 4; pass arguments of one structure, such as one stacked tensor");
}

TEST(Retrace, T10_TheWarningNamesAnAliasPattern) {
  Variable v[] = {Variable(constant(1.0f), "a"), Variable(constant(1.0f), "b"), Variable(constant(1.0f), "c")};
  auto f = function([](Variable &a, Variable &b, Variable &c) { return a + b + c; });
  const int patterns[5][3] = {{0, 1, 2}, {0, 0, 2}, {0, 0, 0}, {0, 1, 0}, {0, 1, 1}};
  EXPECT_EQ(warning([&](int i) { f(v[patterns[i][0]], v[patterns[i][1]], v[patterns[i][2]]); }),
            "argument 2: was the same variable as argument 0, now the same variable as argument 1; "
            "pass the same pattern of variables on each call");
}

TEST(Retrace, T10_FewTracesInManyCallsDoNotWarn) {
  const LogCapture log;
  auto f = function([](Tensor x, int) { return x; });
  for (int i = 0; i < 8; ++i)
    for (int repeat = 0; repeat < 4; ++repeat) f(1.0f, i);
  EXPECT_TRUE(log.texts.empty());
}

TEST(Retrace, T10_TracesThatWereAskedForDoNotWarn) {
  const LogCapture log;
  auto f = function([](Tensor x, int) { return x; });
  for (int i = 0; i < 8; ++i) f.concrete(TensorSpec{}, i);
  EXPECT_TRUE(log.texts.empty());
}

} // namespace burin::test
