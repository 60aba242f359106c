#pragma once
#include <cstddef>

#if defined(__SANITIZE_ADDRESS__)
#define BURIN_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define BURIN_ASAN 1
#endif
#endif
#ifdef BURIN_ASAN
#include <sanitizer/asan_interface.h>
#endif

/// A pool hides use after free from AddressSanitizer; these tell it which pooled bytes nobody may touch.
namespace burin::runtime {

inline void poison([[maybe_unused]] void *data, [[maybe_unused]] std::size_t bytes) {
#ifdef BURIN_ASAN
  __asan_poison_memory_region(data, bytes);
#endif
}

inline void unpoison([[maybe_unused]] void *data, [[maybe_unused]] std::size_t bytes) {
#ifdef BURIN_ASAN
  __asan_unpoison_memory_region(data, bytes);
#endif
}

} // namespace burin::runtime
