#include "lib/trace/TraceActions.h"
#include "burin/Error.h"
#include "lib/api/TensorImpl.h"
#include "lib/trace/TraceImpl.h"
#include "runtime/SiteCode.h"
#include <algorithm>

namespace burin::detail {

using KeptAttributes = std::vector<std::pair<std::string, AttributeValue>>;

static std::vector<NamedAttribute> as_given(const KeptAttributes &kept) { return {kept.begin(), kept.end()}; }

static ActionCode code_of(std::string name, std::initializer_list<AttributeValue> first, const KeptAttributes &attributes) {
  ActionCode code{std::move(name), first};
  code.arguments.emplace_back(static_cast<std::int64_t>(attributes.size()));
  for (const auto &[name, value] : attributes) {
    code.arguments.emplace_back(name);
    code.arguments.push_back(value);
  }
  return code;
}

static KeptAttributes read_attributes(ActionReader &reader) {
  KeptAttributes attributes;
  for (std::int64_t left = reader.take<std::int64_t>(); left > 0; --left) {
    const std::string name = reader.take<std::string>();
    attributes.emplace_back(name, reader.take_any());
  }
  return attributes;
}

// --- ops -----------------------------------------------------------------------------------------------------------

static Action::Run run_of_recording(std::string op, std::string label, KeptAttributes kept, std::source_location location) {
  return [op = std::move(op), label = std::move(label), kept = std::move(kept), location](Trace &trace, std::span<const Tensor> operands) {
    return trace.record(op, label, operands, as_given(kept), location);
  };
}

Action recording_of(std::string_view op, std::string_view label, std::span<const NamedAttribute> attributes,
                    std::source_location location) {
  const KeptAttributes kept(attributes.begin(), attributes.end());
  return {run_of_recording(std::string(op), std::string(label), kept, location),
          code_of("op", {std::string(op), std::string(label)}, kept)};
}

/// As many results as the op has, of any type.
static llvm::SmallVector<mlir::Type> results_of(mlir::RegisteredOperationName name, mlir::MLIRContext &context) {
  const mlir::Type scalar = tensorType(context, DType::F32, {});
  if (name.hasTrait<mlir::OpTrait::OneResult>()) return {scalar};
  return llvm::SmallVector<mlir::Type>(name.hasTrait<mlir::OpTrait::NResults<2>::Impl>() ? 2 : 3, scalar);
}

/// Throws IoError for what isn't op `burin.<op>` of a user, or lacks what it needs: inference takes that to be there. MLIR's own order of
/// verifying is what asks for it before types are inferred, which here are others.
static void require_op(Trace &trace, const std::string &op, const std::string &label, std::span<const Tensor> operands,
                       std::span<const NamedAttribute> attributes, std::source_location location) {
  mlir::MLIRContext &context = trace.impl().context();
  mlir::OperationState state(mlir::UnknownLoc::get(&context), "burin." + op);
  const std::optional<mlir::RegisteredOperationName> name = state.name.getRegisteredInfo();
  if (!name || !name->hasInterface<mlir::InferTypeOpInterface>() || name->hasTrait<compiler::Internal>())
    throw IoError("traces have no op '" + op + "'");
  for (const Tensor &operand : operands) state.operands.push_back(trace.impl().valueOf(trace, operand, label, location));
  for (const auto &[attribute, value] : attributes) state.addAttribute(attribute, attributeOf(context, value));
  state.addTypes(results_of(*name, context));
  ErrorCollector errors(context);
  mlir::Operation *whole = mlir::Operation::create(state);
  const bool fits = whole && (succeeded(name->verifyInvariants(whole)) || llvm::StringRef(errors.text).contains("inferred type"));
  if (whole) whole->destroy();
  if (!fits) throw IoError("'" + op + "' has other operands or attributes than it takes: " + errors.text);
}

static Action::Run read_recording(ActionReader &reader) {
  const std::string op = reader.take<std::string>(), label = reader.take<std::string>();
  const KeptAttributes attributes = read_attributes(reader);
  const auto run = run_of_recording(op, label, attributes, reader.location());
  return [op, label, attributes, run, location = reader.location()](Trace &trace, std::span<const Tensor> operands) {
    if (!trace.is_dynamic()) require_op(trace, op, label, operands, as_given(attributes), location);
    return run(trace, operands);
  };
}

// --- variables -----------------------------------------------------------------------------------------------------

using VariableRef = std::shared_ptr<runtime::VariableState>;

static Action::Run run_of_reading(VariableRef variable, std::source_location location) {
  return [variable = std::move(variable), location](Trace &trace, std::span<const Tensor>) {
    return std::vector{trace.read(variable, location)};
  };
}

Action reading_of(const VariableRef &variable, std::source_location location) {
  return {run_of_reading(variable, location), {"read", {}, {variable}}};
}

static Action::Run read_reading(ActionReader &reader) { return run_of_reading(reader.take_variable(), reader.location()); }

static Action::Run run_of_assigning(VariableRef variable, std::source_location location) {
  return [variable = std::move(variable), location](Trace &trace, std::span<const Tensor> values) {
    trace.assign(variable, values[0], location);
    return std::vector<Tensor>();
  };
}

Action assigning_of(const VariableRef &variable, std::source_location location) {
  return {run_of_assigning(variable, location), {"assign", {}, {variable}}};
}

static Action::Run read_assigning(ActionReader &reader) {
  const VariableRef variable = reader.take_variable();
  return [variable, run = run_of_assigning(variable, reader.location())](Trace &trace, std::span<const Tensor> values) {
    if (values.size() != 1 || !values[0].defined() || values[0].dtype() != variable->dtype()) // `assign` of users has seen to that
      throw IoError("variable '" + variable->name() + "' is assigned what doesn't fit it");
    return run(trace, values);
  };
}

// --- effects -------------------------------------------------------------------------------------------------------

Action effect_of(std::string_view op, const std::shared_ptr<const runtime::EffectSite> &site, std::span<const NamedAttribute> attributes,
                 std::span<const TensorSpec> results, std::source_location location) {
  const KeptAttributes kept(attributes.begin(), attributes.end());
  auto run = [op = std::string(op), site, kept, specs = std::vector<TensorSpec>(results.begin(), results.end()),
              location](Trace &trace, std::span<const Tensor> operands) {
    return trace.effect(op, site, operands, as_given(kept), specs, location);
  };
  const std::string code = site->encode();
  if (code.empty() || !results.empty()) return run;
  return {run, code_of("effect", {std::string(op), code}, kept)};
}

static Action::Run read_effect(ActionReader &reader) {
  const std::string op = reader.take<std::string>(), code = reader.take<std::string>();
  if (op != "print" && op != "check" && op != "check_finite") reader.throw_damaged();
  const KeptAttributes kept = read_attributes(reader);
  return [op, code, kept, location = reader.location()](Trace &trace, std::span<const Tensor> operands) {
    std::vector<runtime::CheckedTensor> tensors;
    for (const Tensor &operand : operands) {
      if (!operand.defined()) throw IoError("an effect has no operand");
      tensors.push_back({operand.dtype(), {operand.shape().begin(), operand.shape().end()}});
    }
    const auto site = runtime::decode_site(code, op, std::move(tensors));
    std::vector<NamedAttribute> attributes = as_given(kept);
    if (op == "print") std::erase_if(attributes, [](const NamedAttribute &attribute) { return attribute.first == "may_fail"; });
    if (op == "print") attributes.emplace_back("may_fail", runtime::may_fail_by_itself(*site));
    return trace.effect(op, site, operands, attributes, {}, location);
  };
}

// --- constants -----------------------------------------------------------------------------------------------------

static Action::Run run_of_constant(std::source_location location) {
  return [location](Trace &trace, std::span<const Tensor> values) {
    if (values.size() != 1 || !values[0].defined()) throw IoError("a constant has no value");
    return std::vector{trace.constant(values[0], location)};
  };
}

Action constant_of(std::source_location location) { return {run_of_constant(location), {"constant"}}; }
static Action::Run read_constant(ActionReader &reader) { return run_of_constant(reader.location()); }

[[maybe_unused]] static const bool are_registered = register_action("op", &read_recording) & register_action("read", &read_reading) &
                                                    register_action("assign", &read_assigning) & register_action("effect", &read_effect) &
                                                    register_action("constant", &read_constant);

} // namespace burin::detail
