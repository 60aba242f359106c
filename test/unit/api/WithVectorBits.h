#pragma once
#include <burin/burin.h>

namespace burin::test {

/// Forgets what was compiled for other options and sets these, for as long as it lives.
class WithVectorBits {
public:
  explicit WithVectorBits(int bits) : before_(options()) {
    Options changed = before_;
    changed.vector_bits = bits;
    set_options(changed);
  }
  ~WithVectorBits() { set_options(before_); }

private:
  Options before_;
};

} // namespace burin::test
