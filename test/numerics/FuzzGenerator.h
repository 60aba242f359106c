#pragma once
// Makes random programs up.
#include "test/numerics/FuzzProgram.h"

namespace burin::test::fuzz {

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

} // namespace burin::test::fuzz
