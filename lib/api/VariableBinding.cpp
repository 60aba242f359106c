#include "lib/api/VariableBinding.h"
#include <algorithm>

namespace burin::detail {

using runtime::VariableState;

bool contains(const VariableStates &states, const std::shared_ptr<VariableState> &state) {
  return std::find(states.begin(), states.end(), state) != states.end();
}

int VariableBinding::argument_of(const std::shared_ptr<VariableState> &state) const {
  if (contains(captured_arguments, state)) return -1;
  const auto position = std::find(stand_ins.begin(), stand_ins.end(), state);
  return position == stand_ins.end() ? -1 : static_cast<int>(position - stand_ins.begin());
}

const std::shared_ptr<VariableState> &VariableBinding::in_call(const std::shared_ptr<VariableState> &state,
                                                               const Arguments &arguments) const {
  const int argument = argument_of(state);
  return argument < 0 ? state : arguments.variables()[static_cast<std::size_t>(argument)]->state();
}

// A variable that was passed and captured is one variable in the trace, so it must be that very one again; one that was
// only passed must be none of the captured ones.
bool VariableBinding::fits(const Arguments &arguments) const {
  for (std::size_t i = 0; i < arguments.variables().size(); ++i) {
    const auto &state = arguments.variables()[i]->state();
    if (contains(captured_arguments, stand_ins[i])) {
      if (stand_ins[i] != state) return false;
    } else if (contains(variables, state)) {
      return false;
    }
  }
  return true;
}

VariableStates make_stand_ins(const Arguments &arguments, const VariableStates &captured) {
  VariableStates originals, stand_ins;
  for (const Variable *variable : arguments.variables()) {
    const auto &state = variable->state();
    const auto same = std::find(originals.begin(), originals.end(), state);
    if (same != originals.end()) stand_ins.push_back(stand_ins[static_cast<std::size_t>(same - originals.begin())]);
    else if (contains(captured, state)) stand_ins.push_back(state);
    else stand_ins.push_back(std::make_shared<VariableState>(state->name(), state->dtype(), state->extents()));
    originals.push_back(state);
  }
  return stand_ins;
}

void mark_captured(std::vector<Describer::Leaf> &leaves, const Arguments &arguments, const VariableStates &captured) {
  auto variable = arguments.variables().begin();
  for (Describer::Leaf &leaf : leaves)
    if (leaf.kind == Describer::Leaf::Kind::Variable && contains(captured, (*variable++)->state()) &&
        leaf.same_as == Describer::Leaf::kAlone)
      leaf.same_as = Describer::Leaf::kCaptured;
}

} // namespace burin::detail
