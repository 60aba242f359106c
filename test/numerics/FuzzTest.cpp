// Random programs: each runs op by op while it is made up, then as one traced function, and must give the same (rule N6).
//
//   BURIN_FUZZ_PROGRAMS=5000    so many programs of each kind, in place of the regular number
//   BURIN_FUZZ_SEED=17          program 17 alone, or that many from 17 on
//   BURIN_FUZZ_LOG=1            the text of each program on stderr before it runs: the last one crashed
//
// A failing program is cut down before it is reported: ops become inputs as long as the failure stays.
#include "test/numerics/FuzzGenerator.h"

namespace burin::test::fuzz {
namespace {

// --- running and comparing -------------------------------------------------------------------------------------------

/// Empty if `found` is what `expected` is: bit by bit if it is exact, else within what sums in another order may differ.
std::string difference(const Tensor &found, const Tensor &expected, const Quality &quality) {
  if (found.dtype() != expected.dtype() || !(found.shape() == expected.shape()))
    return "is " + found.shape().to_string() + ", expected " + expected.shape().to_string();
  const std::vector<double> x = to_array(found).values, y = to_array(expected).values;
  const double tolerance = (expected.dtype() == DType::F32 ? 2e-4 : 1e-10) * std::max(1.0, quality.scale);
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (std::isnan(x[i]) && std::isnan(y[i])) continue;
    const bool same = quality.exact ? std::memcmp(&x[i], &y[i], sizeof(double)) == 0 : x[i] == y[i] || std::fabs(x[i] - y[i]) <= tolerance;
    if (same) continue;
    std::ostringstream text;
    text.precision(17);
    text << "element " << i << " is " << x[i] << ", expected " << y[i] << (quality.exact ? "" : " (roughly)");
    return text.str();
  }
  return {};
}

struct Failure {
  std::string what;
  int result = -1; ///< the result that is wrong; -1 for anything else
};

const Quality &quality_of_variable(const Program &program, std::size_t variable) {
  static const Quality untouched;
  const Quality *last = &untouched;
  for (const Step &step : program.steps)
    if (step.assigns == static_cast<int>(variable)) last = &program.steps[static_cast<std::size_t>(step.operands[0])].quality;
  return *last;
}

/// Runs the program as one function, with one thread and with two, and compares it with what eager runs gave.
std::optional<Failure> run_and_compare(const Program &program) {
  std::vector<Variable> eager_variables = make_variables(program);
  Printer eager_printer, printer;
  (void)evaluate(program, inputs_of(program), eager_variables, eager_printer);

  std::vector<Variable> variables = make_variables(program);
  auto compiled = function([&](const std::vector<Tensor> &inputs) { return evaluate(program, inputs, variables, printer); });
  const std::vector<Tensor> inputs = inputs_of(program);
  std::vector<std::vector<Tensor>> runs;
  for (int threads : {1, 2}) {
    set_thread_count(threads);
    for (std::size_t i = 0; i < variables.size(); ++i) variables[i].assign(program.initial[i]);
    std::vector<Tensor> results = compiled(inputs);
    for (std::size_t i = 0; i < results.size(); ++i) {
      const Step &step = program.steps[static_cast<std::size_t>(program.results[i])];
      if (const std::string text = difference(results[i], step.eager, step.quality); !text.empty())
        return Failure{"result " + std::to_string(i) + ": " + text, static_cast<int>(i)};
    }
    const std::vector<Tensor> now = values_of(variables), expected = values_of(eager_variables);
    for (std::size_t i = 0; i < now.size(); ++i)
      if (const std::string text = difference(now[i], expected[i], quality_of_variable(program, i)); !text.empty())
        return Failure{"variable " + std::to_string(i) + ": " + text};
    results.insert(results.end(), now.begin(), now.end());
    runs.push_back(results);
  }
  for (std::size_t i = 0; i < runs[0].size(); ++i)
    if (const std::string text = difference(runs[1][i], runs[0][i], {}); !text.empty())
      return Failure{"N4, two threads after one, value " + std::to_string(i) + ": " + text};
  if (printer.text_so_far() != eager_printer.text_so_far() + eager_printer.text_so_far())
    return Failure{"prints '" + printer.text_so_far() + "', expected twice '" + eager_printer.text_so_far() + "'"};
  return std::nullopt;
}

std::optional<Failure> run(const Program &program) {
  try {
    return run_and_compare(program);
  } catch (const std::exception &error) {
    return Failure{error.what()};
  }
}

// --- cutting a failing program down ----------------------------------------------------------------------------------

/// The steps that results and effects need; the others are dropped.
Program without_dead_steps(const Program &program) {
  std::vector<bool> needed(program.steps.size());
  for (int result : program.results) needed[static_cast<std::size_t>(result)] = true;
  for (std::size_t i = program.steps.size(); i-- > 0;) {
    needed[i] = needed[i] || program.steps[i].assigns >= 0 || program.steps[i].prints;
    if (needed[i])
      for (int operand : program.steps[i].operands) needed[static_cast<std::size_t>(operand)] = true;
  }
  Program kept;
  kept.initial = program.initial;
  std::vector<int> number(program.steps.size());
  for (std::size_t i = 0; i < program.steps.size(); ++i) {
    if (!needed[i]) continue;
    number[i] = static_cast<int>(kept.steps.size());
    kept.steps.push_back(program.steps[i]);
    for (int &operand : kept.steps.back().operands) operand = number[static_cast<std::size_t>(operand)];
  }
  for (int result : program.results) kept.results.push_back(number[static_cast<std::size_t>(result)]);
  return kept;
}

Program cut_down(Program program) {
  auto fails = [](const Program &candidate) { return run(candidate).has_value(); };
  auto attempt = [&](Program candidate) {
    candidate = without_dead_steps(candidate);
    if (!fails(candidate)) return false;
    program = std::move(candidate);
    return true;
  };
  for (std::size_t i = program.results.size(); i-- > 0 && program.results.size() > 1;) {
    Program candidate = program;
    candidate.results.erase(candidate.results.begin() + static_cast<long>(i));
    attempt(candidate);
  }
  for (std::size_t i = program.steps.size(); i-- > 0;) {
    if (i >= program.steps.size()) continue;
    Step &step = program.steps[i];
    Program candidate = program;
    if (step.assigns >= 0 || step.prints) {
      for (Step &each : candidate.steps)
        for (int &operand : each.operands)
          if (operand > static_cast<int>(i)) --operand;
      for (int &result : candidate.results)
        if (result > static_cast<int>(i)) --result;
      candidate.steps.erase(candidate.steps.begin() + static_cast<long>(i));
    } else if (step.apply || step.reads >= 0) {
      Step &input = candidate.steps[i];
      input.operands.clear();
      input.apply = nullptr;
      input.reads = -1;
      input.text = "input";
      input.quality = {true, input.quality.scale, 0};
    } else {
      continue;
    }
    attempt(candidate);
  }
  return program;
}

// --- tests -----------------------------------------------------------------------------------------------------------

int number_from_environment(const char *variable, int otherwise) {
  const char *text = std::getenv(variable);
  return text ? std::atoi(text) : otherwise;
}

class Fuzz : public testing::Test {
protected:
  void SetUp() override { before = options(); }
  void TearDown() override { set_options(before); }

  void check(const Profile &profile, unsigned seed) {
    static constexpr int widths[] = {128, 256, 512};
    Options now = before;
    now.vector_bits = widths[seed % 3];
    set_options(now);
    const Program program = Generator(profile, seed).take();
    const bool logs = std::getenv("BURIN_FUZZ_LOG") != nullptr;
    if (logs) std::cerr << "program " << seed << " at " << now.vector_bits << " bits\n" << text_of(program) << std::endl;
    const std::optional<Failure> failure = run(program);
    if (!failure) return;
    const Program small = cut_down(program);
    const std::optional<Failure> left = run(small);
    ADD_FAILURE() << "program " << seed << " at " << now.vector_bits << " bits: " << failure->what << "\ncut down: " << (left ? left->what : "") << "\n"
                  << text_of(small);
  }

  void check_all(const Profile &profile, int count) {
    const int first = number_from_environment("BURIN_FUZZ_SEED", -1);
    count = number_from_environment("BURIN_FUZZ_PROGRAMS", first < 0 ? count : 1);
    for (int i = 0; i < count; ++i) check(profile, static_cast<unsigned>(std::max(first, 0) + i));
  }

  Options before;
};

TEST_F(Fuzz, N6_SmallProgramsAgreeWithOpByOp) { check_all(kSmall, 150); }
TEST_F(Fuzz, N4_LargeProgramsAgreeOnAnyNumberOfThreads) { check_all(kLarge, 12); }

// --- a whole program against plain loops in double -------------------------------------------------------------------

Array plain_dense(const Array &x, const Array &w, const Array &b) { // softmax(relu(x w + b)) along rows
  const std::int64_t rows = x.extents[0], inner = x.extents[1], columns = w.extents[1];
  Array y({rows, columns});
  for (std::int64_t i = 0; i < rows; ++i) {
    double total = 0;
    for (std::int64_t j = 0; j < columns; ++j) {
      double sum = b.values[static_cast<std::size_t>(j)];
      for (std::int64_t k = 0; k < inner; ++k) sum += x.values[offset_of(x, {i, k})] * w.values[offset_of(w, {k, j})];
      total += y.values[offset_of(y, {i, j})] = std::exp(std::max(0.0, sum));
    }
    for (std::int64_t j = 0; j < columns; ++j) y.values[offset_of(y, {i, j})] /= total;
  }
  return y;
}

TEST_F(Fuzz, ADenseLayerAgreesWithPlainLoops) {
  auto layer = function([](Tensor x, Tensor w, Tensor b) { return softmax(relu(matmul(x, w) + b)); });
  std::mt19937 random(7);
  for (auto [rows, inner, columns] : {std::array{1, 1, 1}, {1, 33, 17}, {5, 16, 1}, {33, 1, 16}, {17, 100, 33}, {3, 0, 5}}) {
    Array x({rows, inner}), w({inner, columns}), b({columns});
    for (Array *array : {&x, &w, &b})
      for (double &value : array->values) value = std::uniform_real_distribution(-1.0, 1.0)(random);
    const Array found = to_array(layer(to_tensor(x, DType::F64), to_tensor(w, DType::F64), to_tensor(b, DType::F64)));
    const Array expected = plain_dense(x, w, b);
    ASSERT_EQ(found.extents, expected.extents);
    for (std::size_t i = 0; i < found.values.size(); ++i) EXPECT_NEAR(found.values[i], expected.values[i], 1e-12) << rows << " " << inner << " " << columns;
  }
}

// --- programs that once failed, and odd ones that the generator doesn't make up --------------------------------------

TEST(Programs, ReductionsOfWhatNoOperandHasTheShapeOf) {
  auto sums = function([](Tensor x) {
    return std::tuple(sum(iota({5})), sum(broadcast_to(x, {3, 4})), sum(slice(iota({7}), {1}, {kEnd}, {3})), max(x * x, {}), sum(full({2, 3}, 2)));
  });
  const auto [indices, wide, stepped, greatest, constants] = sums(constant({{3.f}}));
  EXPECT_EQ(indices.item<std::int64_t>(), 10);
  EXPECT_EQ(wide.item<float>(), 36);
  EXPECT_EQ(stepped.item<std::int64_t>(), 5);
  EXPECT_EQ(greatest.item<float>(), 9);
  EXPECT_EQ(constants.item<std::int32_t>(), 12);
}

TEST(Programs, ReductionOverEachOtherOfFiveAxes) {
  auto reduce = function([](Tensor x) { return sum(x, {0, 2, 4}); });
  EXPECT_EQ(reduce(ones({2, 3, 4, 5, 6})).to_vector<float>(), std::vector<float>(15, 48));
}

TEST(Programs, N3_SumsOverAxesThatABroadcastKeepsApart) {
  const Tensor x = full({4096, 256}, 0.1f), wide = full({256}, 1.f), tall = full({4096, 1}, 1.f), narrow = full({16, 1}, 1.f);
  auto sums = function([](Tensor x, Tensor y) { return sum(x * y); });
  auto columns = function([](Tensor x, Tensor y) { return sum(x * y, {0}); });
  const double exact = static_cast<double>(0.1f) * 4096 * 256;
  EXPECT_NEAR(sums(x, wide).item<float>(), exact, exact * 20 * 0x1p-24);
  EXPECT_NEAR(sums(x, tall).item<float>(), exact, exact * 20 * 0x1p-24);
  EXPECT_NEAR(sums(reshape(x, {65536, 16}), full({16}, 1.f)).item<float>(), exact, exact * 20 * 0x1p-24);
  for (float column : columns(reshape(x, {4096, 16, 16}), narrow).to_vector<float>())
    EXPECT_NEAR(column, exact / 256, exact / 256 * 12 * 0x1p-24);
}

TEST(Programs, N3_SumsOverAxesWhoseIndicesAreUsed) {
  const Tensor x = full({1500, 1500}, 0.1f);
  auto f = function([](Tensor x) { return sum(iota({1500, 1500}, 1, DType::F32) * x); });
  const double expected = 1500.0 * (1499.0 * 1500.0 / 2) * static_cast<double>(0.1f);
  EXPECT_NEAR(f(x).item<float>() / expected, 1, 1e-6);
}

TEST(Programs, RankEight) {
  const Tensor x = reshape(iota({256}, 0, DType::F32), {2, 2, 2, 2, 2, 2, 2, 2});
  auto program = function([](Tensor x) { return sum(transpose(x) + x, {0, 3, 5}); });
  EXPECT_EQ(program(x).to_vector<float>(), sum(transpose(x) + x, {0, 3, 5}).to_vector<float>());
}

TEST(Programs, FortyInputsAndTwentyResults) {
  std::vector<Tensor> inputs;
  for (int i = 0; i < 40; ++i) inputs.push_back(full({17}, i));
  auto program = function([](std::vector<Tensor> x) {
    std::vector<Tensor> results;
    for (std::size_t i = 0; i < 20; ++i) results.push_back(x[i] * x[39 - i]);
    return results;
  });
  const std::vector<Tensor> results = program(inputs);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(results[static_cast<std::size_t>(i)].to_vector<int>(), std::vector<int>(17, i * (39 - i)));
}

TEST(Programs, S3_ValuesReadBeforeAnAssignmentStay) {
  Variable w(constant({1.f, 2.f}), "w");
  auto program = function([&](Tensor x) {
    const Tensor before = w;
    w.assign(before + x);
    const Tensor between = w;
    w.assign(between * 2.f);
    return std::tuple(before, between, Tensor(w));
  });
  const auto [before, between, after] = program(constant({10.f, 10.f}));
  EXPECT_EQ(before.to_vector<float>(), (std::vector<float>{1, 2}));
  EXPECT_EQ(between.to_vector<float>(), (std::vector<float>{11, 12}));
  EXPECT_EQ(after.to_vector<float>(), (std::vector<float>{22, 24}));
  (void)program(constant({1.f, 1.f}));
  EXPECT_EQ(before.to_vector<float>(), (std::vector<float>{1, 2})) << "a later call changed an earlier result";
  EXPECT_EQ(after.to_vector<float>(), (std::vector<float>{22, 24})) << "a later call changed an earlier result";
  EXPECT_EQ(w.to_vector<float>(), (std::vector<float>{46, 50}));
}

TEST(Programs, VariablesThatSwapAndShare) {
  Variable a(constant({1.f, 2.f}), "a"), b(constant({3.f, 4.f}), "b");
  auto swap = function([&] {
    const Tensor old = a;
    a.assign(b);
    b.assign(old);
  });
  swap();
  EXPECT_EQ(a.to_vector<float>(), (std::vector<float>{3, 4}));
  EXPECT_EQ(b.to_vector<float>(), (std::vector<float>{1, 2}));
  auto share = function([&](Tensor x) {
    const Tensor y = x + 1.f;
    a.assign(y);
    b.assign(y);
    return y;
  });
  const Tensor y = share(constant({0.f, 1.f}));
  a.assign_add(1.f);
  EXPECT_EQ(b.to_vector<float>(), (std::vector<float>{1, 2}));
  EXPECT_EQ(y.to_vector<float>(), (std::vector<float>{1, 2}));
}

TEST(Programs, AVariableAndAnInputThatAreTheSameMemory) {
  Variable w(constant({1.f, 2.f, 3.f}), "w");
  auto program = function([&](Tensor x) {
    w.assign(w * 2.f);
    return x + w;
  });
  const Tensor old = w;
  EXPECT_EQ(program(old).to_vector<float>(), (std::vector<float>{3, 6, 9}));
  EXPECT_EQ(old.to_vector<float>(), (std::vector<float>{1, 2, 3}));
}

} // namespace
} // namespace burin::test::fuzz
