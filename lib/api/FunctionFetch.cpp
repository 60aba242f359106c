// Tensors from the middle of functions (rule V9): the trace is read back, the tensors become further results of it, and it is
// compiled once more; a function that runs by stages is done again to a graph, which has them all. Clusters are formed by what the ops
// are, not by who else reads them, so the function's own results keep their bits.
#include "lib/api/Errors.h"
#include "lib/api/FunctionCore.h"
#include "lib/api/ProcessOptions.h"
#include "lib/api/graph/NearestNames.h"
#include "lib/trace/ScriptGraph.h"
#include <algorithm>

namespace burin {

const Tensor &NamedTensors::operator[](std::string_view name) const {
  for (const NamedTensor &tensor : tensors_)
    if (tensor.info.name == name) return tensor.value;
  std::vector<std::string_view> names;
  for (const NamedTensor &tensor : tensors_) names.push_back(tensor.info.name);
  detail::throw_error<Error>("fetch", {}, "'", name, "' is not among what was fetched", detail::nearest_names(name, names));
}

namespace detail {

static constexpr std::size_t kMostFetchings = 256;

// --- which tensors -------------------------------------------------------------------------------------------------

/// Whether all of `text` fits `pattern`, in which `*` stands for any characters and `?` for one.
static bool matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = pattern.npos, after_star = 0;
  while (t < text.size()) {
    if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t]) && pattern[p] != '*') ++p, ++t;
    else if (p < pattern.size() && pattern[p] == '*') star = p++, after_star = t;
    else if (star != pattern.npos) p = star + 1, t = ++after_star;
    else return false;
  }
  return std::all_of(pattern.begin() + static_cast<std::ptrdiff_t>(p), pattern.end(), [](char c) { return c == '*'; });
}

/// A name, "name:0" for the only output of an op, or a line.
static bool matches(std::string_view pattern, const TensorInfo &info) {
  if (matches(pattern, info.name) || pattern == info.place()) return true;
  return info.name.find(':') == info.name.npos && pattern.ends_with(":0") && matches(pattern.substr(0, pattern.size() - 2), info.name);
}

[[noreturn]] static void throw_unknown(const Concrete &concrete, const std::string &pattern, const std::vector<TracedTensor> &tensors) {
  std::vector<std::string_view> names;
  for (const TracedTensor &tensor : tensors) {
    if (tensor.is_inside && matches(pattern, tensor.info))
      throw_error<Error>("fetch", concrete.location(), "'", tensor.info.name, "' (at ", tensor.info.place(), ") of function '",
                         concrete.name(), "' is inside a branch or a loop, where it has no value, or many: return it from there");
    if (!tensor.is_inside) names.push_back(tensor.info.name);
  }
  throw_error<Error>("fetch", concrete.location(), "function '", concrete.name(), "' ", concrete.record.signature, " has no tensor '",
                     pattern, "'", nearest_names(pattern, names));
}

static std::vector<TracedTensor> chosen(const Concrete &concrete, std::vector<TracedTensor> tensors, std::span<const std::string> patterns,
                                        bool each_must_match) {
  std::vector<bool> wanted(tensors.size());
  for (const std::string &pattern : patterns) {
    bool found = false;
    for (std::size_t i = 0; i < tensors.size(); ++i)
      if (!tensors[i].is_inside && matches(pattern, tensors[i].info)) found = wanted[i] = true;
    if (!found && each_must_match) throw_unknown(concrete, pattern, tensors);
  }
  std::vector<TracedTensor> result;
  for (std::size_t i = 0; i < tensors.size(); ++i)
    if (wanted[i]) result.push_back(std::move(tensors[i]));
  return result;
}

static std::vector<TensorInfo> named_outside(std::vector<TracedTensor> tensors) {
  std::vector<TensorInfo> infos;
  for (TracedTensor &tensor : tensors)
    if (!tensor.is_inside) infos.push_back(std::move(tensor.info));
  return infos;
}

static std::vector<TensorInfo> tensors_of_trace(compiler::Module &module) {
  compiler::inline_calls(module); // tensors of functions that it calls are its own
  return named_outside(tensors_of(module));
}

std::vector<TensorInfo> Concrete::tensors() const {
  if (!dynamic_) return tensors_of_trace(*recorded_for({}).module);
  if (!is_one_stage()) {
    const std::lock_guard lock(fetching_mutex_);
    return named_outside(graph().tensors());
  }
  // Extents in which two samples differ are dynamic.
  std::vector<TensorInfo> infos = tensors_of_trace(*script()->sample(0).module);
  const std::vector<TensorInfo> others = tensors_of_trace(*script()->sample(1).module);
  std::erase_if(infos, [&](TensorInfo &info) {
    const auto other = std::find_if(others.begin(), others.end(), [&](const TensorInfo &each) { return each.name == info.name; });
    if (other == others.end() || other->shape.rank() != info.shape.rank()) return true;
    info.shape = common_shape(info.shape, other->shape);
    return false;
  });
  return infos;
}

std::vector<TensorInfo> tensors(const Concrete &concrete) { return concrete.tensors(); }

// --- compiling -----------------------------------------------------------------------------------------------------

/// Made when first asked for. The caller holds the mutex.
const ScriptGraph &Concrete::graph() const {
  if (!graph_) graph_ = std::make_unique<const ScriptGraph>(*script(), location_);
  return *graph_;
}

std::shared_ptr<const Concrete::Fetching> Concrete::fetching(std::span<const std::string> patterns, bool each_must_match,
                                                             const Arguments &arguments) const {
  std::vector<std::string> key{each_must_match ? "fetch" : "tap"};
  key.insert(key.end(), patterns.begin(), patterns.end());
  const std::vector<Shape> shapes = arguments.shapes();
  if (dynamic_ && is_one_stage())
    for (const Shape &shape : shapes) key.push_back(shape.to_string());
  const std::lock_guard lock(fetching_mutex_);
  if (const auto found = fetchings_.find(key); found != fetchings_.end()) return found->second;
  std::optional<Trace::Finished> trace = dynamic_ ? dynamic_->recorded_as_one_for(shapes) : recorded_for({});
  if (trace) compiler::inline_calls(*trace->module); // tensors of functions that it calls are its own
  auto made = std::make_shared<Fetching>();
  std::vector<std::size_t> numbers;
  for (TracedTensor &tensor : chosen(*this, trace ? tensors_of(*trace->module) : graph().tensors(), patterns, each_must_match)) {
    numbers.push_back(tensor.number);
    made->tensors.push_back(std::move(tensor.info));
  }
  if (trace) {
    append_results(*trace->module, numbers);
    made->program = std::make_unique<const Program>(*std::move(trace), location_);
  } else made->dynamic = std::make_unique<const DynamicProgram>(*dynamic_, graph().with_results(numbers));
  if (fetchings_.size() == kMostFetchings) fetchings_.clear(); // calls of many extents
  return fetchings_[std::move(key)] = std::move(made);
}

// --- running -------------------------------------------------------------------------------------------------------

NamedTensors CallResults::run_fetching(Concrete &concrete, std::span<const std::string> patterns, bool each_must_match) {
  const std::shared_ptr<const Concrete::Fetching> fetching = concrete.fetching(patterns, each_must_match, arguments_);
  skeleton_ = &concrete.skeleton();
  const std::size_t count = next_ = concrete.result_count();
  tensors_.resize(count);
  std::vector<TensorImpl *> all(count + fetching->tensors.size());
  concrete.run(*fetching, arguments_, all.data());
  std::copy_n(all.begin(), count, tensors_.begin());
  next_ = 0; // from here on they are ours
  std::vector<NamedTensor> tensors;
  for (std::size_t i = 0; i < fetching->tensors.size(); ++i) tensors.push_back({fetching->tensors[i], Tensor(all[count + i])});
  return NamedTensors(std::move(tensors));
}

NamedTensors fetch(FunctionCore &core, std::span<const std::string> patterns, const Arguments &arguments, const Body &body,
                   CallResults &results) {
  if (const Trace *trace = current_trace())
    throw_error<TraceError>("fetch", core.location(), "tensors of function '", core.name(), "' are fetched while ", trace->title(),
                            " is traced, where they have no values: fetch them outside");
  FunctionCore::Line &line = core.line();
  results.concrete_ = core.take(line, arguments, body);
  results.slot_ = &line.slot;
  return results.run_fetching(*results.concrete_.get(), patterns, true);
}

// --- taps ----------------------------------------------------------------------------------------------------------

FunctionCore::Taps FunctionCore::taps() const {
  const std::lock_guard lock(mutex_);
  return taps_;
}

void FunctionCore::add_tap(std::shared_ptr<const Tap> tap) {
  const std::lock_guard lock(mutex_);
  taps_.push_back(std::move(tap));
  has_taps_ = true;
}

void FunctionCore::remove_tap(const Tap *tap) {
  const std::lock_guard lock(mutex_);
  std::erase_if(taps_, [&](const auto &each) { return each.get() == tap; });
  has_taps_ = !taps_.empty();
}

Scope tap(const std::shared_ptr<FunctionCore> &core, std::vector<std::string> patterns, TapCallback callback) {
  auto tap = std::make_shared<const FunctionCore::Tap>(FunctionCore::Tap{std::move(patterns), std::move(callback)});
  core->add_tap(tap);
  return Scope([core, tap] { core->remove_tap(tap.get()); });
}

void CallResults::run_tapped(FunctionCore &core) {
  const FunctionCore::Taps taps = core.taps();
  std::vector<std::string> all;
  for (const auto &tap : taps) all.insert(all.end(), tap->patterns.begin(), tap->patterns.end());
  const NamedTensors tensors = run_fetching(*concrete_, all, false);
  for (const auto &tap : taps) {
    std::vector<NamedTensor> own;
    for (const NamedTensor &tensor : tensors)
      if (std::any_of(tap->patterns.begin(), tap->patterns.end(),
                      [&](const std::string &pattern) { return matches(pattern, tensor.info); }))
        own.push_back(tensor);
    tap->callback(NamedTensors(std::move(own)));
  }
}

} // namespace detail
} // namespace burin
