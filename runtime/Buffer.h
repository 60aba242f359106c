#pragma once
#include "runtime/Poison.h"
#include "runtime/SizeClasses.h"
#include "runtime/ThreadCache.h"
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>

namespace burin::runtime {

/// A reference-counted block of memory; handled through BufferRef. The data is 64-byte aligned (unless adopted) and
/// starts out with arbitrary content. Any thread may drop the last reference.
class alignas(64) Buffer {
public:
  Buffer(void *data, std::size_t capacity, int size_class)
      : size_class_(size_class), capacity_(capacity), data_(data) {}

  void *data() const { return data_; }
  std::size_t bytes() const { return bytes_; }       ///< as asked for
  std::size_t capacity() const { return capacity_; } ///< as usable, at least `bytes()`

  /// Whether the caller, who must hold a reference, holds the only one.
  bool unique() const { return references_.load(std::memory_order_acquire) == 1; }
  /// Whether the caller may write, too: somebody else's memory is never written.
  bool writable() const { return unique() && size_class_ != kForeign; }

  void retain() { references_.fetch_add(1, std::memory_order_relaxed); }
  void release() {
    // The sole owner needs no atomic decrement: nobody is left who could add a reference meanwhile.
    if (unique() || references_.fetch_sub(1, std::memory_order_acq_rel) == 1) recycle();
  }

  Buffer *next_free = nullptr; ///< for the pool, while free

private:
  friend class SharedPool;
  friend Buffer *allocate_buffer(std::size_t);
  friend Buffer *allocate_buffer_slowly(std::size_t);
  friend Buffer *adopt_buffer(void *, std::size_t, std::function<void()>);
  friend void free_system_block(Buffer *) noexcept;

  void start(std::size_t bytes) {
    references_.store(1, std::memory_order_relaxed);
    bytes_ = bytes;
    unpoison(data_, bytes);
  }
  inline void recycle();
  void recycle_slowly() noexcept;

  std::atomic<std::uint32_t> references_{1};
  int size_class_; // kForeign: adopted
  std::size_t bytes_ = 0;
  std::size_t capacity_;
  void *data_;

  static constexpr int kForeign = -1;
};

/// The pool's slow path: other threads' free blocks, then the system.
Buffer *allocate_buffer_slowly(std::size_t bytes);

inline Buffer *allocate_buffer(std::size_t bytes) {
  const int size = size_class(bytes);
  if (ThreadCache *cache = thread_cache; cache && size < kMappedClass)
    if (Buffer *buffer = cache->buffers[static_cast<std::size_t>(size)].pop()) {
      cache->count_hit();
      buffer->start(bytes);
      return buffer;
    }
  return allocate_buffer_slowly(bytes);
}

inline void Buffer::recycle() {
  // As unsigned, a foreign buffer's -1 is out of range, too.
  if (ThreadCache *cache = thread_cache; cache && static_cast<unsigned>(size_class_) < kMappedClass) {
    poison(data_, capacity_);
    if (cache->buffers[static_cast<std::size_t>(size_class_)].push(this)) return;
  }
  recycle_slowly();
}

/// A counted reference to a Buffer, or null.
class BufferRef {
public:
  BufferRef() = default;
  BufferRef(std::nullptr_t) {}
  /// Takes over the reference that the caller holds.
  static BufferRef take(Buffer *buffer) {
    BufferRef reference;
    reference.buffer_ = buffer;
    return reference;
  }
  BufferRef(const BufferRef &other) : buffer_(other.buffer_) {
    if (buffer_) buffer_->retain();
  }
  BufferRef(BufferRef &&other) noexcept : buffer_(std::exchange(other.buffer_, nullptr)) {}
  BufferRef &operator=(BufferRef other) noexcept {
    std::swap(buffer_, other.buffer_);
    return *this;
  }
  ~BufferRef() {
    if (buffer_) buffer_->release();
  }

  Buffer *get() const { return buffer_; }
  Buffer *operator->() const { return buffer_; }
  explicit operator bool() const { return buffer_ != nullptr; }
  friend bool operator==(const BufferRef &, const BufferRef &) = default;

private:
  Buffer *buffer_ = nullptr;
};

/// A buffer of at least `bytes`, from the pool where it has one. Throws Error when the memory isn't there.
inline BufferRef allocate(std::size_t bytes) { return BufferRef::take(allocate_buffer(bytes)); }

/// Memory that somebody else owns; `release` runs once, when the last reference goes, on whichever thread that is.
BufferRef adopt(void *data, std::size_t bytes, std::function<void()> release);

} // namespace burin::runtime
