#include "lib/api/RecentOps.h"
#include "lib/api/TensorImpl.h"
#include <cstring>
#include <utility>

namespace burin::detail {

// Not an object with a destructor: static variables may still work on tensors when those of the main thread are gone.
[[gnu::tls_model("initial-exec")]] static constinit thread_local RecentOps *recent = nullptr;
[[gnu::tls_model("initial-exec")]] static constinit thread_local bool is_over = false;

namespace {
/// Frees what the thread has at its end.
struct ThreadEnd {
  ~ThreadEnd() {
    is_over = true;
    delete std::exchange(recent, nullptr);
  }
};
} // namespace

bool RecentOps::Entry::is_of(std::string_view name, std::span<const Tensor> tensors) const {
  if (name.size() != letters || tensors.size() != operands || vector_bits != detail::vector_bits()) return false;
  for (std::size_t i = 0; i < tensors.size(); ++i)
    if (tensors[i].impl()->dtype != dtypes[i] || !(tensors[i].impl()->shape == shapes[i])) return false;
  return std::memcmp(name.data(), op.data(), letters) == 0;
}

/// By the op's name, roughly, and the operands' extents: what tells the ops of one program apart.
RecentOps::Entry &RecentOps::place(std::string_view op, std::span<const Tensor> operands) {
  std::uint64_t hash = op.size() << 16 | static_cast<std::uint64_t>(op.front()) << 8 | static_cast<std::uint64_t>(op.back());
  for (const Tensor &operand : operands)
    for (const std::int64_t extent : operand.impl()->shape) hash = hash * 31 + static_cast<std::uint64_t>(extent);
  return recent->entries_[hash * 0x9e3779b97f4a7c15u >> 58];
}

const RecentOps::Code *RecentOps::find(std::string_view op, std::span<const Tensor> operands) {
  if (!recent) return nullptr;
  const Entry &entry = place(op, operands);
  return entry.is_of(op, operands) ? &entry.code : nullptr;
}

void RecentOps::keep(std::string_view op, std::span<const Tensor> operands, Code code) {
  if (is_over || op.size() > kMostLetters || operands.size() > kMostOperands) return;
  if (!recent) {
    static thread_local const ThreadEnd end;
    recent = new RecentOps;
  }
  Entry &entry = place(op, operands);
  std::memcpy(entry.op.data(), op.data(), op.size());
  entry.letters = static_cast<unsigned char>(op.size());
  entry.operands = static_cast<unsigned char>(operands.size());
  entry.vector_bits = vector_bits();
  for (std::size_t i = 0; i < operands.size(); ++i) {
    entry.dtypes[i] = operands[i].impl()->dtype;
    entry.shapes[i] = operands[i].impl()->shape;
  }
  entry.code = std::move(code);
}

} // namespace burin::detail
