#include "burin/Register.h"
#include <mutex>

namespace burin {

namespace {

struct Registry {
  std::mutex mutex;
  std::vector<RegisteredFunction> functions;
};

} // namespace

static Registry &registry() {
  // Never destroyed: functions of libraries that are unloaded before would be.
  static auto *registry = new Registry;
  return *registry;
}

void detail::add_registered_function(RegisteredFunction function) {
  const std::lock_guard lock(registry().mutex);
  registry().functions.push_back(std::move(function));
}

std::vector<RegisteredFunction> registered_functions() {
  const std::lock_guard lock(registry().mutex);
  return registry().functions;
}

} // namespace burin
