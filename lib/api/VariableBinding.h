#pragma once
#include "burin/detail/FunctionCore.h"
#include "runtime/VariableStore.h"
#include <memory>
#include <vector>

namespace burin::detail {

using VariableStates = std::vector<std::shared_ptr<runtime::VariableState>>;

bool contains(const VariableStates &states, const std::shared_ptr<runtime::VariableState> &state);

/// Which variables a trace uses: those that it was passed, and those that it captured.
struct VariableBinding {
  VariableStates variables; ///< in the order of the trace's variable arguments
  /// For each variable argument what stood for it, so that the trace tells what was passed from what was captured; the same for the
  /// same. The variable itself where it was captured, too.
  VariableStates stand_ins;
  VariableStates captured_arguments; ///< the variable arguments that were captured, too

  /// The position among the variable arguments of the one that `state` stood for; -1 if for none.
  int argument_of(const std::shared_ptr<runtime::VariableState> &state) const;
  /// What `state` is in a call: the argument that it stands for, or itself.
  const std::shared_ptr<runtime::VariableState> &in_call(const std::shared_ptr<runtime::VariableState> &state,
                                                         const Arguments &arguments) const;
  /// Whether a call with these variables uses the same ones where the trace did.
  bool fits(const Arguments &arguments) const;
};

/// Stand-ins for the variables of a call that is about to be traced, which captures `captured` of them.
VariableStates make_stand_ins(const Arguments &arguments, const VariableStates &captured);

/// Says of the variables among a call's leaves which ones are among `captured`.
void mark_captured(std::vector<Describer::Leaf> &leaves, const Arguments &arguments, const VariableStates &captured);

} // namespace burin::detail
