#include "lib/api/Concrete.h"
#include "lib/api/Errors.h"
#include "lib/api/FunctionCore.h"
#include "lib/api/ProcessOptions.h"
#include <algorithm>

namespace burin::detail {

void retain(Concrete *concrete) noexcept { concrete->add_reference(); }
void release(Concrete *concrete) noexcept {
  if (concrete->drop_reference()) delete concrete;
}

static bool contains(const VariableStates &states, const std::shared_ptr<runtime::VariableState> &state) {
  return std::find(states.begin(), states.end(), state) != states.end();
}

Concrete::Concrete(const FunctionCore &core, const Arguments &arguments, Describer description, Recording recording)
    : signature_(arguments), variables_(std::move(recording.finished.variables)), stand_ins_(std::move(recording.stand_ins)),
      captured_arguments_(std::move(recording.captured_arguments)), skeleton_(std::move(recording.skeleton)), name_(core.name()),
      location_(core.location()), leaves_(std::move(description.leaves())) {
  record.signature = description.signature();
  for (const auto &state : variables_) argument_numbers_.push_back(argument_of(state));
  Trace::Finished &finished = recording.finished;
  bytecode_ = compiler::serialize(*finished.module); // compiling consumes the module
  program_ = std::make_unique<Program>(compiler::compile(*finished.module, compile_options()), std::move(finished.captures),
                                       std::move(finished.sites), location_);
}

int Concrete::argument_of(const std::shared_ptr<runtime::VariableState> &state) const {
  if (contains(captured_arguments_, state)) return -1;
  const auto position = std::find(stand_ins_.begin(), stand_ins_.end(), state);
  return position == stand_ins_.end() ? -1 : static_cast<int>(position - stand_ins_.begin());
}

VariableStates Concrete::captured_variables() const {
  VariableStates captured;
  for (std::size_t i = 0; i < variables_.size(); ++i)
    if (argument_numbers_[i] < 0) captured.push_back(variables_[i]);
  return captured;
}

bool Concrete::matches(const Arguments &arguments) const {
  return signature_.matches(arguments) && (arguments.variables().empty() || captures_match(arguments));
}

// A variable that was passed and captured is one variable in the trace, so it must be that very one again; one that was
// only passed must be none of the captured ones.
bool Concrete::captures_match(const Arguments &arguments) const {
  for (std::size_t i = 0; i < arguments.variables().size(); ++i) {
    const auto &state = arguments.variables()[i]->state();
    if (contains(captured_arguments_, stand_ins_[i])) {
      if (stand_ins_[i] != state) return false;
    } else if (contains(variables_, state)) {
      return false;
    }
  }
  return true;
}

void Concrete::run(const Program &program, const Arguments &arguments, TensorImpl **results) const {
  if (variables_.empty()) return program.run(arguments.tensors(), {}, results);
  InlineVector<runtime::VariableState *, 16> states;
  for (std::size_t i = 0; i < variables_.size(); ++i) {
    const int argument = argument_numbers_[i];
    const auto &state = argument < 0 ? variables_[i] : arguments.variables()[static_cast<std::size_t>(argument)]->state();
    states.push_back(state.get());
  }
  program.run(arguments.tensors(), {states.data(), states.size()}, results);
}

void require_match(const Concrete &concrete, const Arguments &arguments, const Body &body) {
  if (concrete.matches(arguments)) [[likely]]
    return;
  Describer found;
  body.describe(found);
  throw_error<SignatureError>(concrete.name(), concrete.location(), mismatch(concrete.leaves(), found.leaves()), "; this trace takes ",
                              concrete.record.signature);
}

// --- for the C++ types ---------------------------------------------------------------------------------------------

std::string ir(const Concrete &concrete, std::string_view stage) {
  const auto module = compiler::deserialize(concrete.bytecode(), concrete.name());
  return compiler::dump(*module, stage, compile_options());
}

const std::string &bytecode(const Concrete &concrete) { return concrete.bytecode(); }
const std::string &signature(const Concrete &concrete) { return concrete.record.signature; }

} // namespace burin::detail
