#pragma once
#include <cstdint>
#include <vector>

namespace burin::compiler {

/// Places temporaries in one block of memory. Each lives from one step of the program to a later one; two may share bytes if
/// no step sees both. Best fit in the order of first steps.
class ArenaPlan {
public:
  static constexpr int64_t kAlignment = 64;

  /// Asks for `bytes` that live in steps `first` to `last`. Steps must not decrease from call to call. Gives the offset.
  int64_t place(int64_t bytes, int64_t first, int64_t last);
  /// Bytes of the whole arena.
  int64_t size() const { return end; }

private:
  struct Block {
    int64_t offset, bytes, last;
  };
  void releaseBefore(int64_t step);
  int64_t takeFree(int64_t bytes);

  std::vector<Block> live; // by offset
  std::vector<Block> free; // by offset, neighbours merged
  int64_t end = 0;
};

} // namespace burin::compiler
