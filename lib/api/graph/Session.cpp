// A warm run finds its code by a key of plain words: what is fetched and fed, as the call names it. Only a key that is new is
// looked into; another key for the same run, by name rather than by tensor, shares its code.
#include "burin/Session.h"
#include "lib/api/Errors.h"
#include "lib/api/Promotion.h"
#include "lib/api/graph/Prepared.h"
#include <cstring>
#include <unordered_map>

namespace burin::detail {

using RunKey = InlineVector<std::uint64_t, 32>;

// --- keys ----------------------------------------------------------------------------------------------------------

static void add_text(RunKey &key, std::string_view text) {
  key.push_back(text.size());
  for (; !text.empty(); text.remove_prefix(std::min<std::size_t>(8, text.size()))) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), std::min<std::size_t>(8, text.size()));
    key.push_back(word);
  }
}

/// Whether `fetch` could be keyed: what belongs elsewhere can't.
static bool add_key(RunKey &key, const Fetch &fetch, const GraphCore &graph) {
  key.push_back(static_cast<std::uint64_t>(fetch.kind()));
  switch (fetch.kind()) {
  case Fetch::Kind::Tensor: {
    const TensorImpl *impl = fetch.tensor().impl();
    if (!impl || !impl->symbolic || impl->symbolic->trace != graph.trace.trace()) return false;
    key.push_back(impl->symbolic->index);
    return true;
  }
  case Fetch::Kind::Operation: key.push_back(fetch.operation().id()); return &fetch.operation().graph() == &graph;
  case Fetch::Kind::Variable: key.push_back(reinterpret_cast<std::uintptr_t>(fetch.variable().state().get())); return true;
  case Fetch::Kind::Name: add_text(key, fetch.name()); return true;
  }
  return false;
}

static std::uint64_t hash(std::span<const std::uint64_t> words) {
  std::uint64_t hash = words.size();
  for (std::uint64_t word : words) hash = (hash ^ word) * 0x9e3779b97f4a7c15u, hash ^= hash >> 32;
  return hash;
}

// --- the session ---------------------------------------------------------------------------------------------------

class SessionCore {
public:
  explicit SessionCore(std::shared_ptr<GraphCore> graph) : graph_(std::move(graph)) {}

  std::shared_ptr<const Prepared> find_or_prepare(std::span<const Fetch> fetches, std::span<const Feed> feeds,
                                                  std::source_location location) {
    RunKey key;
    bool is_keyed = true;
    for (const Fetch &fetch : fetches) is_keyed &= add_key(key, fetch, *graph_);
    key.push_back(~std::uint64_t{0});
    for (const Feed &feed : feeds) is_keyed &= add_key(key, feed.target, *graph_);
    const std::span<const std::uint64_t> words(key.data(), key.size());
    if (is_keyed) {
      const std::lock_guard lock(mutex_);
      require_open(location);
      if (version_ == graph_->version.load(std::memory_order_relaxed))
        if (auto found = find(by_name_, words)) return found;
    }
    std::vector<Fetch> targets;
    for (const Feed &feed : feeds) targets.push_back(feed.target);
    return prepare(fetches, targets, words, location);
  }

  /// `words`: a key for it, or empty.
  std::shared_ptr<const Prepared> prepare(std::span<const Fetch> fetches, std::span<const Fetch> feeds,
                                          std::span<const std::uint64_t> words, std::source_location location) {
    // One after the other: compiling reads the graph, and of several threads with one new run only the first compiles it.
    const std::lock_guard preparing(graph_->mutex);
    RunPlan plan = make_plan(*graph_, fetches, feeds, location);
    const std::vector<std::uint64_t> key = plan.key();
    std::shared_ptr<const Prepared> prepared;
    {
      const std::lock_guard lock(mutex_);
      require_open(location);
      if (version_ != graph_->version) clear();
      version_ = graph_->version;
      prepared = find(by_plan_, key);
    }
    if (!prepared) prepared = std::make_shared<const Prepared>(*graph_, std::move(plan), location);
    const std::lock_guard lock(mutex_);
    require_open(location);
    if (!find(by_plan_, key)) by_plan_.emplace(hash(key), Entry{key, prepared});
    if (!words.empty() && !find(by_name_, words)) by_name_.emplace(hash(words), Entry{{words.begin(), words.end()}, prepared});
    return prepared;
  }

  void close() {
    const std::lock_guard lock(mutex_);
    is_closed_ = true;
    clear();
  }
  bool is_closed() const { return is_closed_.load(std::memory_order_relaxed); }
  void require_open(std::source_location location) const {
    if (is_closed()) [[unlikely]]
      throw_closed(location);
  }

private:
  struct Entry {
    std::vector<std::uint64_t> words;
    std::shared_ptr<const Prepared> prepared;
  };
  using Table = std::unordered_multimap<std::uint64_t, Entry>;

  static std::shared_ptr<const Prepared> find(const Table &table, std::span<const std::uint64_t> words) {
    const auto [begin, end] = table.equal_range(hash(words));
    for (auto entry = begin; entry != end; ++entry)
      if (std::equal(words.begin(), words.end(), entry->second.words.begin(), entry->second.words.end())) return entry->second.prepared;
    return nullptr;
  }
  void clear() {
    by_name_.clear();
    by_plan_.clear();
  }

  std::shared_ptr<GraphCore> graph_;
  std::atomic<bool> is_closed_{false};
  std::mutex mutex_; // guards the tables
  std::uint64_t version_ = 0;
  Table by_name_, by_plan_;
};

// --- for the C++ types ---------------------------------------------------------------------------------------------

FetchedTensors::~FetchedTensors() {
  for (; next_ < tensors_.size(); ++next_)
    if (tensors_[next_]) release(tensors_[next_]);
}

std::shared_ptr<SessionCore> make_session_core(const Graph &graph) { return std::make_shared<SessionCore>(graph.core()); }
void close(SessionCore &core) { core.close(); }
bool is_closed(const SessionCore &core) { return core.is_closed(); }
void throw_closed(std::source_location location) { throw_error<Error>("run", location, "the session is closed"); }

std::shared_ptr<const Prepared> prepare(SessionCore &core, std::span<const Fetch> fetches, std::span<const Fetch> feeds,
                                        std::source_location location) {
  return core.prepare(fetches, feeds, {}, location);
}

void run(SessionCore &core, std::span<const Fetch> fetches, std::span<const Feed> feeds, FetchedTensors &results,
         std::source_location location) {
  const std::shared_ptr<const Prepared> prepared = core.find_or_prepare(fetches, feeds, location);
  const TraceScope no_trace(nullptr); // the run is no part of what the caller records
  InlineVector<TensorImpl *, 16> inputs;
  std::vector<Tensor> numbers;
  for (std::size_t i = 0; i < feeds.size(); ++i) {
    const Operand &value = feeds[i].value;
    if (value.is_number()) {
      if (numbers.empty()) numbers.reserve(feeds.size()); // the tensors must stay where they are
      numbers.push_back(as_tensor("feed", value, prepared->feed_dtype(i)));
    }
    const Tensor &tensor = value.is_number() ? numbers.back() : value.tensor();
    prepared->check_feed(i, tensor, location);
    inputs.push_back(tensor.impl());
  }
  prepared->run({inputs.data(), inputs.size()}, results);
}

void run(const SessionCore &core, const Prepared &prepared, std::span<const Tensor *const> feeds, FetchedTensors &results) {
  core.require_open({});
  if (feeds.size() != prepared.feed_count())
    throw_error<Error>("run", {}, "the callable was prepared for ", prepared.feed_count(), " feeds, found ", feeds.size());
  InlineVector<TensorImpl *, 16> inputs;
  for (std::size_t i = 0; i < feeds.size(); ++i) {
    prepared.check_feed(i, *feeds[i], {});
    inputs.push_back(feeds[i]->impl());
  }
  prepared.run({inputs.data(), inputs.size()}, results);
}

} // namespace burin::detail

namespace burin {

std::vector<Tensor> Session::run(std::initializer_list<Fetch> fetches, std::initializer_list<Feed> feeds, Location location) {
  detail::FetchedTensors results;
  detail::run(core(location), {fetches.begin(), fetches.size()}, {feeds.begin(), feeds.size()}, results, location);
  std::vector<Tensor> tensors;
  for (std::size_t i = 0; i < fetches.size(); ++i) tensors.push_back(results.next());
  return tensors;
}

} // namespace burin
