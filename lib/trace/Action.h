#pragma once
#include "burin/Tensor.h"
#include "burin/TensorSpec.h"
#include <cstdint>
#include <functional>
#include <memory>
#include <source_location>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace burin::runtime { class VariableState; }

namespace burin::detail {

/// The value of an op's attribute, before it is MLIR. A DType becomes the type attribute of its element type.
using AttributeValue = std::variant<bool, std::int64_t, double, std::string, std::vector<std::int64_t>, DType>;
using NamedAttribute = std::pair<std::string_view, AttributeValue>;
class Trace;

/// What an action does, in terms that files have, so that another process can do it.
struct ActionCode {
  std::string name; ///< "mean"
  std::vector<AttributeValue> arguments = {}; ///< all that it takes besides tensors
  std::vector<std::shared_ptr<runtime::VariableState>> variables = {};
};

/// What is done to a trace with known extents: it may call any op, and gets operands and gives results as that trace's tensors.
class Action {
public:
  using Run = std::function<std::vector<Tensor>(Trace &trace, std::span<const Tensor> operands)>;

  /// One that can't leave the process.
  template <class F>
    requires std::is_invocable_r_v<std::vector<Tensor>, const F &, Trace &, std::span<const Tensor>>
  Action(F run) : run_(std::move(run)) {}
  Action(Run run, ActionCode code) : run_(std::move(run)), code_(std::make_shared<const ActionCode>(std::move(code))) {}
  /// Another way to do the same.
  Action with(Run run) const {
    Action action = *this;
    action.run_ = std::move(run);
    return action;
  }

  std::vector<Tensor> operator()(Trace &trace, std::span<const Tensor> operands) const { return run_(trace, operands); }
  /// Null for one that can't leave the process.
  const ActionCode *code() const { return code_.get(); }

private:
  Run run_;
  std::shared_ptr<const ActionCode> code_;
};

/// What the host makes of operands' values while a function runs.
struct Finding {
  /// What its results are, with kDynamic for one extent that `host` finds.
  std::function<std::vector<TensorSpec>(std::span<const Tensor> operands)> specs;
  std::function<std::vector<Tensor>(std::span<const Tensor> operands)> host;
  ActionCode code; ///< for files
};

/// Takes the arguments of a code, in order. It may come from a file: throws IoError for one that isn't there, or is of another kind.
class ActionReader {
public:
  ActionReader(const ActionCode &code, std::source_location location) : code_(code), location_(location) {}

  template <class T> const T &take() {
    if (next_ < code_.arguments.size())
      if (const T *value = std::get_if<T>(&code_.arguments[next_++])) return *value;
    throw_damaged();
  }
  const AttributeValue &take_any() {
    if (next_ < code_.arguments.size()) return code_.arguments[next_++];
    throw_damaged();
  }
  const std::shared_ptr<runtime::VariableState> &take_variable() {
    if (next_variable_ < code_.variables.size()) return code_.variables[next_variable_++];
    throw_damaged();
  }
  void require_end() const {
    if (next_ != code_.arguments.size() || next_variable_ != code_.variables.size()) throw_damaged();
  }
  /// Of the line that did it first.
  std::source_location location() const { return location_; }
  [[noreturn]] void throw_damaged() const;

private:
  const ActionCode &code_;
  std::source_location location_;
  std::size_t next_ = 0, next_variable_ = 0;
};

/// Makes `name` an action that files may have, from the start of the process on.
using ActionMaker = Action::Run (*)(ActionReader &reader);
bool register_action(std::string_view name, ActionMaker maker);

using FindingMaker = Finding (*)(ActionReader &reader);
bool register_finding(std::string_view name, FindingMaker maker);

/// These throw IoError for a name that isn't known, and for other arguments than it has.
Action make_action(ActionCode code, std::source_location location);
Finding make_finding(ActionCode code, std::source_location location);

} // namespace burin::detail
