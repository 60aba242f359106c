#pragma once
#include <cstdint>

/// What compiled code and the runtime know of each other. Compiled code calls these by name; each is noexcept and
/// records a failure in the call's context, which the library throws after the call has returned.
namespace burin::runtime {

struct PrintSite;

/// One running call of a compiled function.
struct CallContext {
  void *failure = nullptr;                ///< a std::exception_ptr *, owned; null while all is well
  const PrintSite *print_sites = nullptr; ///< one for each `burin.print` of the function, by site number
};

/// A tensor as compiled code hands it to the runtime.
struct RuntimeTensor {
  const void *data = nullptr;
  const std::int64_t *extents = nullptr; ///< null if the code was made for known ones
};

/// A compiled function: inputs, variables, results, scratch arena and call context behind `args`.
using Entry = void (*)(void **args);
/// A part of a compiled function that may run on several threads: the tasks `begin` to `end - 1`.
using Task = void (*)(void **args, std::int64_t begin, std::int64_t end);

} // namespace burin::runtime

extern "C" {
/// Prints the operands of print site `site`.
void burin_rt_print(burin::runtime::CallContext *context, std::int64_t site,
                    const burin::runtime::RuntimeTensor *operands) noexcept;
/// Fails the call with an IndexError; `message` has {} where `index` goes. The first failure of a call counts.
void burin_rt_fail_index(burin::runtime::CallContext *context, const char *message, std::int64_t index) noexcept;
/// Runs tasks 0 to `count - 1` on the thread pool; returns when all are done.
void burin_rt_parallel(burin::runtime::Task task, void **args, std::int64_t count) noexcept;
}
