#include "lib/api/ProgramCache.h"

namespace burin::detail {

std::shared_ptr<ProgramCache::Slot> ProgramCache::slot(std::string_view key) {
  const std::lock_guard lock(mutex_);
  if (auto found = index_.find(key); found != index_.end()) {
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->slot;
  }
  entries_.push_front({std::string(key), std::make_shared<Slot>()});
  index_.emplace(entries_.front().key, entries_.begin());
  if (entries_.size() > capacity_) drop(std::prev(entries_.end()));
  return entries_.front().slot;
}

void ProgramCache::forget(std::string_view key, const Slot *slot) {
  const std::lock_guard lock(mutex_);
  if (auto found = index_.find(key); found != index_.end() && found->second->slot.get() == slot) drop(found->second);
}

void ProgramCache::drop(Position entry) {
  index_.erase(entry->key);
  entries_.erase(entry);
}

std::shared_ptr<const Program> ProgramCache::get(std::string_view key, const Make &make) {
  const std::shared_ptr<Slot> found = slot(key);
  if (found->made.load(std::memory_order_acquire)) return found->program;
  const std::lock_guard lock(found->mutex);
  if (found->made.load(std::memory_order_relaxed)) return found->program;
  try {
    found->program = make();
    found->made.store(true, std::memory_order_release);
    return found->program;
  } catch (...) {
    forget(key, found.get());
    throw;
  }
}

} // namespace burin::detail
