#pragma once
// Programs of the fuzz test: what they consist of, and how they run.
#include "burin/burin.h"
#include "test/numerics/Array.h"
#include <cmath>
#include <cstring>
#include <functional>
#include <gtest/gtest.h>
#include <iostream>
#include <random>
#include <sstream>

namespace burin::test::fuzz {

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
inline std::vector<Tensor> evaluate(const Program &program, const std::vector<Tensor> &inputs, std::vector<Variable> &variables, Printer &printer) {
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

inline std::vector<Variable> make_variables(const Program &program) {
  std::vector<Variable> variables;
  for (const Tensor &initial : program.initial) variables.emplace_back(initial);
  return variables;
}

inline std::vector<Tensor> values_of(const std::vector<Variable> &variables) {
  std::vector<Tensor> values;
  for (const Variable &variable : variables) values.push_back(variable.read_value());
  return values;
}

inline std::vector<Tensor> inputs_of(const Program &program) {
  std::vector<Tensor> inputs;
  for (const Step &step : program.steps)
    if (!step.apply && step.reads < 0 && step.assigns < 0 && !step.prints) inputs.push_back(step.eager);
  return inputs;
}

inline std::string text_of(const Program &program) {
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

inline double greatest_magnitude(const Tensor &x) {
  double greatest = 0;
  for (double value : to_array(x).values)
    if (std::isfinite(value)) greatest = std::max(greatest, std::fabs(value));
  return greatest;
}

/// Whether any order of summing the elements gives the same bits: whole numbers (quarters) whose magnitudes stay small.
inline bool sums_exactly(const Tensor &x) {
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

} // namespace burin::test::fuzz
