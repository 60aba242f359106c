#include "burin/Variable.h"
#include "compiler/Compiler.h"
#include "lib/api/Eager.h"
#include "lib/api/EagerCache.h"
#include "lib/api/Errors.h"
#include "lib/api/ProcessOptions.h"
#include "lib/api/Promotion.h"
#include "lib/api/TensorImpl.h"
#include "runtime/VariableStore.h"
#include <cstring>
#include <ostream>

namespace burin {

using namespace detail;
using runtime::BufferRef;
using runtime::VariableState;

// --- making one ----------------------------------------------------------------------------------------------------

static void require_no_trace(std::string_view name, std::source_location location) {
  if (const Trace *trace = current_trace())
    throw_error<TraceError>("variable", location, "'", name, "' is copied while ", trace->title(),
                            " is traced, so each trace would have its own: capture it by reference, or copy it outside");
}

/// The value of a tensor of the trace, computed now.
static Tensor computed_now(Trace &trace, const Tensor &initial, std::string_view name, std::source_location location) {
  Trace::Initializer initializer = trace.initializer(initial, name, location);
  const auto module = compiler::deserialize(initializer.bytecode, "initial_value");
  const Program program(compiler::compile(*module, compile_options()), std::move(initializer.captures), {}, location);
  TensorImpl *value = nullptr;
  program.run({}, {}, &value);
  return Tensor(value);
}

/// An unnamed variable is called by the line that made it.
static std::string name_or_place(std::string name, std::source_location location) {
  return name.empty() ? "variable@" + place(location) : name;
}

/// The tensor's buffer: an update copies it while anyone else holds it. A copy if the data aren't at its start.
static BufferRef value_buffer(const Tensor &tensor) {
  const TensorImpl &impl = *tensor.impl();
  if (impl.buffer && impl.buffer->data() == impl.data) return impl.buffer;
  const std::size_t bytes = checked_bytes(impl.dtype, impl.shape, "variable", {});
  BufferRef copy = runtime::allocate(bytes);
  if (bytes != 0) std::memcpy(copy->data(), impl.data, bytes);
  return copy;
}

static std::shared_ptr<VariableState> make_state(DType dtype, const Shape &shape, std::string name, BufferRef value,
                                                 std::source_location location) {
  return std::make_shared<VariableState>(name_or_place(std::move(name), location), dtype,
                                         std::vector<std::int64_t>(shape.begin(), shape.end()), std::move(value));
}

/// On a trace only if that is a function's first.
static void admit(std::string_view name, std::source_location location) {
  Trace *trace = current_trace();
  if (!trace) return;
  if (trace->kind() == Trace::Kind::Graph)
    throw_error<TraceError>("variable", location, "'", name, "' is made while ", trace->title(),
                            " is recorded: make it by graph.variable, or outside of the graph's scope");
  trace->admit_variable(name, location);
}

static BufferRef initial_value(const Tensor &initial, std::string_view name, std::source_location location) {
  admit(name, location);
  require_defined(initial, "variable", location);
  if (Trace *trace = current_trace(); trace && is_symbolic(initial)) return value_buffer(computed_now(*trace, initial, name, location));
  require_not_leaked(initial, "variable", location);
  return value_buffer(initial);
}

static std::shared_ptr<VariableState> state_of(const Variable &variable, std::string_view op, std::source_location location) {
  if (!variable.state()) throw_error<Error>(op, location, "the variable was moved from");
  return variable.state();
}

Variable::Variable(const Tensor &initial, std::string name, Location location)
    : state_([&] {
        BufferRef value = initial_value(initial, name, location);
        return make_state(initial.dtype(), initial.shape(), std::move(name), std::move(value), location);
      }()),
      dtype_(initial.dtype()), shape_(initial.shape()) {}

Variable::Variable(DType dtype, const Shape &shape, std::string name, Location location) : dtype_(dtype), shape_(shape) {
  checked_bytes(dtype, shape, "variable", location);
  admit(name, location);
  state_ = make_state(dtype, shape, std::move(name), nullptr, location);
}

Variable::Variable(const Variable &other, Location location)
    : state_([&] {
        const std::shared_ptr<VariableState> state = state_of(other, "variable", location);
        require_no_trace(state->name(), location);
        return make_state(other.dtype_, other.shape_, state->name(), state->read(), location);
      }()),
      dtype_(other.dtype_), shape_(other.shape_) {}

Variable::Variable(std::shared_ptr<VariableState> state)
    : state_(std::move(state)), dtype_(state_->dtype()), shape_(std::span<const std::int64_t>(state_->extents())) {}

const std::string &Variable::name() const { return state_of(*this, "variable", {})->name(); }

// --- reading -------------------------------------------------------------------------------------------------------

Tensor Variable::read_value(Location location) const {
  const std::shared_ptr<VariableState> state = state_of(*this, "read_value", location);
  if (Trace *trace = current_trace()) return trace->read(state, location);
  BufferRef value = state->read();
  if (!value)
    throw_error<UninitializedError>("read_value", location, "variable '", state->name(), "' ", describe(dtype_, shape_),
                                    " has no value yet: assign it one first");
  return wrap(dtype_, shape_, std::move(value));
}

Variable::operator Tensor() const { return read_value(Location()); }

Operand::Operand(const Variable &variable, Location location) : tensor_(variable.read_value(location)), location_(location) {}

std::ostream &operator<<(std::ostream &stream, const Variable &variable) {
  stream << "variable '" << variable.name() << "' ";
  if (current_trace()) return stream << describe(variable.dtype_, variable.shape_);
  BufferRef value = variable.state_->read();
  if (!value) return stream << describe(variable.dtype_, variable.shape_) << " without a value";
  return stream << wrap(variable.dtype_, variable.shape_, std::move(value));
}

// --- writing -------------------------------------------------------------------------------------------------------

static Tensor checked_value(const Variable &variable, const Operand &value) {
  const Tensor tensor = value.is_number() ? as_tensor("assign", value, variable.dtype()) : as_tensor("assign", value);
  auto differs = [&](std::string_view mend) {
    return "variable '" + variable.name() + "' is " + describe(variable.dtype(), variable.shape()) + ", the value is " + describe(tensor) +
           std::string(mend);
  };
  if (tensor.dtype() != variable.dtype()) throw_error<DTypeError>("assign", value.location(), differs(": convert it with burin::cast"));
  if (!(tensor.shape() == variable.shape())) throw_error<ShapeError>("assign", value.location(), differs(""));
  return tensor;
}

void Variable::assign(const Operand &value) {
  const std::shared_ptr<VariableState> state = state_of(*this, "assign", value.location());
  const Tensor tensor = checked_value(*this, value);
  if (Trace *trace = current_trace()) return trace->assign(state, tensor, value.location());
  require_not_leaked(tensor, "assign", value.location());
  state->assign(value_buffer(tensor));
}

/// The delta in the variable's dtype; throws unless it leaves dtype and shape of the sum as they are.
static Tensor checked_delta(const Variable &variable, const Operand &delta, std::string_view label) {
  auto differs = [&](std::string_view mend) {
    return "variable '" + variable.name() + "' is " + describe(variable.dtype(), variable.shape()) + ", the delta is " +
           (delta.is_number() ? "a " + std::string(name(delta.dtype())) + " number" : describe(delta.tensor())) + std::string(mend);
  };
  if (!delta.is_number()) {
    require_defined(delta.tensor(), label, delta.location());
    if (promoted(variable.dtype(), delta.dtype()) != variable.dtype())
      throw_error<DTypeError>(label, delta.location(), differs(": convert it with burin::cast"));
    const Shape &shape = delta.tensor().shape();
    const int lead = variable.rank() - shape.rank();
    bool fits = lead >= 0;
    for (int i = 0; fits && i < shape.rank(); ++i) fits = shape[i] == 1 || shape[i] == variable.shape()[lead + i];
    if (!fits) throw_error<ShapeError>(label, delta.location(), differs(", which doesn't broadcast to it"));
  } else if (is_floating(delta.dtype()) && !is_floating(variable.dtype()) && !is_complex(variable.dtype())) {
    throw_error<DTypeError>(label, delta.location(), differs(": convert it first"));
  }
  return as_tensor(label, delta, variable.dtype());
}

static void record_update(Trace &trace, const std::shared_ptr<VariableState> &state, std::string_view op, std::string_view label,
                          const Tensor &delta, std::source_location location) {
  const Tensor operands[] = {trace.read(state, location), delta};
  trace.assign(state, trace.record(op, label, operands, {}, location)[0], location);
}

/// One call of compiled code, so that it is atomic and in place as it is in a function.
static void update_now(const std::shared_ptr<VariableState> &state, std::string_view op, std::string_view label, const Tensor &delta,
                       std::source_location location) {
  require_not_leaked(delta, label, location);
  EagerKey key(label);
  key.add(state->dtype(), Shape(std::span<const std::int64_t>(state->extents())));
  key.add(delta.dtype(), delta.shape());
  const std::shared_ptr<const Program> program = eager_program(key, [&] {
    return compile_eagerly(label, location, [&](Trace &trace) {
      record_update(trace, state, op, label, trace.argument(delta.dtype(), delta.shape(), "delta", location), location);
      return std::vector<Tensor>();
    });
  });
  TensorImpl *const inputs[] = {delta.impl()};
  VariableState *const variables[] = {state.get()};
  program->run(inputs, variables, nullptr);
}

static void update(const Variable &variable, std::string_view op, std::string_view label, const Operand &delta) {
  const std::shared_ptr<VariableState> state = state_of(variable, label, delta.location());
  const Tensor tensor = checked_delta(variable, delta, label);
  if (Trace *trace = current_trace()) record_update(*trace, state, op, label, tensor, delta.location());
  else update_now(state, op, label, tensor, delta.location());
}

void Variable::assign_add(const Operand &delta) { update(*this, "add", "assign_add", delta); }
void Variable::assign_sub(const Operand &delta) { update(*this, "subtract", "assign_sub", delta); }

} // namespace burin
