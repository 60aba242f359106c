#include "lib/api/EagerCache.h"
#include <vector>

namespace burin::detail {

/// A cache in parts, so that threads with different keys seldom meet.
template <class Made> class Shards {
public:
  Shards() {
    for (std::size_t i = 0; i < kShards; ++i) shards_.push_back(std::make_unique<MakingCache<Made>>(kCapacity));
  }
  std::shared_ptr<Made> get(std::string_view key, const typename MakingCache<Made>::Make &make) {
    return shards_[std::hash<std::string_view>()(key) >> 7 & (kShards - 1)]->get(key, make);
  }

private:
  static constexpr std::size_t kShards = 16, kCapacity = 256; // of each shard
  std::vector<std::unique_ptr<MakingCache<Made>>> shards_;
};

// Neither is ever destroyed: tensors in static variables may still be worked on while the process exits.

std::shared_ptr<const Program> eager_program(const EagerKey &key, const ProgramCache::Make &make) {
  static auto *programs = new Shards<const Program>;
  return programs->get(key.bytes(), make);
}

std::shared_ptr<OpenCode> open_code(const EagerKey &key) {
  static auto *codes = new Shards<OpenCode>;
  return codes->get(key.bytes(), [] { return std::make_shared<OpenCode>(); });
}

Trace::Finished record_eagerly(std::string_view name, std::source_location location,
                               const std::function<std::vector<Tensor>(Trace &)> &record) {
  const std::shared_ptr<Trace> trace = Trace::begin(std::string(name));
  const std::vector<Tensor> results = record(*trace);
  return trace->finish(results, location);
}

std::shared_ptr<const Program> compile_eagerly(std::string_view name, std::source_location location,
                                               const std::function<std::vector<Tensor>(Trace &)> &record) {
  return std::make_shared<Program>(record_eagerly(name, location, record), location);
}

OpenCode::~OpenCode() {
  for (const Node *node = first_; node;) delete std::exchange(node, node->next);
}

const compiler::Executable *OpenCode::find(std::int64_t extent) const {
  for (const Node *node = first_.load(std::memory_order_acquire); node; node = node->next)
    if (node->least <= extent && extent <= node->most) return node->code.get();
  return nullptr;
}

const compiler::Executable &OpenCode::for_extent(std::int64_t extent, const Make &make) {
  if (const compiler::Executable *found = find(extent)) return *found;
  const std::lock_guard lock(mutex_);
  if (const compiler::Executable *found = find(extent)) return *found;
  std::shared_ptr<const compiler::Executable> made = make();
  const compiler::OpenLoops &open = made->open;
  const bool serves_others = open.work != 0;
  first_.store(new Node{serves_others ? open.least : extent, serves_others ? open.most : extent, made, first_}, std::memory_order_release);
  return *made;
}

} // namespace burin::detail
