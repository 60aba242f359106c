// Runs of executables that are written by hand: where results and variables live, and what a failed run leaves.
#include "Matchers.h"
#include "lib/api/Program.h"
#include <exception>
#include <stdexcept>

namespace burin::test {

using compiler::Executable;
using compiler::Placement;
using detail::Program;
using detail::TensorImpl;
using runtime::VariableState;
using Kind = Placement::Kind;

static const compiler::ValueSpec kPair{DType::F32, {2}};

static Tensor pair_of(float first, float second) { return Tensor::from_vector(std::vector<float>{first, second}); }

static std::shared_ptr<VariableState> variable(const Tensor &value) {
  return std::make_shared<VariableState>("v", DType::F32, std::vector<std::int64_t>{2}, value.defined() ? value.impl()->buffer : nullptr);
}

static std::vector<float> value_of(VariableState &state) { return detail::wrap(DType::F32, {2}, state.read()).to_vector<float>(); }

static float *floats(void *data) { return static_cast<float *>(data); }

/// Runs `executable` with its only input, if it has one, and its variables.
static std::vector<Tensor> run(const std::shared_ptr<Executable> &executable, const Tensor &input, std::vector<VariableState *> variables = {}) {
  const Program program(executable);
  TensorImpl *inputs[] = {input.impl()};
  std::vector<TensorImpl *> results(executable->results.size());
  program.run({inputs, executable->inputs.size()}, variables, results.data());
  return {results.begin(), results.end()};
}

/// Adds its input to the old value of its variable.
static void accumulate(void **args) {
  for (int i = 0; i < 2; ++i) floats(args[2])[i] = floats(args[1])[i] + floats(args[0])[i];
}

static std::shared_ptr<Executable> accumulator() {
  auto executable = std::make_shared<Executable>();
  executable->entry = accumulate;
  executable->inputs = {kPair};
  executable->variables = {{kPair, /*read=*/true, /*written=*/true, /*in_place=*/true, {}}};
  return executable;
}

TEST(Program, ResultsThatAreInputsOrEarlierResultsShareTheirMemory) {
  auto executable = std::make_shared<Executable>();
  executable->entry = [](void **args) {
    EXPECT_EQ(args[1], nullptr);
    floats(args[2])[0] = floats(args[2])[1] = floats(args[0])[1];
  };
  executable->inputs = {kPair};
  executable->results = {{{DType::F32, {2, 1}}, {Kind::Input, 0}}, {kPair, {}}, {kPair, {Kind::Result, 1}}};
  const Tensor input = pair_of(1, 2);
  const std::vector<Tensor> results = run(executable, input);
  EXPECT_EQ(results[0].impl()->data, input.impl()->data);
  EXPECT_EQ(results[0].shape(), (Shape{2, 1}));
  EXPECT_EQ(results[1].to_vector<float>(), (std::vector<float>{2, 2}));
  EXPECT_EQ(results[2].impl()->data, results[1].impl()->data);
}

TEST(Program, ScratchMemoryIsAlignedAndThere) {
  auto executable = std::make_shared<Executable>();
  executable->arena_bytes = 1000;
  executable->entry = [](void **args) {
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(args[0]) % 64, 0u);
    floats(args[0])[249] = 1;
  };
  run(executable, {});
}

TEST(Program, S5_AVariableThatNobodyElseHoldsIsUpdatedInPlace) {
  const auto state = variable(pair_of(1, 2));
  const void *before = state->read()->data();
  run(accumulator(), pair_of(10, 20), {state.get()});
  EXPECT_EQ(state->read()->data(), before);
  EXPECT_EQ(value_of(*state), (std::vector<float>{11, 22}));
}

TEST(Program, S3_AValueThatSomebodyHoldsStaysAsItIs) {
  const Tensor held = pair_of(1, 2);
  const auto state = variable(held);
  run(accumulator(), pair_of(10, 20), {state.get()});
  EXPECT_EQ(held.to_vector<float>(), (std::vector<float>{1, 2}));
  EXPECT_EQ(value_of(*state), (std::vector<float>{11, 22}));
}

TEST(Program, VariablesCanSwapTheirValues) {
  auto executable = std::make_shared<Executable>();
  executable->entry = [](void **) {};
  executable->variables = {{kPair, true, true, false, {Kind::Variable, 1}}, {kPair, true, true, false, {Kind::Variable, 0}}};
  executable->results = {{kPair, {Kind::Variable, 0}}};
  const auto a = variable(pair_of(1, 2)), b = variable(pair_of(3, 4));
  const std::vector<Tensor> results = run(executable, {}, {a.get(), b.get()});
  EXPECT_EQ(value_of(*a), (std::vector<float>{3, 4}));
  EXPECT_EQ(value_of(*b), (std::vector<float>{1, 2}));
  EXPECT_EQ(results[0].to_vector<float>(), (std::vector<float>{1, 2})) << "the value before the call";
}

TEST(Program, AVariableCanTakeAnInputOrAResult) {
  auto executable = std::make_shared<Executable>();
  executable->inputs = {kPair};
  executable->entry = [](void **args) { floats(args[3])[0] = floats(args[3])[1] = 7; };
  executable->variables = {{kPair, false, true, false, {Kind::Input, 0}}, {kPair, false, true, false, {Kind::Result, 0}}};
  executable->results = {{kPair, {}}};
  const auto a = variable({}), b = variable({});
  const Tensor input = pair_of(1, 2);
  run(executable, input, {a.get(), b.get()});
  EXPECT_EQ(a->read()->data(), input.impl()->data);
  EXPECT_EQ(value_of(*b), (std::vector<float>{7, 7}));
}

TEST(Program, S4_AVariableWithoutAValueIsNamed) {
  const auto state = variable({});
  const auto text = thrown<UninitializedError>([&] { run(accumulator(), pair_of(1, 2), {state.get()}); });
  EXPECT_EQ(text, "variable: 'v' is read before it has a value");
}

TEST(Program, E5_AFailedRunThrowsAndKeepsTheOldValue) {
  auto executable = accumulator();
  executable->results = {{kPair, {}}};
  executable->entry = [](void **args) {
    auto *context = static_cast<runtime::CallContext *>(args[5]);
    context->failure = new std::exception_ptr(std::make_exception_ptr(std::runtime_error("while running")));
  };
  const Tensor held = pair_of(1, 2);
  const auto state = variable(held);
  EXPECT_EQ(thrown<std::runtime_error>([&] { run(executable, pair_of(1, 2), {state.get()}); }), "while running");
  EXPECT_EQ(value_of(*state), (std::vector<float>{1, 2}));
  run(accumulator(), pair_of(1, 1), {state.get()}); // nothing is left locked
  EXPECT_EQ(value_of(*state), (std::vector<float>{2, 3}));
}

} // namespace burin::test
