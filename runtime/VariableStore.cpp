#include "runtime/VariableStore.h"
#include <algorithm>
#include <functional>
#include <mutex>

namespace burin::runtime {

BufferRef VariableState::read() {
  const std::scoped_lock lock(mutex_);
  return current_;
}

void VariableState::assign(BufferRef value) {
  const std::scoped_lock lock(mutex_);
  // Swapped, so that the old value, which may be large, is freed by `value` after the lock.
  std::swap(current_, value);
}

VariableLock::VariableLock(std::span<VariableState *const> variables) {
  if (variables.size() > few_.size()) many_.resize(variables.size());
  locked_ = many_.empty() ? std::span(few_).first(variables.size()) : std::span(many_);
  std::ranges::copy(variables, locked_.begin());
  std::ranges::sort(locked_, std::less<>()); // std::less orders unrelated pointers, too; `<` need not
  locked_ = locked_.first(static_cast<std::size_t>(std::ranges::unique(locked_).begin() - locked_.begin()));
  for (VariableState *variable : locked_) variable->mutex_.lock();
}

VariableLock::~VariableLock() {
  for (VariableState *variable : locked_) variable->mutex_.unlock();
}

} // namespace burin::runtime
