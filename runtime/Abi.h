#pragma once
#include <cstddef>
#include <cstdint>
#include <source_location>
#include <span>
#include <string_view>

/// What compiled code and the runtime know of each other. Compiled code calls these by name; each is noexcept and
/// records a failure in the call's context, which the library throws after the call has returned.
namespace burin::runtime {

class EffectSite;
class NumericsSearch;

/// Who called an op that runs by itself: its compiled code serves all callers, so the code can't say.
struct Caller {
  std::string_view op;
  std::source_location location;
};

/// One running call of a compiled function. Compiled code knows where `failure`, `failed_at` and `extents` are.
struct CallContext {
  void *failure = nullptr;                  ///< a std::exception_ptr *, owned; null while all is well
  std::int64_t failed_at = -1;              ///< where the code stopped, if variables may have new values there
  const std::int64_t *extents = nullptr;    ///< for code that is for any (compiler::OpenLoops)
  const EffectSite *const *sites = nullptr; ///< what the function's effects are, by site number
  const NumericsSearch *search = nullptr;   ///< what looks into the function's guards; null if it has none
  const Caller *caller = nullptr;           ///< for messages; null: the op and the line that the code names
};
static_assert(offsetof(CallContext, failure) == 0 && offsetof(CallContext, failed_at) == 8);

/// A tensor as compiled code hands it to the runtime.
struct RuntimeTensor {
  const void *data = nullptr;
  const std::int64_t *extents = nullptr; ///< null if the code was made for known ones
};

/// What a task should cost at least, in units of about an instruction on one element: some ten microseconds.
inline constexpr std::int64_t kTaskWork = 1 << 20;

/// A compiled function: inputs, variables, results, scratch arena and call context behind `args`.
using Entry = void (*)(void **args);
/// A part of a compiled function that may run on several threads: the tasks `begin` to `end - 1`.
using Task = void (*)(void **args, std::int64_t begin, std::int64_t end);

/// A dense, row-major tensor, as a runtime kernel sees it.
struct KernelBuffer {
  void *data;
  const std::int64_t *extents;
  std::int64_t rank;
  std::int64_t dtype; ///< a burin::DType
};
/// One call of a runtime kernel.
struct KernelCall {
  const KernelBuffer *operands;
  const KernelBuffer *results;
  std::int64_t operand_count, result_count;
  const std::int64_t *numbers; ///< what the op's definition says besides operands and results, in its order
  const char *op;              ///< the user's op, for messages
  const char *place;           ///< "  (at train.cpp:41)", or nothing
};
/// What computes an op that is no loop nest. Fills the results, or fails the call and fills them with zeros.
using Kernel = void(CallContext *, const KernelCall *) noexcept;

struct KernelSymbol {
  const char *name; ///< `burin_rt_kernel_<op>`
  Kernel *kernel;
};
/// All kernels (runtime/kernels/Symbols.cpp).
std::span<const KernelSymbol> kernel_symbols() noexcept;

} // namespace burin::runtime

extern "C" {
/// Runs the function's effect number `site`, with `count` tensors. A failure is recorded; after one, nothing happens.
void burin_rt_effect(burin::runtime::CallContext *context, std::int64_t site, const burin::runtime::RuntimeTensor *tensors,
                     std::int64_t count) noexcept;
/// Looks, for the function's guard number `guard`, from `count` tensors for the op that made a NaN or an infinity. A failure is recorded.
void burin_rt_search_numerics(burin::runtime::CallContext *context, std::int64_t guard, const burin::runtime::RuntimeTensor *tensors,
                              std::int64_t count) noexcept;
/// Fails the call with an IndexError; `message` has {} where `index` goes. The first failure of a call counts.
void burin_rt_fail_index(burin::runtime::CallContext *context, const char *message, std::int64_t index) noexcept;
/// Fails the call with an Error of this text. The first failure of a call counts.
void burin_rt_fail(burin::runtime::CallContext *context, const char *message) noexcept;
/// Runs tasks 0 to `count - 1` on the thread pool; returns when all are done.
void burin_rt_parallel(burin::runtime::Task task, void **args, std::int64_t count) noexcept;
}
