#include "lib/api/Concrete.h"
#include "lib/api/Errors.h"
#include "lib/api/FunctionCore.h"
#include "lib/api/ProcessOptions.h"
#include "lib/trace/ScriptGraph.h"
#include <algorithm>
#include <optional>
#include <regex>

namespace burin::detail {

void retain(Concrete *concrete) noexcept { concrete->add_reference(); }
void release(Concrete *concrete) noexcept {
  if (concrete->drop_reference()) delete concrete;
}

Concrete::Concrete(const FunctionCore &core, const Arguments &arguments, Signature signature, Describer description, Recording recording)
    : signature_(std::move(signature)), result_count_(recording.result_count), variables_(std::move(recording.variables)),
      skeleton_(std::move(recording.skeleton)), name_(core.name()), location_(core.location()), leaves_(std::move(description.leaves())) {
  record.signature = description.signature();
  mark_captured(leaves_, arguments, variables_.captured_arguments);
  for (const auto &state : variables_.variables) argument_numbers_.push_back(variables_.argument_of(state));
  Trace::Finished &finished = recording.finished;
  if (finished.script) {
    dynamic_ = std::make_unique<DynamicProgram>(std::move(finished.script), signature_.dynamic_dimensions(), leaves_, name_, location_,
                                                core.max_traces());
    return;
  }
  bytecode_ = compiler::serialize(*finished.module); // compiling consumes the module
  program_ = std::make_unique<Program>(std::move(finished), location_);
}

Concrete::~Concrete() = default;

VariableStates Concrete::captured_variables() const {
  VariableStates captured;
  for (std::size_t i = 0; i < argument_numbers_.size(); ++i)
    if (argument_numbers_[i] < 0) captured.push_back(variables_.variables[i]);
  return captured;
}

Trace::Finished Concrete::recorded_for(std::span<const Shape> shapes) const {
  if (dynamic_) return dynamic_->recorded_for(shapes);
  return {compiler::deserialize(bytecode_, name_), nullptr, program_->captures(), variables_.variables, program_->sites()};
}

bool Concrete::matches(const Arguments &arguments) const {
  return signature_.matches(arguments) && (arguments.variables().empty() || variables_.fits(arguments));
}

void Concrete::run(const Program &program, const Arguments &arguments, TensorImpl **results) const {
  if (argument_numbers_.empty()) return program.run(arguments.tensors(), {}, results);
  InlineVector<runtime::VariableState *, 16> states;
  for (std::size_t i = 0; i < argument_numbers_.size(); ++i) {
    const int argument = argument_numbers_[i];
    const auto &state = argument < 0 ? variables_.variables[i] : arguments.variables()[static_cast<std::size_t>(argument)]->state();
    states.push_back(state.get());
  }
  program.run(arguments.tensors(), {states.data(), states.size()}, results);
}

void Concrete::run_dynamic(const DynamicProgram &dynamic, const Arguments &arguments, TensorImpl **results) const {
  dynamic.run(arguments.tensors(), results, [&](const Program &program, std::span<TensorImpl *const> inputs, TensorImpl **results) {
    InlineVector<runtime::VariableState *, 16> states;
    for (const auto &traced : program.traced_variables()) { states.push_back(variables_.in_call(traced, arguments).get()); }
    program.run(inputs, {states.data(), states.size()}, results);
  });
}

void require_match(const Concrete &concrete, const Arguments &arguments, const Body &body) {
  if (concrete.matches(arguments)) [[likely]]
    return;
  Describer found;
  body.describe(found);
  mark_captured(found.leaves(), arguments, concrete.captured_variables());
  throw_error<SignatureError>(concrete.name(), concrete.location(), mismatch(concrete.leaves(), found.leaves()), "; this trace takes ",
                              concrete.record.signature);
}

// --- for the C++ types ---------------------------------------------------------------------------------------------

static bool all_static(std::span<const Shape> shapes) {
  return std::all_of(shapes.begin(), shapes.end(), [](const Shape &shape) { return shape.is_static(); });
}

/// The number at the beginning of `text`, with its fraction and exponent; empty if there is none.
static std::string_view leading_number(std::string_view text) {
  if (text[0] < '0' || text[0] > '9') return {};
  static const std::regex number("^[0-9]+([.][0-9]+)?(e[+-][0-9]+)?");
  std::cmatch found;
  std::regex_search(text.begin(), text.end(), found, number);
  return text.substr(0, static_cast<std::size_t>(found.length()));
}

/// What two texts have in common but for numbers, which are `?` where they differ; none where they differ in more.
static std::optional<std::string> common_text(std::string_view a, std::string_view b) {
  std::string text;
  while (!a.empty() && !b.empty()) {
    const std::string_view of_a = leading_number(a), of_b = leading_number(b);
    if (of_a.empty() != of_b.empty() || (of_a.empty() && a[0] != b[0])) return std::nullopt;
    if (of_a.empty()) text += a[0];
    else text += of_a == of_b ? of_a : "?";
    a.remove_prefix(std::max<std::size_t>(of_a.size(), 1));
    b.remove_prefix(std::max<std::size_t>(of_b.size(), 1));
  }
  return a.empty() && b.empty() ? std::optional(text) : std::nullopt;
}

std::string ir(const Concrete &concrete, std::string_view stage, std::span<const Shape> shapes) {
  const bool are_known = all_static(shapes);
  if (!concrete.is_dynamic() || (are_known && (concrete.is_one_stage() || stage != "trace"))) // throws if that depends on values
    return compiler::dump(*concrete.recorded_for(shapes).module, stage, compile_options());
  std::string texts[Script::kLarge];
  for (std::size_t i = 0; i < Script::kLarge; ++i) {
    const Trace::Finished sample = concrete.script()->sample(i, are_known ? shapes : std::span<const Shape>());
    texts[i] = compiler::dump(*sample.module, stage, compile_options());
  }
  if (auto text = common_text(texts[0], texts[1])) return *text;
  if (are_known) (void)concrete.recorded_for(shapes); // says which values it depends on
  throw_error<Error>(concrete.name(), concrete.location(), "the code of ", concrete.record.signature, " at stage '", stage,
                     "' depends on the extents: ask for it with specs that know them");
}

std::string bytecode(const Concrete &concrete, std::span<const Shape> shapes) {
  if (!concrete.is_dynamic()) return concrete.bytecode();
  if (!all_static(shapes))
    throw_error<Error>(concrete.name(), concrete.location(), concrete.record.signature,
                       " has dynamic extents, bytecode is for known ones: ask for it with specs that know them");
  return compiler::serialize(*concrete.recorded_for(shapes).module);
}
const std::string &signature(const Concrete &concrete) { return concrete.record.signature; }

} // namespace burin::detail
