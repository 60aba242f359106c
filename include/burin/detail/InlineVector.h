#pragma once
#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <type_traits>

namespace burin::detail {

/// A vector of plain values whose first `N` live in the object itself, uninitialised until pushed: a call's arguments
/// are gathered in it without touching the heap.
template <class T, std::size_t N> class InlineVector {
  static_assert(std::is_trivially_copyable_v<T>);

public:
  InlineVector() = default;
  InlineVector(const InlineVector &) = delete;
  InlineVector &operator=(const InlineVector &) = delete;

  void push_back(T value) {
    if (size_ == capacity_) grow(size_ + 1);
    std::memcpy(static_cast<void *>(data_ + size_++), &value, sizeof(T));
  }
  void append(const T *values, std::size_t count) {
    if (size_ + count > capacity_) grow(size_ + count);
    if (count) std::memcpy(static_cast<void *>(data_ + size_), values, count * sizeof(T));
    size_ += count;
  }

  /// New elements are uninitialised.
  void resize(std::size_t size) {
    if (size > capacity_) grow(size);
    size_ = size;
  }

  T *data() { return data_; }
  const T *data() const { return data_; }
  std::size_t size() const { return size_; }
  T &operator[](std::size_t i) { return data_[i]; }
  const T &operator[](std::size_t i) const { return data_[i]; }
  T *begin() { return data_; }
  T *end() { return data_ + size_; }
  const T *begin() const { return data_; }
  const T *end() const { return data_ + size_; }

private:
  void grow(std::size_t needed) {
    const std::size_t capacity = std::max(needed, 2 * capacity_);
    std::unique_ptr<std::byte[]> block(new std::byte[capacity * sizeof(T)]);
    if (size_) std::memcpy(block.get(), data_, size_ * sizeof(T));
    data_ = reinterpret_cast<T *>(block.get());
    heap_ = std::move(block);
    capacity_ = capacity;
  }

  T *data_ = reinterpret_cast<T *>(inline_);
  std::size_t size_ = 0;
  std::size_t capacity_ = N;
  std::unique_ptr<std::byte[]> heap_;
  alignas(T) std::byte inline_[N * sizeof(T)];
};

} // namespace burin::detail
