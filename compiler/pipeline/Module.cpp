#include "compiler/pipeline/Module.h"
#include "compiler/Compiler.h"
#include <mutex>
#include <vector>

using namespace mlir;

namespace burin::compiler {

namespace {
// A context keeps each type, attribute and location that it ever saw. One that made this many modules is thrown away.
constexpr int kMaxUses = 512;
constexpr size_t kMaxIdle = 8;

struct PooledContext {
  std::unique_ptr<MLIRContext> context;
  int uses = 0;
};

struct ContextPool {
  std::mutex mutex;
  std::vector<PooledContext> idle;
  std::vector<std::pair<MLIRContext *, int>> uses; // of those that are lent
};

// Never destroyed: functions in static variables may outlive it otherwise.
ContextPool &pool() {
  static auto *instance = new ContextPool;
  return *instance;
}

std::unique_ptr<MLIRContext> makeContext() {
  static const DialectRegistry *registry = [] {
    auto *made = new DialectRegistry;
    registerDialects(*made);
    return made;
  }();
  auto context = std::make_unique<MLIRContext>(*registry, MLIRContext::Threading::DISABLED);
  context->loadAllAvailableDialects();
  return context;
}
} // namespace

bool anyContext() {
  ContextPool &p = pool();
  std::lock_guard lock(p.mutex);
  return !p.idle.empty() || !p.uses.empty();
}

ContextLease::ContextLease() {
  ContextPool &p = pool();
  {
    std::lock_guard lock(p.mutex);
    if (!p.idle.empty()) {
      PooledContext taken = std::move(p.idle.back());
      p.idle.pop_back();
      context = std::move(taken.context);
      p.uses.emplace_back(context.get(), taken.uses + 1);
      return;
    }
  }
  context = makeContext();
  std::lock_guard lock(p.mutex);
  p.uses.emplace_back(context.get(), 1);
}

ContextLease::~ContextLease() {
  ContextPool &p = pool();
  std::lock_guard lock(p.mutex);
  auto lent = std::find_if(p.uses.begin(), p.uses.end(), [&](auto &entry) { return entry.first == context.get(); });
  const int uses = lent->second;
  p.uses.erase(lent);
  if (uses < kMaxUses && p.idle.size() < kMaxIdle) p.idle.push_back({std::move(context), uses});
}

static ContextLease leaseForModule() {
  warm_up();
  return {};
}

Module::Module(std::string functionName)
    : lease(leaseForModule()), module(ModuleOp::create(UnknownLoc::get(&*lease))), name(std::move(functionName)) {}

} // namespace burin::compiler
