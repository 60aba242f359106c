#include "runtime/kernels/Library.h"
#include "burin/Error.h"
#include <dlfcn.h>

namespace burin::runtime {

Library::Library(std::initializer_list<const char *> files, std::string names) : names_(std::move(names)) {
  for (const char *file : files) {
    handle_ = dlopen(file, RTLD_LAZY | RTLD_LOCAL | RTLD_NOLOAD);
    was_loaded_ = handle_ != nullptr;
    if (!handle_) handle_ = dlopen(file, RTLD_LAZY | RTLD_LOCAL);
    if (handle_) return;
    const char *error = dlerror();
    failure_ += (failure_.empty() ? "" : "; ") + std::string(error ? error : file);
  }
}

void *Library::find(const char *symbol) const { return handle_ ? dlsym(handle_, symbol) : nullptr; }

void *Library::address(const char *symbol) const {
  if (!handle_) throw Error(names_ + " can't be loaded: " + failure_);
  if (void *found = find(symbol)) return found;
  throw Error(names_ + " has no " + symbol);
}

} // namespace burin::runtime
