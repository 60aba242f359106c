#include "compiler/Compiler.h"
#include "compiler/jit/Jit.h"
#include "compiler/pipeline/Module.h"
#include "runtime/Signals.h"
#include <future>
#include <pthread.h>
#include <sys/resource.h>
#include <system_error>
#include <thread>
#include <unistd.h>

namespace burin::compiler {

static constexpr int kNiceness = 10; // where threads share a processor, the caller goes first

static void warmUp() {
  setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNiceness); // of this thread
  // The back end first: the caller's own thread, on its way to a first compilation, comes to it last.
  compileSmallKernel(hostTarget(0));
  if (!anyContext()) ContextLease lease; // not a Module: that would make this thread wait for its own end
}

static std::shared_future<void> start() {
  if (std::thread::hardware_concurrency() < 2) return {};
  try {
    const runtime::BlockSignals guard;
    return std::async(std::launch::async, warmUp);
  } catch (const std::system_error &) {
    return {}; // no thread to be had: the first compilation does it all
  }
}

static const std::shared_future<void> &running() {
  static const auto &future = *new std::shared_future<void>(start()); // never destroyed: threads may end after statics do
  return future;
}

static void waitForEnd() {
  if (running().valid()) running().wait();
}

namespace {
/// Waits for the thread when the caller's thread ends. exit() ends that before anything else: statics that LLVM has made meanwhile, on our
/// thread, would be destroyed under its hands if the wait were among theirs.
struct Waiter {
  ~Waiter() { waitForEnd(); }
};
} // namespace

void warm_up() {
  // The child of a fork has no such thread, for whose end it would wait forever, while LLVM would be as the thread left it.
  static const int registered = running().valid() ? pthread_atfork(waitForEnd, nullptr, nullptr) : 0;
  (void)registered; // without memory for it, forks don't wait
  thread_local const Waiter waiter;
}

} // namespace burin::compiler
