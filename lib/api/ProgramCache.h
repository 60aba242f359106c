#pragma once
#include "lib/api/Program.h"
#include <atomic>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace burin::detail {

/// What was used last of things that are made for a key. Safe to use from many threads; those that want the same thing wait for a single
/// making of it.
template <class Made> class MakingCache {
public:
  explicit MakingCache(std::size_t capacity) : capacity_(capacity) {}
  std::size_t capacity() const { return capacity_; }
  using Make = std::function<std::shared_ptr<Made>()>;

  /// What there is for `key`, made by `make` when there is none. What `make` throws reaches its caller and leaves no entry.
  std::shared_ptr<Made> get(std::string_view key, const Make &make) {
    const std::shared_ptr<Slot> found = slot(key);
    if (found->is_made.load(std::memory_order_acquire)) return found->made;
    const std::lock_guard lock(found->mutex);
    if (found->is_made.load(std::memory_order_relaxed)) return found->made;
    try {
      found->made = make();
      found->is_made.store(true, std::memory_order_release);
      return found->made;
    } catch (...) {
      forget(key, found.get());
      throw;
    }
  }

private:
  /// A thing, or the promise of one: whoever holds the mutex first makes it. It never changes once `is_made` is true.
  struct Slot {
    std::mutex mutex;
    std::atomic<bool> is_made = false;
    std::shared_ptr<Made> made;
  };
  struct Entry {
    std::string key;
    std::shared_ptr<Slot> slot;
  };
  using Position = typename std::list<Entry>::iterator;

  std::shared_ptr<Slot> slot(std::string_view key) {
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

  void forget(std::string_view key, const Slot *slot) {
    const std::lock_guard lock(mutex_);
    if (auto found = index_.find(key); found != index_.end() && found->second->slot.get() == slot) drop(found->second);
  }

  void drop(Position entry) {
    index_.erase(entry->key);
    entries_.erase(entry);
  }

  const std::size_t capacity_;
  std::mutex mutex_;
  std::list<Entry> entries_;                             // most recently used first
  std::unordered_map<std::string_view, Position> index_; // keys are views of the entries'
};

/// The programs last used.
using ProgramCache = MakingCache<const Program>;

} // namespace burin::detail
