#include "test/numpy/Modes.h"
#include "test/numerics/DynamicSpecs.h"
#include <sstream>

namespace burin::numpy {

std::string_view name(Mode mode) {
  static constexpr std::string_view names[] = {"eager", "compiled", "dynamic"};
  return names[static_cast<std::size_t>(mode)];
}

static thread_local const char *current_case = "no case";
const char *running_case() { return current_case; }

void Findings::add_failure(Mode mode, std::size_t index, int draw, const std::string &what) {
  OfCase &of = of_[index];
  const bool first = of.draws.empty();
  of.draws.insert(draw);
  if (!first) return; // one says enough
  std::ostringstream text;
  text << batch_[index].line << "\n  " << name(mode) << ", draw " << draw << ": " << what << "\n";
  for (const Tensor &operand : batch_[index].operands_of(draw)) {
    const std::string values = operand.to_string();
    text << "  on " << values.substr(0, 400) << (values.size() > 400 ? " ...\n" : "\n");
  }
  of.text = text.str();
}

/// The op's results. Throws what the op throws.
static Tensors results_of(const Case &one, const Tensors &operands) {
  current_case = one.line.c_str();
  const auto found = ops().find(one.op);
  if (found == ops().end()) throw Error("test/numpy/ops has no op " + one.op);
  Tensors results = found->second(operands, one.attributes);
  if (results.size() != one.results.size()) throw Error("the op has " + std::to_string(results.size()) + " results");
  return results;
}

static void compare(Mode mode, std::size_t index, const Case &one, int draw, std::span<const Tensor> results, Findings &findings) {
  for (std::size_t i = 0; i < results.size(); ++i) {
    const std::string what = difference(one, draw, i, results[i]);
    if (!what.empty()) return findings.add_failure(mode, index, draw, what);
  }
}

static void run_eagerly(const std::vector<Case> &batch, Findings &findings) {
  for (std::size_t index = 0; index < batch.size(); ++index) {
    findings.add_run(Mode::Eager, index);
    for (int draw = 0; draw < batch[index].draws; ++draw) try {
        compare(Mode::Eager, index, batch[index], draw, results_of(batch[index], batch[index].operands_of(draw)), findings);
      } catch (const std::exception &error) { findings.add_failure(Mode::Eager, index, draw, error.what()); }
  }
}

static std::vector<TensorSpec> dynamic_specs(const Tensors &operands) {
  std::vector<TensorSpec> specs;
  for (const Tensor &operand : operands)
    specs.push_back(test::dynamic_spec(operand.dtype(), {operand.shape().begin(), operand.shape().end()}));
  return specs;
}

/// Whether a case asks for extents that its operands have, such as a shape to reshape to: then they can't be dynamic.
static bool needs_extents(const std::exception &error) {
  return dynamic_cast<const ShapeError *>(&error) || dynamic_cast<const IndexError *>(&error);
}

/// Cases of a batch as one function: operands of all, results of all.
class Together {
public:
  Together(Mode mode, const std::vector<Case> &batch, std::vector<std::size_t> indices, Findings &findings)
      : mode_(mode), batch_(batch), indices_(std::move(indices)), findings_(findings) {}

  /// Throws what compiling and running throw. A case that can't be traced is a finding, and left out.
  void run() {
    auto all = function([this](Tensors operands) { return trace(operands); }, {.name = "cases"});
    if (mode_ == Mode::Dynamic) {
      try {
        all.concrete(dynamic_specs(operands_of(0)));
      } catch (const std::exception &error) {
        if (indices_.size() == 1 && needs_extents(error)) return;
        throw;
      }
    }
    for (int draw = 0; draw < batch_[indices_[0]].draws; ++draw) {
      current_case = batch_[indices_[0]].line.c_str();
      Tensors results;
      try {
        results = all(operands_of(draw));
      } catch (const std::exception &error) {
        if (mode_ == Mode::Dynamic && indices_.size() == 1 && needs_extents(error)) return;
        throw;
      }
      std::size_t next = 0;
      for (const std::size_t index : traced_) {
        const std::size_t count = batch_[index].results.size();
        compare(mode_, index, batch_[index], draw, std::span(results).subspan(next, count), findings_);
        next += count;
      }
    }
  }

private:
  Tensors operands_of(int draw) const {
    Tensors operands;
    for (const std::size_t index : indices_)
      for (Tensor &operand : batch_[index].operands_of(draw)) operands.push_back(std::move(operand));
    return operands;
  }

  Tensors trace(const Tensors &operands) {
    Tensors results;
    std::size_t next = 0;
    for (const std::size_t index : indices_) {
      const Case &one = batch_[index];
      const auto first = operands.begin() + static_cast<std::ptrdiff_t>(next);
      next += one.operands.size();
      try {
        for (Tensor &result : results_of(one, Tensors(first, operands.begin() + static_cast<std::ptrdiff_t>(next))))
          results.push_back(result);
        traced_.push_back(index);
        if (mode_ == Mode::Dynamic) findings_.add_run(mode_, index);
      } catch (const std::exception &error) {
        if (mode_ == Mode::Dynamic && needs_extents(error)) continue;
        for (int draw = 0; draw < one.draws; ++draw) findings_.add_failure(mode_, index, draw, error.what());
      }
    }
    return results;
  }

  Mode mode_;
  const std::vector<Case> &batch_;
  std::vector<std::size_t> indices_, traced_;
  Findings &findings_;
};

/// All in one function; where that fails, halves, down to the case that is to blame.
static void run_together(Mode mode, const std::vector<Case> &batch, const std::vector<std::size_t> &indices, Findings &findings) {
  try {
    Together(mode, batch, indices, findings).run();
  } catch (const std::exception &error) {
    if (indices.size() == 1) {
      for (int draw = 0; draw < batch[indices[0]].draws; ++draw) findings.add_failure(mode, indices[0], draw, error.what());
      return;
    }
    const auto middle = indices.begin() + static_cast<std::ptrdiff_t>(indices.size() / 2);
    run_together(mode, batch, {indices.begin(), middle}, findings);
    run_together(mode, batch, {middle, indices.end()}, findings);
  }
}

void run_mode(Mode mode, const std::vector<Case> &batch, Findings &findings) {
  if (mode == Mode::Eager) return run_eagerly(batch, findings);
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (mode != Mode::Dynamic) findings.add_run(mode, i);
    indices.push_back(i);
  }
  run_together(mode, batch, indices, findings);
}

} // namespace burin::numpy
