#include "lib/api/FunctionCore.h"
#include "lib/api/Errors.h"
#include "lib/api/LambdaCalls.h"
#include "lib/api/ProcessOptions.h"
#include "runtime/Logging.h"
#include <algorithm>
#include <cstdlib>
#include <optional>
#include <pthread.h>
#include <set>

namespace burin::detail {

static constexpr std::size_t kWarnTraces = 5;
static constexpr std::uint64_t kWarnCalls = 10;

FunctionCore::~FunctionCore() {
  for (Line &line : lines_)
    if (Concrete *concrete = line.slot.exchange(nullptr)) release(concrete);
}

/// The description of a call, with the names that specs gave to tensors.
static Describer describe(const Arguments &arguments, const Body &body, const SpecTensors *specs) {
  Describer description;
  body.describe(description);
  auto tensor = arguments.tensors().begin();
  for (Describer::Leaf &leaf : description.leaves())
    if (leaf.kind == Describer::Leaf::Kind::Tensor) {
      if (specs) leaf.name = specs->name_of(*tensor);
      ++tensor;
    }
  return description;
}

/// Names the first argument that is empty, or symbolic although nothing is being traced.
[[noreturn]] static void throw_unusable(const std::string &name, std::source_location location, const Arguments &arguments,
                                        const Body &body) {
  const Describer description = describe(arguments, body, nullptr);
  auto tensor = arguments.tensors().begin();
  for (const Describer::Leaf &leaf : description.leaves()) {
    if (leaf.kind != Describer::Leaf::Kind::Tensor) continue;
    TensorImpl *impl = *tensor++;
    if (!impl) throw_error<Error>(name, location, leaf.path, " is an empty tensor: it was default-constructed or moved from");
    if (!impl->symbolic) continue;
    retain(impl);
    throw_error<TraceError>(name, location, leaf.path, " is symbolic, made by ", Trace::describe(Tensor(impl)),
                            ": it leaked out of its function, where alone it stands for a value; return it from there");
  }
  std::abort();
}

// --- the warm path -------------------------------------------------------------------------------------------------

FunctionCore::Line &FunctionCore::line() {
  // A thread's own address spreads the threads over the lines, without a thread-local variable of our own.
  const auto thread = (std::uint64_t)pthread_self();
  return lines_[(thread >> 12) * 0x9e3779b97f4a7c15u >> 60];
}

static bool any_symbolic(const Arguments &arguments) {
  for (const TensorImpl *tensor : arguments.tensors())
    if (tensor->symbolic) return true;
  return false;
}

static void put_back(Slot &slot, ConcreteRef concrete) {
  if (concrete->evicted.load(std::memory_order_relaxed)) return;
  ConcreteRef::take(slot.exchange(concrete.give(), std::memory_order_acq_rel));
}

ConcreteRef FunctionCore::take(Line &line, const Arguments &arguments, const Body &body) {
  line.calls.store(line.calls.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  ConcreteRef concrete = ConcreteRef::take(line.slot.exchange(nullptr, std::memory_order_acq_rel));
  if (concrete && concrete->matches(arguments) && !any_symbolic(arguments)) [[likely]] {
    const std::uint64_t now = clock_.load(std::memory_order_relaxed);
    if (concrete->last_used.load(std::memory_order_relaxed) != now) concrete->last_used.store(now, std::memory_order_relaxed);
    return concrete;
  }
  if (concrete) put_back(line.slot, std::move(concrete));
  return find_or_make(arguments, body, nullptr);
}

bool lambdas_run_inline() { return current_trace() || functions_run_eagerly(); }

void call(FunctionCore &core, const Arguments &arguments, const Body &body, CallResults &results) {
  FunctionCore::Line &line = core.line();
  results.concrete_ = core.take(line, arguments, body);
  results.slot_ = &line.slot;
  if (core.has_taps()) [[unlikely]]
    return results.run_tapped(core);
  results.run(*results.concrete_.get());
}

void call(Concrete &concrete, const Arguments &arguments, const Body &body, CallResults &results) {
  require_match(concrete, arguments, body);
  if (any_symbolic(arguments)) throw_unusable(concrete.name(), concrete.location(), arguments, body);
  retain(&concrete);
  results.concrete_ = ConcreteRef::take(&concrete);
  results.run(concrete);
}

void CallResults::run(Concrete &concrete) {
  skeleton_ = &concrete.skeleton();
  const std::size_t count = next_ = concrete.result_count();
  tensors_.resize(count);
  concrete.run(arguments_, tensors_.data());
  next_ = 0; // from here on they are ours
}

CallResults::~CallResults() {
  for (; next_ < tensors_.size(); ++next_) release(tensors_[next_]);
  if (slot_ && concrete_) put_back(*slot_, std::move(concrete_));
}

Variable CallResults::variable(const Variable &of_trace) {
  const int argument = concrete_->argument_of(of_trace.state());
  return Variable(argument < 0 ? of_trace.state() : arguments_.variables()[static_cast<std::size_t>(argument)]->state());
}

// --- lookup and tracing --------------------------------------------------------------------------------------------

static void require_usable(const FunctionCore &core, const Arguments &arguments, const Body &body) {
  const auto is_unusable = [](const TensorImpl *tensor) { return !tensor || tensor->symbolic; };
  if (std::any_of(arguments.tensors().begin(), arguments.tensors().end(), is_unusable))
    throw_unusable(core.name(), core.location(), arguments, body);
}

/// Announces a trace in the making, until it is done or has failed.
class FunctionCore::PendingScope {
public:
  /// Within `core`'s lock.
  PendingScope(FunctionCore &core, std::size_t hash, const Arguments &arguments)
      : core_(core), pending_{hash, Signature(arguments), std::this_thread::get_id()} {
    core_.pending_.push_back(&pending_);
  }
  ~PendingScope() {
    const std::lock_guard lock(core_.mutex_);
    std::erase(core_.pending_, &pending_);
    core_.pending_done_.notify_all();
  }

private:
  FunctionCore &core_;
  Pending pending_;
};

ConcreteRef FunctionCore::find_or_make(const Arguments &arguments, const Body &body, const SpecTensors *specs) {
  require_usable(*this, arguments, body);
  const std::size_t hash = Signature::hash(arguments);
  std::optional<PendingScope> scope; // before the lock: it locks again at its end
  std::unique_lock lock(mutex_);
  do {
    if (ConcreteRef found = find(hash, arguments)) {
      found->last_used.store(clock_.fetch_add(1, std::memory_order_relaxed) + 1, std::memory_order_relaxed);
      return found;
    }
  } while (wait_for_pending(lock, hash, arguments, body));
  scope.emplace(*this, hash, arguments);
  lock.unlock();
  ConcreteRef made = make(arguments, body, specs);
  lock.lock();
  add(hash, made);
  const std::string warning = specs ? "" : retrace_warning(*made.get());
  lock.unlock();
  if (!warning.empty()) runtime::log_warning(warning);
  return made;
}

ConcreteRef FunctionCore::find(std::size_t hash, const Arguments &arguments) const {
  const auto [begin, end] = table_.equal_range(hash);
  for (auto entry = begin; entry != end; ++entry)
    if (entry->second->matches(arguments)) return entry->second;
  return {};
}

/// False if nobody is making the trace. Waits only once: whoever makes it may fail, or make one for other captures.
bool FunctionCore::wait_for_pending(std::unique_lock<std::mutex> &lock, std::size_t hash, const Arguments &arguments, const Body &body) {
  const auto find_pending = [&] {
    return std::find_if(pending_.begin(), pending_.end(),
                        [&](const Pending *pending) { return pending->hash == hash && pending->signature.matches(arguments); });
  };
  const auto pending = find_pending();
  if (pending == pending_.end()) return false;
  if ((*pending)->thread == std::this_thread::get_id()) {
    lock.unlock();
    LambdaCalls::throw_recursion(*this, body);
  }
  const Pending *awaited = *pending;
  pending_done_.wait(lock, [&] { return std::find(pending_.begin(), pending_.end(), awaited) == pending_.end(); });
  return true;
}

ConcreteRef FunctionCore::make(const Arguments &arguments, const Body &body, const SpecTensors *specs) {
  Recording recording = [&] {
    const std::lock_guard tracing(tracing_);
    Recording made = record(*this, arguments, body, specs, !is_recorded_);
    is_recorded_ = true;
    return made;
  }();
  return ConcreteRef::take(new Concrete(*this, arguments, describe(arguments, body, specs), std::move(recording)));
}

// --- the table -----------------------------------------------------------------------------------------------------

void FunctionCore::add(std::size_t hash, const ConcreteRef &made) {
  record_differences(*made.get());
  made->sequence = traces_made_++;
  made->last_used.store(clock_.fetch_add(1, std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  table_.emplace(hash, made);
  evict_beyond_limit();
}

void FunctionCore::record_differences(Concrete &made) const {
  const Concrete *nearest = nullptr;
  for (const auto &[hash, earlier] : table_) {
    std::vector<SignatureDifference> found = differences(earlier->leaves(), made.leaves());
    const bool is_nearer = !nearest || found.size() < made.record.differences.size() ||
                           (found.size() == made.record.differences.size() && earlier->sequence > nearest->sequence);
    if (!is_nearer) continue;
    nearest = earlier.get();
    made.record.differences = std::move(found);
  }
}

void FunctionCore::evict_beyond_limit() {
  while (table_.size() > std::max<std::size_t>(options_.max_traces, 1)) {
    const auto used_earlier = [](const auto &a, const auto &b) { return a.second->last_used.load() < b.second->last_used.load(); };
    const auto victim = std::min_element(table_.begin(), table_.end(), used_earlier);
    victim->second->evicted.store(true);
    for (Line &line : lines_)
      if (ConcreteRef kept = ConcreteRef::take(line.slot.exchange(nullptr))) put_back(line.slot, std::move(kept)); // not if evicted
    table_.erase(victim);
  }
}

std::vector<const Concrete *> FunctionCore::in_order() const {
  std::vector<const Concrete *> made;
  for (const auto &[hash, concrete] : table_) made.push_back(concrete.get());
  std::sort(made.begin(), made.end(), [](const Concrete *a, const Concrete *b) { return a->sequence < b->sequence; });
  return made;
}

std::vector<TraceRecord> FunctionCore::traces() const {
  const std::lock_guard lock(mutex_);
  std::vector<TraceRecord> records;
  for (const Concrete *concrete : in_order()) records.push_back(concrete->record);
  return records;
}

VariableStates FunctionCore::variables() const {
  const std::lock_guard lock(mutex_);
  VariableStates states;
  std::set<const runtime::VariableState *> known;
  for (const Concrete *concrete : in_order())
    for (const auto &state : concrete->captured_variables())
      if (known.insert(state.get()).second) states.push_back(state);
  return states;
}

// --- the warning ---------------------------------------------------------------------------------------------------

static std::string_view remedy(SignatureDifference::Kind kind) {
  switch (kind) {
  case SignatureDifference::Kind::DType: return "cast to one dtype before the call";
  case SignatureDifference::Kind::Rank: return "reshape to one rank before the call";
  case SignatureDifference::Kind::Extent: return "pad or batch to a few fixed extents before the call";
  case SignatureDifference::Kind::StaticValue: return "pass a value that changes as a tensor, by burin::Tensor::scalar";
  case SignatureDifference::Kind::Structure: return "pass arguments of one structure, such as one stacked tensor";
  case SignatureDifference::Kind::AliasPattern: return "pass the same pattern of variables on each call";
  }
  return {};
}

/// What to tell the user at this trace, made by a call; mostly nothing.
std::string FunctionCore::retrace_warning(const Concrete &made) {
  std::uint64_t calls = 0;
  for (const Line &line : lines_) calls += line.calls.load(std::memory_order_relaxed);
  recent_traces_.push_back(calls);
  if (recent_traces_.size() > kWarnTraces) recent_traces_.pop_front();
  const bool is_frequent = recent_traces_.size() == kWarnTraces && calls - recent_traces_.front() < kWarnCalls;
  if (!is_frequent || warned_ || made.record.differences.empty()) return {};
  warned_ = true;
  std::string reasons;
  for (const SignatureDifference &difference : made.record.differences) reasons.append(reasons.empty() ? "" : "; ").append(difference.text);
  const std::uint64_t within = calls - recent_traces_.front() + 1;
  return message(name(),
                 "traced and compiled " + std::to_string(kWarnTraces) + " times in " + std::to_string(within) +
                     " calls, the last time because " + reasons + "; " + std::string(remedy(made.record.differences.front().kind)),
                 location_);
}

// --- for the C++ types ---------------------------------------------------------------------------------------------

std::shared_ptr<FunctionCore> make_function_core(FunctionOptions options, std::source_location location) {
  return std::make_shared<FunctionCore>(std::move(options), location);
}

ConcreteRef concrete(FunctionCore &core, const Arguments &arguments, const Body &body, const SpecTensors &specs) {
  return core.find_or_make(arguments, body, &specs);
}

std::vector<TraceRecord> traces(const FunctionCore &core) { return core.traces(); }

std::vector<Variable> variables(const FunctionCore &core) {
  std::vector<Variable> handles;
  for (const auto &state : core.variables()) handles.push_back(Variable(state));
  return handles;
}

Tensor SpecTensors::make(const TensorSpec &spec) {
  made_.emplace_back(Tensor(new_impl(spec.dtype, spec.shape, nullptr, nullptr)), spec.name);
  return made_.back().first;
}

std::string_view SpecTensors::name_of(const TensorImpl *tensor) const {
  for (const auto &[made, name] : made_)
    if (made.impl() == tensor) return name;
  return {};
}

} // namespace burin::detail
