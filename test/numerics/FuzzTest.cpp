// Random programs: each runs op by op while it is made up, then as one traced function, and must give the same (rule N6).
//
//   BURIN_FUZZ_PROGRAMS=5000    so many programs of each kind, in place of the regular number
//   BURIN_FUZZ_SEED=17          program 17 alone, or that many from 17 on
//   BURIN_FUZZ_LOG=1            the text of each program on stderr before it runs: the last one crashed
//
// A failing program is cut down before it is reported: ops become inputs as long as the failure stays.
#include "burin/burin.h"
#include "test/numerics/Array.h"
#include <cmath>
#include <cstring>
#include <functional>
#include <gtest/gtest.h>
#include <iostream>
#include <random>
#include <sstream>

namespace burin::test {
namespace {

// --- programs --------------------------------------------------------------------------------------------------------

using Extents = std::vector<std::int64_t>;
using Values = std::vector<Tensor>;
using Apply = std::function<Tensor(const Values &)>;

/// What is known of a value that was made eagerly.
struct Quality {
  bool exact = true;  ///< the same bits in any order of summation
  double scale = 1;   ///< the greatest magnitude among it and what it was made from
  int steps = 0;      ///< inexact ops on the way to it
};

/// One value of a program: an input, or an op on earlier values. Assignments and prints give none.
struct Step {
  std::string text;
  std::vector<int> operands;
  Apply apply; ///< of the operands; null: an input
  Tensor eager;
  Quality quality;
  int reads = -1, assigns = -1; ///< a variable
  bool prints = false;
};

struct Program {
  std::vector<Step> steps;
  std::vector<Tensor> initial; ///< values of the variables
  std::vector<int> results;
};

/// Everything that a run leaves behind.
struct Outcome {
  std::vector<Tensor> results, variables;
  std::string printed;
};

class Printer {
public:
  PrintOptions options() {
    PrintOptions options;
    options.callback = [text = text](std::string_view line) { *text += line; };
    return options;
  }
  std::string text_so_far() const { return *text; }

private:
  std::shared_ptr<std::string> text = std::make_shared<std::string>();
};

/// Runs the steps on `inputs`, traced or not.
std::vector<Tensor> evaluate(const Program &program, const std::vector<Tensor> &inputs, std::vector<Variable> &variables, Printer &printer) {
  Values values;
  std::size_t next = 0;
  for (const Step &step : program.steps) {
    Values operands;
    for (int operand : step.operands) operands.push_back(values[static_cast<std::size_t>(operand)]);
    Tensor value;
    if (step.reads >= 0) value = variables[static_cast<std::size_t>(step.reads)].read_value();
    else if (step.assigns >= 0) variables[static_cast<std::size_t>(step.assigns)].assign(operands[0]);
    else if (step.prints) print(printer.options(), step.text, operands[0]);
    else if (step.apply) value = step.apply(operands);
    else value = inputs[next++];
    values.push_back(value);
  }
  std::vector<Tensor> results;
  for (int result : program.results) results.push_back(values[static_cast<std::size_t>(result)]);
  return results;
}

std::vector<Variable> make_variables(const Program &program) {
  std::vector<Variable> variables;
  for (const Tensor &initial : program.initial) variables.emplace_back(initial);
  return variables;
}

std::vector<Tensor> values_of(const std::vector<Variable> &variables) {
  std::vector<Tensor> values;
  for (const Variable &variable : variables) values.push_back(variable.read_value());
  return values;
}

std::vector<Tensor> inputs_of(const Program &program) {
  std::vector<Tensor> inputs;
  for (const Step &step : program.steps)
    if (!step.apply && step.reads < 0 && step.assigns < 0 && !step.prints) inputs.push_back(step.eager);
  return inputs;
}

std::string text_of(const Program &program) {
  std::ostringstream text;
  for (std::size_t i = 0; i < program.steps.size(); ++i) {
    const Step &step = program.steps[i];
    text << "  %" << i << " = " << step.text << "(";
    for (std::size_t k = 0; k < step.operands.size(); ++k) text << (k ? ", %" : "%") << step.operands[k];
    text << ")";
    if (step.eager.defined()) text << " : " << name(step.eager.dtype()) << step.eager.shape().to_string();
    text << "\n";
  }
  text << "  return";
  for (int result : program.results) text << " %" << result;
  return text.str();
}

// --- making programs up ----------------------------------------------------------------------------------------------

double greatest_magnitude(const Tensor &x) {
  double greatest = 0;
  for (double value : to_array(x).values)
    if (std::isfinite(value)) greatest = std::max(greatest, std::fabs(value));
  return greatest;
}

/// Whether any order of summing the elements gives the same bits: whole numbers (quarters) whose magnitudes stay small.
bool sums_exactly(const Tensor &x) {
  if (!is_floating(x.dtype())) return true;
  double total = 0;
  for (double value : to_array(x).values) {
    if (!std::isfinite(value) || value * 4 != std::floor(value * 4)) return false;
    total += std::fabs(value);
  }
  return total < 0x1p21;
}

struct Profile {
  int inputs, ops;
  std::vector<std::int64_t> extents;
  int max_rank;
  std::int64_t max_elements;
};

const Profile kSmall = {3, 14, {0, 1, 1, 2, 3, 5, 16, 17, 33}, 4, 20000};
const Profile kLarge = {2, 6, {1, 3, 33, 257, 512, 1000, 4099}, 3, 1500000};

class Generator {
public:
  Generator(const Profile &profile, unsigned seed) : profile(profile), random(seed) {
    for (int i = 0; i < profile.inputs; ++i) add_input();
    if (chance(3)) add_variables();
    for (int i = pick(3, profile.ops); i > 0; --i) add_op();
    choose_results();
  }
  Program take() { return std::move(program); }

private:
  int pick(int low, int high) { return std::uniform_int_distribution(low, high)(random); }
  bool chance(int of) { return pick(1, of) == 1; }
  template <class T> const T &one_of(const std::vector<T> &list) { return list[static_cast<std::size_t>(pick(0, static_cast<int>(list.size()) - 1))]; }

  const Tensor &eager(int value) const { return program.steps[static_cast<std::size_t>(value)].eager; }
  const Quality &quality(int value) const { return program.steps[static_cast<std::size_t>(value)].quality; }

  // --- values ---

  Extents random_extents() {
    Extents extents(static_cast<std::size_t>(pick(0, profile.max_rank)));
    std::int64_t count = 1;
    for (std::int64_t &extent : extents) {
      extent = one_of(profile.extents);
      if (count * extent > profile.max_elements) extent = 1;
      count *= std::max<std::int64_t>(1, extent);
    }
    return extents;
  }

  /// Extents that broadcast with those of `like`: some dropped, some 1.
  Extents related_extents(const Shape &like) {
    Extents extents(like.begin() + pick(0, like.rank()), like.end());
    for (std::int64_t &extent : extents)
      if (chance(3)) extent = 1;
    return extents;
  }

  Tensor random_tensor(const Extents &extents, DType dtype) {
    std::size_t count = 1;
    for (std::int64_t extent : extents) count *= static_cast<std::size_t>(extent);
    std::vector<double> values(count);
    const bool whole = !chance(4);
    for (double &value : values) value = whole ? pick(-2, 3) : pick(-3000, 3000) / 1000.0;
    if (!whole && chance(4) && is_floating(dtype) && count > 2) {
      values[0] = std::numeric_limits<double>::quiet_NaN();
      values[count / 2] = -std::numeric_limits<double>::infinity();
      values[count - 1] = -0.0;
    }
    if (dtype == DType::U8) for (double &value : values) value = std::fabs(value) + (chance(9) ? 250 : 0);
    return cast(Tensor::from_vector(values, Shape(std::span<const std::int64_t>(extents))), dtype);
  }

  DType random_dtype() {
    static const std::vector<DType> dtypes = {DType::Bool, DType::I32, DType::I32, DType::I64, DType::F32, DType::F32, DType::F32, DType::F64, DType::U8};
    return one_of(dtypes);
  }

  int push(Step step) {
    program.steps.push_back(std::move(step));
    return static_cast<int>(program.steps.size()) - 1;
  }

  int add_value(Tensor value, const std::string &text) {
    Step step;
    step.text = text;
    step.quality.scale = greatest_magnitude(value);
    step.eager = std::move(value);
    const int number = push(std::move(step));
    usable.push_back(number);
    return number;
  }
  int add_input(const Extents &extents, DType dtype) { return add_value(random_tensor(extents, dtype), "input"); }
  int add_input() { return add_input(usable.empty() || chance(2) ? random_extents() : related_extents(eager(any()).shape()), random_dtype()); }

  int any() { return chance(2) && usable.size() > 3 ? usable[usable.size() - static_cast<std::size_t>(pick(1, 3))] : one_of(usable); }

  template <class Condition> int any_that(Condition condition) {
    for (int attempt = 0; attempt < 12; ++attempt)
      if (const int value = any(); condition(value)) return value;
    return -1;
  }
  int any_of_type(bool (*accepts)(DType)) {
    return any_that([&](int value) { return accepts(eager(value).dtype()); });
  }

  /// A value of `dtype` that broadcasts with `other`; made if there is none.
  int partner(int other, DType dtype) {
    const int found = any_that([&](int value) { return eager(value).dtype() == dtype && broadcasts(eager(value).shape(), eager(other).shape()); });
    if (found >= 0) return found;
    const Extents extents = chance(4) ? Extents(eager(other).shape().begin(), eager(other).shape().end()) : related_extents(eager(other).shape());
    const Tensor value = random_tensor(extents, dtype);
    return chance(3) ? add_constant(value) : add_value(value, "input");
  }
  int add_constant(const Tensor &value) {
    return record("constant", {}, [value](const Values &) { return broadcast_to(value, value.shape()); });
  }

  bool broadcasts(const Shape &a, const Shape &b) const {
    double count = 1;
    for (int i = 1; i <= std::max(a.rank(), b.rank()); ++i) {
      const std::int64_t x = i <= a.rank() ? a[a.rank() - i] : 1, y = i <= b.rank() ? b[b.rank() - i] : 1;
      if (x != y && x != 1 && y != 1) return false;
      count *= static_cast<double>(x == 1 ? y : x);
    }
    return count <= static_cast<double>(profile.max_elements) && std::max(a.rank(), b.rank()) <= kMaxRank;
  }

  // --- ops ---

  enum class Effect { Exact, Sums, Rounds };

  /// Runs the op and keeps it. `Sums`: exact if its operands sum exactly. Gives -1 where the result is of no use.
  int record(const std::string &text, std::vector<int> operands, Apply apply, Effect effect = Effect::Exact) {
    Step step;
    step.text = text;
    Values values;
    bool exactly = true;
    for (int operand : operands) {
      values.push_back(eager(operand));
      step.quality.exact &= quality(operand).exact;
      step.quality.scale = std::max(step.quality.scale, quality(operand).scale);
      step.quality.steps = std::max(step.quality.steps, quality(operand).steps);
      exactly &= effect != Effect::Sums || sums_exactly(eager(operand));
    }
    try {
      step.eager = apply(values);
    } catch (const std::exception &error) {
      std::string operands_text;
      for (const Tensor &value : values) operands_text += " " + std::string(name(value.dtype())) + value.shape().to_string();
      ADD_FAILURE() << text << " of" << operands_text << ": " << error.what();
      return -1;
    }
    if (is_floating(step.eager.dtype()) && (effect == Effect::Rounds || !exactly)) {
      step.quality.exact = false;
      ++step.quality.steps;
    }
    if (!step.quality.exact && step.quality.steps > 4) return -1;
    step.quality.scale = std::max(step.quality.scale, greatest_magnitude(step.eager));
    if (!step.quality.exact && step.quality.scale > 1e4) return -1;
    if (step.eager.element_count() > profile.max_elements) return -1;
    step.operands = std::move(operands);
    step.apply = std::move(apply);
    const int number = push(std::move(step));
    usable.push_back(number);
    return number;
  }

  static bool is_number(DType dtype) { return dtype != DType::Bool; }
  static bool is_any(DType) { return true; }

  void add_op() {
    switch (pick(0, 23)) {
    case 0: case 1: case 2: case 3: return add_binary();
    case 4: case 5: case 6: return add_unary();
    case 7: return add_comparison();
    case 8: return add_where();
    case 9: return add_cast();
    case 10: case 11: case 12: return add_reduction();
    case 13: return add_softmax();
    case 14: return add_arg();
    case 15: case 16: return add_matmul();
    case 17: return add_reshape();
    case 18: return add_transpose();
    case 19: return add_slice();
    case 20: return add_concat();
    case 21: return chance(2) ? add_take() : add_iota();
    case 22: return chance(2) ? add_one_hot() : add_print();
    default: return program.initial.empty() ? add_binary() : add_assignment();
    }
  }

  void add_binary() {
    const int lhs = any_of_type(is_any);
    if (lhs < 0) return;
    const DType dtype = eager(lhs).dtype();
    int rhs = chance(6) ? lhs : partner(lhs, dtype);
    int first = lhs;
    if (chance(2)) std::swap(first, rhs);
    if (dtype == DType::Bool) {
      switch (pick(0, 2)) {
      case 0: record("logical_and", {first, rhs}, [](const Values &x) { return logical_and(x[0], x[1]); }); return;
      case 1: record("logical_or", {first, rhs}, [](const Values &x) { return logical_or(x[0], x[1]); }); return;
      default: record("logical_xor", {first, rhs}, [](const Values &x) { return logical_xor(x[0], x[1]); }); return;
      }
    }
    const bool exact = quality(first).exact && quality(rhs).exact;
    switch (pick(0, exact ? (is_floating(dtype) ? 8 : 6) : 4)) {
    case 0: record("add", {first, rhs}, [](const Values &x) { return add(x[0], x[1]); }); return;
    case 1: record("subtract", {first, rhs}, [](const Values &x) { return subtract(x[0], x[1]); }); return;
    case 2: record("multiply", {first, rhs}, [](const Values &x) { return multiply(x[0], x[1]); }); return;
    case 3: record("maximum", {first, rhs}, [](const Values &x) { return maximum(x[0], x[1]); }); return;
    case 4: record("minimum", {first, rhs}, [](const Values &x) { return minimum(x[0], x[1]); }); return;
    case 5: record("floor_divide", {first, rhs}, [](const Values &x) { return floor_divide(x[0], x[1]); }); return;
    case 6: record("remainder", {first, rhs}, [](const Values &x) { return remainder(x[0], x[1]); }); return;
    case 7: record("divide", {first, rhs}, [](const Values &x) { return divide(x[0], x[1]); }); return;
    default: record("pow", {first, rhs}, [](const Values &x) { return pow(x[0], x[1]); }); return;
    }
  }

  void add_unary() {
    const int x = any();
    const DType dtype = eager(x).dtype();
    if (dtype == DType::Bool) {
      record("logical_not", {x}, [](const Values &v) { return logical_not(v[0]); });
      return;
    }
    if (is_floating(dtype) && chance(2)) return add_function(x);
    switch (pick(0, quality(x).exact ? 5 : 3)) {
    case 0: record("negative", {x}, [](const Values &v) { return negative(v[0]); }); return;
    case 1: record("abs", {x}, [](const Values &v) { return abs(v[0]); }); return;
    case 2: record("relu", {x}, [](const Values &v) { return relu(v[0]); }); return;
    case 3: record("add 1", {x}, [](const Values &v) { return v[0] + 1; }); return;
    case 4: record("square", {x}, [](const Values &v) { return square(v[0]); }); return;
    default: record("sign", {x}, [](const Values &v) { return sign(v[0]); }); return;
    }
  }

  void add_function(int x) {
    const bool small = quality(x).scale < 4;
    switch (pick(quality(x).exact ? 0 : 3, quality(x).exact || small ? 5 : 4)) {
    case 0: record("log", {x}, [](const Values &v) { return log(v[0]); }); return;
    case 1: record("sqrt", {x}, [](const Values &v) { return sqrt(v[0]); }); return;
    case 2: record("rsqrt", {x}, [](const Values &v) { return rsqrt(v[0]); }); return;
    case 3: record("tanh", {x}, [](const Values &v) { return tanh(v[0]); }); return;
    case 4: record("sigmoid", {x}, [](const Values &v) { return sigmoid(v[0]); }); return;
    default: record("exp", {x}, [](const Values &v) { return exp(v[0]); }); return;
    }
  }

  void add_comparison() {
    const int lhs = any_that([&](int value) { return is_number(eager(value).dtype()) && quality(value).exact; });
    if (lhs < 0) return;
    const int rhs = partner(lhs, eager(lhs).dtype());
    if (!quality(rhs).exact) return;
    switch (pick(0, 3)) {
    case 0: record("equal", {lhs, rhs}, [](const Values &x) { return equal(x[0], x[1]); }); return;
    case 1: record("not_equal", {lhs, rhs}, [](const Values &x) { return not_equal(x[0], x[1]); }); return;
    case 2: record("less", {lhs, rhs}, [](const Values &x) { return less(x[0], x[1]); }); return;
    default: record("greater_equal", {lhs, rhs}, [](const Values &x) { return greater_equal(x[0], x[1]); }); return;
    }
  }

  void add_where() {
    const int lhs = any(), rhs = partner(lhs, eager(lhs).dtype()), condition = partner(lhs, DType::Bool);
    if (!broadcasts(eager(condition).shape(), eager(rhs).shape())) return;
    record("where", {condition, lhs, rhs}, [](const Values &x) { return where(x[0], x[1], x[2]); });
  }

  void add_cast() {
    const int x = any();
    const DType to = random_dtype();
    if (!quality(x).exact && !is_floating(to)) return;
    record("cast " + std::string(name(to)), {x}, [to](const Values &v) { return cast(v[0], to); });
  }

  std::vector<int> random_axes(int rank) {
    std::vector<int> axes;
    for (int i = 0; i < rank; ++i)
      if (chance(2)) axes.push_back(i);
    return axes;
  }

  void add_reduction() {
    const int x = any_of_type(is_number);
    if (x < 0) return;
    const std::vector<int> axes = random_axes(eager(x).rank());
    const KeepDims keep = chance(2) ? KeepDims::Yes : KeepDims::No;
    std::string text = " {";
    for (int axis : axes) text += std::to_string(axis) + " ";
    text += keep == KeepDims::Yes ? "} keep" : "}";
    const bool empty = eager(x).element_count() == 0;
    switch (pick(empty ? 2 : 0, is_floating(eager(x).dtype()) ? 4 : 3)) {
    case 0: record("max" + text, {x}, [=](const Values &v) { return max(v[0], axes, keep); }); return;
    case 1: record("min" + text, {x}, [=](const Values &v) { return min(v[0], axes, keep); }); return;
    case 2: record("sum" + text, {x}, [=](const Values &v) { return sum(v[0], axes, keep); }, Effect::Sums); return;
    case 3: record("mean" + text, {x}, [=](const Values &v) { return mean(v[0], axes, keep); }, Effect::Sums); return;
    default: record("logsumexp" + text, {x}, [=](const Values &v) { return logsumexp(v[0], axes, keep); }, Effect::Rounds); return;
    }
  }

  void add_softmax() {
    const int x = any_that([&](int value) { return is_floating(eager(value).dtype()) && eager(value).rank() > 0; });
    if (x < 0) return;
    const int axis = chance(2) ? -1 : pick(0, eager(x).rank() - 1);
    record("softmax " + std::to_string(axis), {x}, [axis](const Values &v) { return softmax(v[0], axis); }, Effect::Rounds);
  }

  void add_arg() {
    const int x = any_that([&](int value) { return is_number(eager(value).dtype()) && eager(value).rank() > 0 && quality(value).exact; });
    if (x < 0) return;
    const int axis = pick(0, eager(x).rank() - 1);
    if (eager(x).shape()[axis] == 0) return;
    const KeepDims keep = chance(2) ? KeepDims::Yes : KeepDims::No;
    if (chance(2)) record("argmax " + std::to_string(axis), {x}, [=](const Values &v) { return argmax(v[0], axis, keep); });
    else record("argmin " + std::to_string(axis), {x}, [=](const Values &v) { return argmin(v[0], axis, keep); });
  }

  void add_matmul() {
    const int lhs = any_that([&](int value) { return is_number(eager(value).dtype()) && eager(value).rank() > 0; });
    if (lhs < 0) return;
    const Shape &shape = eager(lhs).shape();
    const std::int64_t inner = shape[shape.rank() - 1];
    const int found = any_that([&](int value) {
      const Shape &other = eager(value).shape();
      if (eager(value).dtype() != eager(lhs).dtype() || other.rank() < 1 || other[std::max(0, other.rank() - 2)] != inner) return false;
      return other.rank() <= 2 || shape.rank() <= 2;
    });
    int rhs = found;
    if (rhs < 0) {
      Extents extents = {inner, one_of(profile.extents)};
      if (static_cast<double>(inner) * static_cast<double>(extents[1]) > static_cast<double>(profile.max_elements)) extents[1] = 1;
      if (shape.rank() > 2 && chance(2)) extents.insert(extents.begin(), chance(2) ? 1 : shape[shape.rank() - 3]);
      rhs = add_input(extents, eager(lhs).dtype());
    }
    const Shape &other = eager(rhs).shape();
    const double columns = other.rank() < 2 ? 1 : static_cast<double>(other[other.rank() - 1]);
    const double work = static_cast<double>(eager(lhs).element_count()) * columns * static_cast<double>(other.rank() > 2 ? other[0] : 1);
    if (work > 3e8 || static_cast<double>(eager(lhs).element_count()) / static_cast<double>(std::max<std::int64_t>(1, inner)) * columns > static_cast<double>(profile.max_elements)) return;
    const int product = record("matmul", {lhs, rhs}, [](const Values &x) { return matmul(x[0], x[1]); },
                               product_sums_exactly(lhs, rhs) ? Effect::Exact : Effect::Rounds);
    if (product >= 0 && chance(2)) { // an epilogue
      const int bias = partner(product, eager(product).dtype());
      record("add", {product, bias}, [](const Values &x) { return add(x[0], x[1]); });
    }
  }

  bool product_sums_exactly(int lhs, int rhs) const {
    const double terms = static_cast<double>(eager(lhs).shape()[eager(lhs).rank() - 1]);
    return sums_exactly(eager(lhs)) && sums_exactly(eager(rhs)) && quality(lhs).scale * quality(rhs).scale * terms < 0x1p19;
  }

  void add_reshape() {
    const int x = any();
    Extents extents(eager(x).shape().begin(), eager(x).shape().end());
    if (extents.size() > 1 && chance(2)) { // two neighbours become one
      const auto i = static_cast<std::size_t>(pick(0, static_cast<int>(extents.size()) - 2));
      extents[i] *= extents[i + 1];
      extents.erase(extents.begin() + static_cast<long>(i) + 1);
    } else if (extents.size() < 5) {
      extents.insert(extents.begin() + pick(0, static_cast<int>(extents.size())), 1);
    }
    record("reshape", {x}, [extents](const Values &v) { return reshape(v[0], Integers(extents)); });
  }

  void add_transpose() {
    const int x = any_that([&](int value) { return eager(value).rank() > 1; });
    if (x < 0) return;
    std::vector<int> axes(static_cast<std::size_t>(eager(x).rank()));
    for (std::size_t i = 0; i < axes.size(); ++i) axes[i] = static_cast<int>(i);
    if (chance(2)) std::swap(axes[axes.size() - 1], axes[axes.size() - 2]);
    else std::shuffle(axes.begin(), axes.end(), random);
    const int transposed = record("transpose", {x}, [axes](const Values &v) { return transpose(v[0], axes); });
    if (transposed >= 0 && chance(3) && is_number(eager(transposed).dtype()) && eager(transposed).element_count() < 4000) {
      const int rhs = add_input({eager(transposed).shape()[eager(transposed).rank() - 1], pick(1, 20)}, eager(transposed).dtype());
      record("matmul", {transposed, rhs}, [](const Values &v) { return matmul(v[0], v[1]); },
             product_sums_exactly(transposed, rhs) ? Effect::Exact : Effect::Rounds);
    }
  }

  void add_slice() {
    const int x = any_that([&](int value) { return eager(value).rank() > 0; });
    if (x < 0) return;
    std::vector<std::int64_t> starts, stops, steps;
    std::string text = "slice";
    for (std::int64_t extent : eager(x).shape()) {
      starts.push_back(pick(0, static_cast<int>(std::min<std::int64_t>(extent, 3))));
      stops.push_back(chance(2) ? extent : pick(0, static_cast<int>(extent)));
      steps.push_back(pick(1, 3));
      text += " " + std::to_string(starts.back()) + ":" + std::to_string(stops.back()) + ":" + std::to_string(steps.back());
    }
    record(text, {x}, [=](const Values &v) { return slice(v[0], starts, stops, steps); });
  }

  void add_concat() {
    const int x = any_that([&](int value) { return eager(value).rank() > 0; });
    if (x < 0) return;
    const int axis = pick(0, eager(x).rank() - 1);
    std::vector<int> parts = {x};
    for (int i = pick(1, 3); i > 0; --i) {
      const int part = any_that([&](int value) {
        if (eager(value).dtype() != eager(x).dtype() || eager(value).rank() != eager(x).rank()) return false;
        for (int d = 0; d < eager(x).rank(); ++d)
          if (d != axis && eager(value).shape()[d] != eager(x).shape()[d]) return false;
        return true;
      });
      parts.push_back(part < 0 ? x : part);
    }
    record("concat " + std::to_string(axis), parts, [axis](const Values &v) { return concat(Operands(v), axis); });
  }

  void add_take() {
    const int x = any_that([&](int value) { return eager(value).rank() > 0 && eager(value).element_count() > 0; });
    if (x < 0) return;
    const int axis = pick(0, eager(x).rank() - 1);
    const auto extent = static_cast<int>(eager(x).shape()[axis]);
    Extents extents = chance(3) ? Extents{} : Extents{one_of(profile.extents)};
    if (chance(4)) extents.insert(extents.begin(), 2);
    std::size_t count = 1;
    for (std::int64_t each : extents) count *= static_cast<std::size_t>(each);
    if (static_cast<double>(count) * static_cast<double>(eager(x).element_count()) / extent > static_cast<double>(profile.max_elements)) return;
    std::vector<std::int32_t> indices(count);
    for (std::int32_t &index : indices) index = pick(-extent, extent - 1);
    const int picked = add_value(Tensor::from_vector(indices, Shape(std::span<const std::int64_t>(extents))), "indices");
    usable.pop_back();
    record("take " + std::to_string(axis), {x, picked}, [axis](const Values &v) { return burin::take(v[0], v[1], axis); });
  }

  void add_iota() {
    const Extents extents = random_extents();
    if (extents.empty()) return;
    const int axis = pick(0, static_cast<int>(extents.size()) - 1);
    const DType dtype = chance(2) ? DType::I64 : DType::F32;
    record("iota " + std::to_string(axis), {}, [=](const Values &) { return iota(Shape(std::span<const std::int64_t>(extents)), axis, dtype); });
  }

  void add_one_hot() {
    const int x = any_that([&](int value) { return is_integer(eager(value).dtype()) && eager(value).rank() < 4 && eager(value).element_count() < 2000; });
    if (x < 0) return;
    const int depth = pick(0, 9);
    record("one_hot " + std::to_string(depth), {x}, [depth](const Values &v) { return one_hot(v[0], depth); });
  }

  // --- effects ---

  void add_variables() {
    for (int i = pick(1, 2); i > 0; --i) {
      const Tensor &like = eager(any());
      const DType dtype = chance(2) ? like.dtype() : DType::F32;
      program.initial.push_back(random_tensor(Extents(like.shape().begin(), like.shape().end()), dtype));
      current.push_back(program.initial.back());
      currentQuality.push_back({true, greatest_magnitude(current.back()), 0});
      add_read(static_cast<int>(program.initial.size()) - 1);
    }
  }
  void add_read(int variable) {
    const int number = add_value(current[static_cast<std::size_t>(variable)], "read " + std::to_string(variable));
    program.steps.back().reads = variable;
    program.steps.back().quality = currentQuality[static_cast<std::size_t>(variable)];
    (void)number;
  }
  void add_assignment() {
    const int variable = pick(0, static_cast<int>(program.initial.size()) - 1);
    if (chance(3)) return add_read(variable);
    const Tensor &now = current[static_cast<std::size_t>(variable)];
    auto fits = [&](int value) { return eager(value).dtype() == now.dtype() && eager(value).shape() == now.shape(); };
    const int value = any_that(fits);
    if (value < 0) return;
    current[static_cast<std::size_t>(variable)] = eager(value);
    currentQuality[static_cast<std::size_t>(variable)] = quality(value);
    Step step;
    step.text = "assign " + std::to_string(variable);
    step.operands = {value};
    step.assigns = variable;
    push(std::move(step));
    if (chance(2)) add_read(variable);
  }

  void add_print() {
    const int value = any_that([&](int each) { return quality(each).exact; });
    if (value < 0) return;
    Step step;
    step.text = "print " + std::to_string(value);
    step.operands = {value};
    step.prints = true;
    push(std::move(step));
  }

  void choose_results() {
    for (int i = 0; i < 2; ++i) program.results.push_back(usable[usable.size() - 1 - static_cast<std::size_t>(pick(0, 1))]);
    for (int i = pick(0, 2); i > 0; --i) program.results.push_back(any());
  }

  Profile profile;
  std::mt19937 random;
  Program program;
  std::vector<int> usable; ///< numbers of steps that ops may use
  std::vector<Tensor> current;
  std::vector<Quality> currentQuality;
};

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

TEST_F(Fuzz, N6_SmallProgramsAgreeWithOpByOp) { check_all(kSmall, 60); }
TEST_F(Fuzz, N4_LargeProgramsAgreeOnAnyNumberOfThreads) { check_all(kLarge, 8); }

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
} // namespace burin::test
