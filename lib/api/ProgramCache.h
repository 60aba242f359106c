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

/// The programs last used, by key. Safe to use from many threads; those that want the same program wait for a single making of it.
class ProgramCache {
public:
  explicit ProgramCache(std::size_t capacity) : capacity_(capacity) {}
  using Make = std::function<std::shared_ptr<const Program>()>;
  /// The program for `key`, made by `make` when there is none. What `make` throws reaches its caller and leaves no entry.
  std::shared_ptr<const Program> get(std::string_view key, const Make &make);

private:
  /// A program, or the promise of one: whoever holds the mutex first makes it. It never changes once `made` is true.
  struct Slot {
    std::mutex mutex;
    std::atomic<bool> made = false;
    std::shared_ptr<const Program> program;
  };
  struct Entry {
    std::string key;
    std::shared_ptr<Slot> slot;
  };
  using Position = std::list<Entry>::iterator;

  std::shared_ptr<Slot> slot(std::string_view key);
  void forget(std::string_view key, const Slot *slot);
  void drop(Position entry);

  const std::size_t capacity_;
  std::mutex mutex_;
  std::list<Entry> entries_;                             // most recently used first
  std::unordered_map<std::string_view, Position> index_; // keys are views of the entries'
};

} // namespace burin::detail
