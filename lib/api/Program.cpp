#include "lib/api/Program.h"
#include "lib/api/Errors.h"
#include "lib/api/NumericsSearch.h"
#include "lib/api/ProcessOptions.h"
#include "runtime/Failure.h"
#include <array>
#include <cassert>
#include <cstring>
#include <exception>
#include <new>
#include <optional>

namespace burin::detail {

using compiler::Placement;
using runtime::BufferRef;
using runtime::VariableState;

/// `count` values (plain ones uninitialised), on the stack if they are few, else from the buffer pool: never from the heap.
template <class T, std::size_t kFew> class Scratch {
public:
  explicit Scratch(std::size_t count) : count_(count) {
    if (count > kFew) {
      block_ = runtime::allocate(count * sizeof(T));
      data_ = static_cast<T *>(block_->data());
    }
    if constexpr (!std::is_trivial_v<T>)
      for (std::size_t i = 0; i < count_; ++i) new (data_ + i) T();
  }
  ~Scratch() { std::destroy_n(data_, count_); }
  Scratch(const Scratch &) = delete;
  Scratch &operator=(const Scratch &) = delete;

  T &operator[](std::size_t i) { return data_[i]; }
  const T &operator[](std::size_t i) const { return data_[i]; }
  T *data() { return data_; }
  std::size_t size() const { return count_; }

private:
  alignas(T) std::byte few_[kFew * sizeof(T)];
  T *data_ = reinterpret_cast<T *>(few_);
  std::size_t count_;
  BufferRef block_;
};

/// The results made so far; releases them unless the run succeeds.
class Program::PendingResults {
public:
  explicit PendingResults(TensorImpl **results) : results_(results) {}
  ~PendingResults() {
    for (std::size_t i = 0; i < count_; ++i)
      if (results_[i]) release(results_[i]);
  }
  PendingResults(const PendingResults &) = delete;
  PendingResults &operator=(const PendingResults &) = delete;

  void push(TensorImpl *result) { results_[count_++] = result; }
  void hand_over() { count_ = 0; }

private:
  TensorImpl **results_;
  std::size_t count_ = 0;
};

static std::size_t bytes(const compiler::ValueSpec &value) {
  return static_cast<std::size_t>(value.shape.element_count()) * byte_size(value.dtype);
}

Program::Program(std::shared_ptr<const compiler::Executable> executable, std::vector<Tensor> captures, EffectSites sites,
                 std::source_location location)
    : executable_(std::move(executable)), results_(executable_->results), variables_(executable_->variables),
      captures_(std::move(captures)), sites_(std::move(sites)), location_(location),
      argument_count_(executable_->inputs.size() + results_.size() + 2 * variables_.size() + 2) {
  for (const auto &site : sites_) site_pointers_.push_back(site.get());
  if (!executable_->guarded_source.empty()) search_ = make_numerics_search(executable_->guarded_source, sites_);
  for (const compiler::ResultSpec &result : results_) {
    result_bytes_.push_back(bytes(result.value));
    shares_results_ |= result.placement.kind != Placement::Kind::Fresh;
  }
  for (const compiler::VariableSpec &variable : variables_) {
    variable_bytes_.push_back(bytes(variable.value));
    writes_variables_ |= variable.written;
  }
}

Program::Program(Trace::Finished trace, std::source_location location)
    : Program(compiler::compile(*trace.module, compile_options()), std::move(trace.captures), std::move(trace.sites), location) {
  traced_variables_ = std::move(trace.variables);
}

/// The variables of one run: their old values before it, their new values after it.
class Program::VariableFrame {
public:
  VariableFrame(const compiler::Executable &executable, std::span<VariableState *const> states, std::source_location location)
      : specs_(executable.variables), states_(states), held_(states.size()), location_(location) {}

  /// Takes the old values, and locks the variables that are written (`any_written`) until the frame goes.
  void begin(bool any_written) {
    // Reading waits for other calls' locks, so it comes before our own: whoever waits holds nothing.
    for (std::size_t i = 0; i < states_.size(); ++i)
      if (!specs_[i].written) hold(i, states_[i]->read());
    if (!any_written) return;
    lock_written();
    for (std::size_t i = 0; i < states_.size(); ++i)
      if (specs_[i].written) {
        held_[i].in_place = specs_[i].in_place && states_[i]->unique();
        if (!held_[i].in_place) hold(i, states_[i]->current());
      }
  }

  const BufferRef &old_value(std::size_t i) const { return held_[i].in_place ? states_[i]->current() : held_[i].old_value; }

  /// Where variable `i` is read; null if it has no value and needs none.
  void *old_data(std::size_t i) const {
    const BufferRef &value = old_value(i);
    return value ? value->data() : nullptr;
  }
  /// Where its new value goes; null if there is none, or it is somewhere anyway.
  void *new_data(std::size_t i, std::size_t bytes) {
    if (held_[i].in_place) return old_data(i);
    if (!specs_[i].written || specs_[i].placement.kind != Placement::Kind::Fresh) return nullptr;
    held_[i].new_value = runtime::allocate(bytes);
    return held_[i].new_value->data();
  }
  void set_new_value(std::size_t i, BufferRef value) { held_[i].new_value = std::move(value); }

  /// Makes the new value the variable's own.
  void publish(std::size_t i) {
    if (!held_[i].in_place) states_[i]->replace(std::move(held_[i].new_value));
  }

private:
  struct Held {
    BufferRef old_value; // null if updated in place: a reference here would make the buffer shared
    BufferRef new_value;
    bool in_place = false;
  };

  void hold(std::size_t i, BufferRef value) {
    if (specs_[i].read && !value)
      throw_error<UninitializedError>("variable", location_, "'", states_[i]->name(), "' is read before it has a value");
    held_[i].old_value = std::move(value);
  }
  void lock_written() {
    Scratch<VariableState *, 16> written(states_.size());
    std::size_t count = 0;
    for (std::size_t i = 0; i < states_.size(); ++i)
      if (specs_[i].written) written[count++] = states_[i];
    lock_.emplace(std::span(written.data(), count));
  }

  const std::vector<compiler::VariableSpec> &specs_;
  std::span<VariableState *const> states_;
  Scratch<Held, 8> held_;
  std::source_location location_;
  std::optional<runtime::VariableLock> lock_;
};

/// `tensor`'s buffer, if it starts with the tensor's data; else a copy: a variable's buffer holds nothing but its value.
static BufferRef buffer_of(const TensorImpl &tensor, std::size_t bytes) {
  if (tensor.buffer && tensor.buffer->data() == tensor.data) return tensor.buffer;
  BufferRef copy = runtime::allocate(bytes);
  std::memcpy(copy->data(), tensor.data, bytes);
  return copy;
}

void Program::run(std::span<TensorImpl *const> inputs, std::span<VariableState *const> variables, TensorImpl **results,
                  const runtime::Caller *caller) const {
  assert(inputs.size() + captures_.size() == executable_->inputs.size());
  assert(variables.size() == variables_.size());
  PendingResults pending(results);
  if (variables.empty()) {
    if (auto [place, failure] = call(inputs, nullptr, pending, caller); failure) std::rethrow_exception(failure);
    if (shares_results_) share_results(inputs, nullptr, results);
  } else {
    VariableFrame frame(*executable_, variables, location_);
    frame.begin(writes_variables_);
    const auto [failed_at, failure] = call(inputs, &frame, pending, caller);
    if (failure) {
      if (failed_at >= 0) update_variables(inputs, frame, results, failed_at);
      std::rethrow_exception(failure);
    }
    if (shares_results_) share_results(inputs, &frame, results);
    update_variables(inputs, frame, results, -1);
  }
  pending.hand_over();
}

std::pair<std::int64_t, std::exception_ptr> Program::call(std::span<TensorImpl *const> inputs, VariableFrame *variables,
                                                          PendingResults &results, const runtime::Caller *caller) const {
  Scratch<void *, 32> arguments(argument_count_);
  void **next = arguments.data();
  for (TensorImpl *input : inputs) *next++ = input->data;
  for (const Tensor &capture : captures_) *next++ = capture.impl()->data;
  for (std::size_t i = 0; i < variables_.size(); ++i) *next++ = variables->old_data(i);
  for (std::size_t i = 0; i < results_.size(); ++i) *next++ = make_result(i, results);
  for (std::size_t i = 0; i < variables_.size(); ++i) *next++ = variables->new_data(i, variable_bytes_[i]);

  BufferRef arena;
  if (executable_->arena_bytes) arena = memory_for(executable_->arena_bytes, "intermediate values", nullptr);
  *next++ = arena ? arena->data() : nullptr;
  runtime::CallContext context;
  context.sites = site_pointers_.data();
  context.search = search_.get();
  context.caller = caller;
  *next++ = &context;
  if (executable_->alone.kernel) call_kernel(arguments.data(), context);
  else executable_->entry(arguments.data());
  if (!context.failure) [[likely]]
    return {};
  return {context.failed_at, runtime::take_failure(context)};
}

void Program::call_kernel(void **arguments, runtime::CallContext &context) const {
  const compiler::KernelAlone &alone = executable_->alone;
  const std::size_t inputs = executable_->inputs.size();
  Scratch<runtime::KernelBuffer, 8> buffers(inputs + results_.size());
  for (std::size_t i = 0; i < buffers.size(); ++i) {
    const compiler::ValueSpec &value = i < inputs ? executable_->inputs[i] : results_[i - inputs].value;
    buffers[i] = {arguments[i], value.shape.begin(), value.shape.rank(), static_cast<std::int64_t>(value.dtype)};
  }
  const runtime::KernelCall call = {buffers.data(),
                                    buffers.data() + inputs,
                                    static_cast<std::int64_t>(inputs),
                                    static_cast<std::int64_t>(results_.size()),
                                    alone.numbers.data(),
                                    alone.op.c_str(),
                                    alone.place.c_str()};
  alone.kernel(&context, &call);
}

BufferRef Program::memory_for(std::size_t bytes, std::string_view what, const compiler::ValueSpec *value) const {
  try {
    return runtime::allocate(bytes);
  } catch (const Error &error) {
    std::string subject(what);
    if (value) subject += " " + std::string(name(value->dtype)) + value->shape.to_string();
    throw_error<Error>("call", location_, subject, ": ", error.what());
  }
}

void *Program::make_result(std::size_t index, PendingResults &results) const {
  const auto &[value, placement] = results_[index];
  if (placement.kind != Placement::Kind::Fresh) {
    results.push(nullptr);
    return nullptr;
  }
  BufferRef buffer = memory_for(result_bytes_[index], "result", &value);
  void *data = buffer->data();
  results.push(new_impl(value.dtype, value.shape, std::move(buffer), data));
  return data;
}

const TensorImpl &Program::input_at(std::size_t index, std::span<TensorImpl *const> inputs) const {
  return index < inputs.size() ? *inputs[index] : *captures_[index - inputs.size()].impl();
}

void Program::share_results(std::span<TensorImpl *const> inputs, const VariableFrame *variables, TensorImpl **results) const {
  for (std::size_t i = 0; i < results_.size(); ++i) {
    const auto &[value, placement] = results_[i];
    const auto index = static_cast<std::size_t>(placement.index);
    const auto share = [&](const BufferRef &buffer, void *data) { results[i] = new_impl(value.dtype, value.shape, buffer, data); };
    switch (placement.kind) {
    case Placement::Kind::Fresh: break;
    case Placement::Kind::Input: share(input_at(index, inputs).buffer, input_at(index, inputs).data); break;
    case Placement::Kind::Variable: share(variables->old_value(index), variables->old_data(index)); break;
    case Placement::Kind::Result: share(results[index]->buffer, results[index]->data); break;
    }
  }
}

bool Program::has_new_value(std::size_t variable, std::int64_t failed_at) const {
  return failed_at < 0 || executable_->failure_states[static_cast<std::size_t>(failed_at) * variables_.size() + variable];
}

void Program::update_variables(std::span<TensorImpl *const> inputs, VariableFrame &variables, TensorImpl *const *results,
                               std::int64_t failed_at) const {
  for (std::size_t i = 0; i < variables_.size(); ++i) {
    const compiler::VariableSpec &spec = variables_[i];
    if (!spec.written || !has_new_value(i, failed_at)) continue;
    const auto index = static_cast<std::size_t>(spec.placement.index);
    switch (spec.placement.kind) {
    case Placement::Kind::Fresh: break;
    case Placement::Kind::Input: variables.set_new_value(i, buffer_of(input_at(index, inputs), variable_bytes_[i])); break;
    case Placement::Kind::Variable: variables.set_new_value(i, variables.old_value(index)); break;
    case Placement::Kind::Result: variables.set_new_value(i, buffer_of(*results[index], variable_bytes_[i])); break;
    }
  }
  for (std::size_t i = 0; i < variables_.size(); ++i)
    if (variables_[i].written && has_new_value(i, failed_at)) variables.publish(i);
}

} // namespace burin::detail
