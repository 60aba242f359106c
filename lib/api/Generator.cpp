#include "burin/ops/Random.h"
#include "lib/api/EagerCache.h"
#include "lib/api/Errors.h"
#include "lib/api/TensorImpl.h"
#include "runtime/VariableStore.h"

namespace burin {

using namespace detail;

static Tensor key_of(std::uint64_t seed, std::uint64_t stream) {
  const std::uint64_t words[] = {seed, stream};
  return Tensor::from_span<std::uint64_t>(words, Shape{2});
}

Generator::Generator(std::uint64_t seed, std::string name, Location location) : state_(key_of(seed, 0), std::move(name), location) {}

static Tensor record_next_key(Trace &trace, const std::shared_ptr<runtime::VariableState> &state, std::source_location location) {
  const Tensor operands[] = {trace.read(state, location), key_of(0, 1)};
  trace.assign(state, trace.record("add", "next_key", operands, {}, location)[0], location);
  return operands[0];
}

// Outside of a trace one call of compiled code, so that no two threads get the same key.
Tensor Generator::next_key(Location location) {
  const std::shared_ptr<runtime::VariableState> &state = state_.state();
  if (!state) throw_error<Error>("next_key", location, "the generator was moved from");
  if (Trace *trace = current_trace()) return record_next_key(*trace, state, location);
  const std::shared_ptr<const Program> program = eager_program(EagerKey("next_key"), [&] {
    return compile_eagerly("next_key", location, [&](Trace &trace) { return std::vector{record_next_key(trace, state, location)}; });
  });
  runtime::VariableState *const variables[] = {state.get()};
  TensorImpl *key = nullptr;
  program->run({}, variables, &key);
  return Tensor(key);
}

Tensor RandomSource::key() const {
  if (generator_) return generator_->next_key(location_);
  return key_.defined() ? key_ : key_of(seed_, 0);
}

} // namespace burin
