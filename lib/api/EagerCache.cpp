#include "lib/api/EagerCache.h"
#include <vector>

namespace burin::detail {

static constexpr std::size_t kShards = 16, kCapacity = 256; // of each shard

static ProgramCache &shard_of(const std::string &key) {
  // Never destroyed: tensors in static variables may still be worked on while the process exits.
  static auto *shards = [] {
    auto *made = new std::vector<std::unique_ptr<ProgramCache>>;
    for (std::size_t i = 0; i < kShards; ++i) made->push_back(std::make_unique<ProgramCache>(kCapacity));
    return made;
  }();
  return *(*shards)[std::hash<std::string>()(key) >> 7 & (kShards - 1)];
}

std::shared_ptr<const Program> eager_program(const EagerKey &key, const ProgramCache::Make &make) {
  return shard_of(key.bytes()).get(key.bytes(), make);
}

std::shared_ptr<const Program> compile_eagerly(std::string_view name, std::source_location location,
                                               const std::function<std::vector<Tensor>(Trace &)> &record) {
  const std::shared_ptr<Trace> trace = Trace::begin(std::string(name));
  const std::vector<Tensor> results = record(*trace);
  return std::make_shared<Program>(trace->finish(results, location), location);
}

} // namespace burin::detail
