#include "compiler/lowering/Arena.h"
#include <algorithm>

namespace burin::compiler {

int64_t ArenaPlan::place(int64_t bytes, int64_t first, int64_t last) {
  bytes = std::max<int64_t>(kAlignment, (bytes + kAlignment - 1) / kAlignment * kAlignment);
  releaseBefore(first);
  const int64_t offset = takeFree(bytes);
  live.push_back({offset, bytes, last});
  return offset;
}

void ArenaPlan::releaseBefore(int64_t step) {
  bool released = false;
  std::erase_if(live, [&](const Block &block) {
    if (block.last >= step) return false;
    free.push_back(block);
    released = true;
    return true;
  });
  if (!released) return;
  std::sort(free.begin(), free.end(), [](const Block &a, const Block &b) { return a.offset < b.offset; });
  std::vector<Block> merged;
  for (const Block &block : free) {
    if (!merged.empty() && merged.back().offset + merged.back().bytes == block.offset) merged.back().bytes += block.bytes;
    else merged.push_back(block);
  }
  free = std::move(merged);
}

int64_t ArenaPlan::takeFree(int64_t bytes) {
  auto best = free.end();
  for (auto block = free.begin(); block != free.end(); ++block)
    if (block->bytes >= bytes && (best == free.end() || block->bytes < best->bytes)) best = block;
  if (best != free.end()) {
    const int64_t offset = best->offset;
    best->offset += bytes;
    best->bytes -= bytes;
    if (best->bytes == 0) free.erase(best);
    return offset;
  }
  // Grow the last free block if it touches the end, else open a new one there.
  if (!free.empty() && free.back().offset + free.back().bytes == end) {
    const int64_t offset = free.back().offset;
    free.pop_back();
    end = offset + bytes;
    return offset;
  }
  const int64_t offset = end;
  end += bytes;
  return offset;
}

} // namespace burin::compiler
