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

FunctionCore::FunctionCore(FunctionOptions options, std::source_location location) : options_(std::move(options)), location_(location) {
  compiler::warm_up();
}

FunctionCore::~FunctionCore() {
  for (Line &line : lines_)
    if (Concrete *concrete = line.slot.exchange(nullptr)) release(concrete);
}

/// The description of a call, with the names that specs gave to tensors.
static Describer describe(const Arguments &arguments, const Body &body, const SpecTensors *specs) {
  Describer description(arguments);
  body.describe(description);
  auto tensor = arguments.tensors().begin();
  for (Describer::Leaf &leaf : description.leaves())
    if (leaf.kind == Describer::Leaf::Kind::Tensor) {
      if (specs) leaf.name = specs->name_of(*tensor);
      ++tensor;
    }
  return description;
}

static bool is_usable(const TensorImpl *tensor, ArgumentKind kind) { return tensor && (!tensor->symbolic || kind == ArgumentKind::Any); }

/// Names the first argument that is empty, or symbolic although only concrete ones will do.
[[noreturn]] static void throw_unusable(const std::string &name, std::source_location location, const Arguments &arguments,
                                        const Body &body, ArgumentKind kind) {
  const Describer description = describe(arguments, body, nullptr);
  auto tensor = arguments.tensors().begin();
  for (const Describer::Leaf &leaf : description.leaves()) {
    if (leaf.kind != Describer::Leaf::Kind::Tensor) continue;
    TensorImpl *impl = *tensor++;
    if (!impl) throw_error<Error>(name, location, leaf.path, " is an empty tensor: it was default-constructed or moved from");
    if (is_usable(impl, kind)) continue;
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

static bool all_static(const Arguments &arguments) {
  return std::all_of(arguments.tensors().begin(), arguments.tensors().end(),
                     [](const TensorImpl *tensor) { return tensor->shape.is_static(); });
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

bool calls_are_ordinary() { return !current_trace() && !functions_run_eagerly(); }

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
  if (any_symbolic(arguments)) throw_unusable(concrete.name(), concrete.location(), arguments, body, ArgumentKind::Concrete);
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

Variable CallResults::variable(const Variable &of_trace) { return Variable(concrete_->variables().in_call(of_trace.state(), arguments_)); }

// --- lookup and tracing --------------------------------------------------------------------------------------------

void require_usable(const FunctionCore &core, const Arguments &arguments, const Body &body, ArgumentKind kind) {
  const auto is_fine = [=](const TensorImpl *tensor) { return is_usable(tensor, kind); };
  if (!std::all_of(arguments.tensors().begin(), arguments.tensors().end(), is_fine))
    throw_unusable(core.name(), core.location(), arguments, body, kind);
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

static DimensionNames names_of(const Arguments &arguments, const SpecTensors *specs) {
  DimensionNames names;
  for (const TensorImpl *tensor : arguments.tensors()) {
    const auto of_tensor = specs ? specs->dimensions_of(tensor) : std::span<const std::string>();
    names.emplace_back(of_tensor.begin(), of_tensor.end());
  }
  return names;
}

/// The call with tensors of these specs in place of its own.
namespace {
struct Stand {
  Stand(const Arguments &arguments, std::span<const TensorSpec> of) {
    for (const TensorSpec &spec : of) tensors.push_back(specs.make(spec));
    std::vector<TensorImpl *> pointers;
    for (const Tensor &tensor : tensors) pointers.push_back(tensor.impl());
    stood_for.emplace(arguments, pointers);
  }
  SpecTensors specs;
  std::vector<Tensor> tensors;
  std::optional<Arguments> stood_for;
};
} // namespace

ConcreteRef FunctionCore::find_or_make(const Arguments &arguments, const Body &body, const SpecTensors *specs) {
  require_usable(*this, arguments, body, ArgumentKind::Concrete);
  if (!options_.input_signature.empty()) return find_or_make_by_signature(arguments, body, !specs);
  return find_or_make_as_is(arguments, body, specs, !specs);
}

ConcreteRef FunctionCore::find_or_make_by_signature(const Arguments &arguments, const Body &body, bool is_call) {
  const std::vector<TensorSpec> &wanted = options_.input_signature;
  const std::span<TensorImpl *const> tensors = arguments.tensors();
  const std::vector<Describer::Leaf> leaves = describe(arguments, body, nullptr).leaves();
  if (tensors.size() != wanted.size())
    throw_error<SignatureError>(name(), location_, "called with ", tensors.size(), tensors.size() == 1 ? " tensor" : " tensors",
                                ", the input signature has ", wanted.size());
  auto leaf = leaves.begin();
  for (std::size_t i = 0; i < wanted.size(); ++i, ++leaf) {
    while (leaf->kind != Describer::Leaf::Kind::Tensor) ++leaf;
    if (tensors[i]->dtype == wanted[i].dtype && tensors[i]->shape.fits(wanted[i].shape)) continue;
    throw_error<SignatureError>(name(), location_, leaf->path, wanted[i].name.empty() ? "" : " '" + wanted[i].name + "'", ": expected ",
                                detail::describe(wanted[i].dtype, wanted[i].shape), " by the input signature, got ",
                                detail::describe(tensors[i]->dtype, tensors[i]->shape));
  }
  const Stand stand(arguments, wanted);
  return find_or_make_as_is(*stand.stood_for, body, &stand.specs, is_call);
}

/// `leaves`' tensors with those extents dynamic in which they differ from `earlier`, if they differ in nothing else; and how many.
static std::pair<std::vector<TensorSpec>, int> widened(const Leaves &earlier, const Leaves &leaves) {
  const std::vector<SignatureDifference> found = differences(earlier, leaves);
  if (!std::all_of(found.begin(), found.end(), [](const auto &each) { return each.kind == SignatureDifference::Kind::Extent; })) return {};
  std::pair<std::vector<TensorSpec>, int> result;
  for (const Describer::Leaf &leaf : leaves) {
    if (leaf.kind != Describer::Leaf::Kind::Tensor) continue;
    const auto before = std::find_if(earlier.begin(), earlier.end(),
                                     [&](const Describer::Leaf &other) { return other.path == leaf.path && other.kind == leaf.kind; });
    std::vector<std::int64_t> extents(leaf.shape.begin(), leaf.shape.end());
    for (std::size_t axis = 0; axis < extents.size(); ++axis) {
      const std::int64_t was = before->shape[static_cast<int>(axis)];
      // An extent of 1 stays known, so that broadcasting does.
      if (extents[axis] == was || extents[axis] == 1 || was == 1) continue;
      extents[axis] = kDynamic;
      ++result.second;
    }
    result.first.push_back({leaf.dtype, Shape(std::span<const std::int64_t>(extents)), before->name});
  }
  return result;
}

std::optional<std::vector<TensorSpec>> FunctionCore::generalised(const Arguments &arguments, const Body &body) const {
  const Leaves leaves = describe(arguments, body, nullptr).leaves();
  std::pair<std::vector<TensorSpec>, int> widest;
  for (const Concrete *earlier : in_order())
    if (auto specs = widened(earlier->leaves(), leaves); specs.second >= std::max(widest.second, 1)) widest = std::move(specs);
  return widest.second ? std::optional(std::move(widest.first)) : std::nullopt;
}

ConcreteRef FunctionCore::find_or_make_as_is(const Arguments &arguments, const Body &body, const SpecTensors *specs, bool is_call) {
  const std::size_t hash = Signature::hash(arguments);
  const DimensionNames names = names_of(arguments, specs);
  std::optional<PendingScope> scope; // before the lock: it locks again at its end
  std::unique_lock lock(mutex_);
  const auto known = [&]() -> ConcreteRef {
    do {
      if (ConcreteRef found = find(hash, arguments, names)) {
        found->last_used.store(clock_.fetch_add(1, std::memory_order_relaxed) + 1, std::memory_order_relaxed);
        return found;
      }
    } while (wait_for_pending(lock, hash, arguments, body));
    return {};
  };
  if (ConcreteRef found = known()) return found;
  const auto wider = options_.reduce_retracing && !specs ? generalised(arguments, body) : std::nullopt;
  if (wider) {
    lock.unlock();
    const Stand stand(arguments, *wider);
    try {
      return find_or_make_as_is(*stand.stood_for, body, &stand.specs, is_call);
    } catch (const Error &) { // an extent that the lambda needs: it is traced for the one that it has
    }
    lock.lock();
    if (ConcreteRef found = known()) return found; // made by another thread meanwhile
  }
  scope.emplace(*this, hash, arguments);
  lock.unlock();
  ConcreteRef made = make(arguments, body, specs);
  lock.lock();
  add(hash, made);
  const std::string warning = is_call ? retrace_warning(*made.get()) : "";
  lock.unlock();
  if (!warning.empty()) runtime::log_warning(warning);
  return made;
}

ConcreteRef FunctionCore::find(std::size_t hash, const Arguments &arguments, const DimensionNames &names) const {
  const auto [begin, end] = table_.equal_range(hash);
  for (auto entry = begin; entry != end; ++entry)
    if (entry->second->is_of(arguments, names)) return entry->second;
  if (!has_dynamic_) return {};
  ConcreteRef earliest; // whichever order the table has
  for (const auto &[other_hash, concrete] : table_)
    if (concrete->is_dynamic() && (!earliest || concrete->sequence < earliest->sequence) && concrete->matches(arguments) &&
        all_static(arguments))
      earliest = concrete;
  return earliest;
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
  return ConcreteRef::take(new Concrete(*this, arguments, Signature(arguments, names_of(arguments, specs)),
                                        describe(arguments, body, specs), std::move(recording)));
}

// --- the table -----------------------------------------------------------------------------------------------------

void FunctionCore::add(std::size_t hash, const ConcreteRef &made) {
  record_differences(*made.get());
  made->sequence = traces_made_++;
  made->last_used.store(clock_.fetch_add(1, std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  table_.emplace(hash, made);
  has_dynamic_ |= made->is_dynamic();
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
  while (table_.size() > max_traces()) {
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
  case SignatureDifference::Kind::Extent:
    return "make the dimension dynamic, by FunctionOptions::reduce_retracing or an input_signature with kDynamic";
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
  const auto refuse = [&](const std::string &why) {
    throw_error<SignatureError>("spec", {}, detail::describe(spec.dtype, spec.shape), spec.name.empty() ? "" : " '" + spec.name + "'", why);
  };
  if (spec.dimensions.size() > static_cast<std::size_t>(spec.shape.rank()))
    refuse(" has " + std::to_string(spec.dimensions.size()) + " names of dimensions");
  for (std::size_t axis = 0; axis < spec.dimensions.size(); ++axis)
    if (!spec.dimensions[axis].empty() && spec.shape[static_cast<int>(axis)] != kDynamic)
      refuse(" names dimension " + std::to_string(axis) + " '" + spec.dimensions[axis] + "', whose extent is known");
  std::vector<std::string> dimensions = spec.dimensions;
  while (!dimensions.empty() && dimensions.back().empty()) dimensions.pop_back(); // one form for one meaning
  made_.push_back({Tensor(new_impl(spec.dtype, spec.shape, nullptr, nullptr)), spec.name, std::move(dimensions)});
  return made_.back().tensor;
}

const SpecTensors::Made *SpecTensors::find(const TensorImpl *tensor) const {
  for (const Made &made : made_)
    if (made.tensor.impl() == tensor) return &made;
  return nullptr;
}

std::string_view SpecTensors::name_of(const TensorImpl *tensor) const {
  const Made *made = find(tensor);
  return made ? std::string_view(made->name) : std::string_view();
}

std::span<const std::string> SpecTensors::dimensions_of(const TensorImpl *tensor) const {
  const Made *made = find(tensor);
  return made ? std::span<const std::string>(made->dimensions) : std::span<const std::string>();
}

} // namespace burin::detail
