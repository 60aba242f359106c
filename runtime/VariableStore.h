#pragma once
#include "burin/DType.h"
#include "runtime/Buffer.h"
#include "runtime/RecursiveLock.h"
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace burin::runtime {

/// What a variable is while the program runs: a place that holds a buffer. Shared by handles and traces that use it.
class VariableState {
public:
  VariableState(std::string name, DType dtype, std::vector<std::int64_t> extents, BufferRef initial = nullptr)
      : name_(std::move(name)), dtype_(dtype), extents_(std::move(extents)), current_(std::move(initial)) {}
  VariableState(const VariableState &) = delete;
  VariableState &operator=(const VariableState &) = delete;

  const std::string &name() const { return name_; }
  DType dtype() const { return dtype_; }
  const std::vector<std::int64_t> &extents() const { return extents_; }

  /// The value, null while uninitialised. As the reference makes the buffer shared, later updates leave it as it is.
  /// Waits while another thread's call updates the variable.
  BufferRef read();
  void assign(BufferRef value);

  // For the holder of a VariableLock.
  const BufferRef &current() const { return current_; }
  void replace(BufferRef value) { current_ = std::move(value); }
  /// Whether nobody else holds or owns the buffer, so that it may be updated in place (rule S5).
  bool unique() const { return current_ && current_->writable(); }

private:
  friend class VariableLock;

  const std::string name_;
  const DType dtype_;
  const std::vector<std::int64_t> extents_;
  // Recursive: a host callback in a call that updates the variable may read it.
  RecursiveLock mutex_;
  BufferRef current_;
};

/// Holds the variables that a call writes from its start to its end, so that updates are atomic as a whole (rule S6).
/// The same variable may be listed twice. Locks in the order of addresses, the same for all, so calls can't deadlock.
class VariableLock {
public:
  explicit VariableLock(std::span<VariableState *const> variables);
  ~VariableLock();
  VariableLock(const VariableLock &) = delete;
  VariableLock &operator=(const VariableLock &) = delete;

private:
  std::array<VariableState *, 16> few_; // spares the allocation in the common case
  std::vector<VariableState *> many_;
  std::span<VariableState *> locked_;
};

} // namespace burin::runtime
