#pragma once
#include "burin/DType.h"
#include "burin/Error.h"
#include "runtime/Abi.h"
#include "runtime/Buffer.h"
#include "runtime/Extents.h"
#include "runtime/Failure.h"
#include "runtime/ThreadPool.h"
#include <algorithm>
#include <cstring>
#include <exception>
#include <mutex>
#include <sstream>
#include <string>

/// What all kernels share: their frame, failures, scratch memory, threads, and how to walk along an axis.
namespace burin::runtime {

inline DType dtype_of(const KernelBuffer &buffer) { return static_cast<DType>(buffer.dtype); }
template <class T> T *data_of(const KernelBuffer &buffer) { return static_cast<T *>(buffer.data); }
inline std::span<const std::int64_t> extents_of(const KernelBuffer &buffer) {
  return {buffer.extents, static_cast<std::size_t>(buffer.rank)};
}
inline std::int64_t count_of(const KernelBuffer &buffer) { return element_count(extents_of(buffer)); }
inline std::size_t bytes_of(const KernelBuffer &buffer) { return static_cast<std::size_t>(count_of(buffer)) * byte_size(dtype_of(buffer)); }
/// `f32[4,3]`
std::string describe(const KernelBuffer &buffer);

/// `  (at train.cpp:41)`
std::string place_of(std::source_location location);

/// Throws `Kind`: `op: parts  (at train.cpp:41)`.
template <class Kind, class... Parts> [[noreturn]] void fail(const KernelCall &call, const Parts &...parts) {
  std::ostringstream text;
  text << call.op << ": ";
  (text << ... << parts);
  text << call.place;
  throw Kind(text.str());
}

/// Runs `body(call)`, which may throw, unless the call has failed already.
template <class Body> void run_kernel(CallContext *context, const KernelCall *call, Body body) noexcept {
  const auto clear = [call] {
    for (const KernelBuffer &result : std::span(call->results, static_cast<std::size_t>(call->result_count)))
      if (const std::size_t bytes = bytes_of(result)) std::memset(result.data, 0, bytes);
  };
  if (context->failure) return clear();
  try {
    if (!context->caller) return body(*call);
    const std::string op(context->caller->op), place = place_of(context->caller->location);
    KernelCall theirs = *call;
    theirs.op = op.c_str();
    theirs.place = place.c_str();
    body(theirs);
  } catch (...) {
    record_failure(*context);
    clear();
  }
}

/// Uninitialised memory for `count` values of a plain type, from the buffer pool; 64-byte aligned.
template <class T> class Scratch {
public:
  explicit Scratch(std::int64_t count)
      : count_(count), block_(allocate(static_cast<std::size_t>(std::max<std::int64_t>(1, count)) * sizeof(T))) {}
  T *data() { return static_cast<T *>(block_->data()); }
  T &operator[](std::int64_t i) { return data()[i]; }
  T *begin() { return data(); }
  T *end() { return data() + count_; }

private:
  std::int64_t count_;
  BufferRef block_;
};

/// Runs `body(i)` for 0 to `count - 1` on the thread pool where `work` (some nanoseconds in all) pays for it. What `body`
/// throws for the least `i` that throws is thrown here.
template <class Body> void for_each_task(std::int64_t count, std::int64_t work, Body body) {
  constexpr std::int64_t kWorthThreads = 50'000;
  if (count < 2 || work < kWorthThreads) {
    for (std::int64_t i = 0; i < count; ++i) body(i);
    return;
  }
  struct Frame {
    Body &body;
    std::mutex mutex;
    std::int64_t failed;
    std::exception_ptr failure;
  } frame{body, {}, count, {}};
  void *arguments[] = {&frame};
  parallel_for(
      [](void **args, std::int64_t begin, std::int64_t end) {
        auto &frame = *static_cast<Frame *>(args[0]);
        for (std::int64_t i = begin; i < end; ++i) {
          try {
            frame.body(i);
          } catch (...) {
            const std::lock_guard lock(frame.mutex);
            if (i < frame.failed) {
              frame.failed = i;
              frame.failure = std::current_exception();
            }
          }
        }
      },
      arguments, count);
  if (frame.failure) std::rethrow_exception(frame.failure);
}

/// A tensor as lines along one axis: `outer` times `inner` lines of `length` elements, `inner` elements apart.
struct Lines {
  std::int64_t outer, length, inner;

  Lines(const KernelBuffer &buffer, std::int64_t axis)
      : outer(element_count(extents_of(buffer).first(static_cast<std::size_t>(axis)))), length(buffer.extents[axis]),
        inner(element_count(extents_of(buffer).subspan(static_cast<std::size_t>(axis) + 1))) {}

  std::int64_t count() const { return outer * inner; }
  /// The first element of line `i`.
  std::int64_t start(std::int64_t i) const { return i / inner * length * inner + i % inner; }
};

} // namespace burin::runtime
