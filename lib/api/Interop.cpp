// Memory of others.
#include "burin/interop/Memory.h"
#include "lib/api/Errors.h"
#include "lib/api/TensorImpl.h"
#include <cstring>

namespace burin::detail {

Tensor adopt_memory(DType dtype, const Shape &shape, const void *data, std::function<void()> release, std::source_location location) {
  const std::size_t bytes = checked_bytes(dtype, shape, "from_memory", location);
  const std::size_t alignment = byte_size(dtype) / (is_complex(dtype) ? 2 : 1);
  if (!data && bytes != 0)
    throw_error<Error>("from_memory", location, "the address is null, but ", describe(dtype, shape), " has ", bytes, " bytes");
  if (reinterpret_cast<std::uintptr_t>(data) % alignment != 0)
    throw_error<Error>("from_memory", location, "the address is no multiple of ", alignment, ", as elements of ", name(dtype), " want it");
  // Buffers are written by nobody who doesn't ask whether they are writable, and this one isn't.
  return wrap(dtype, shape, runtime::adopt(const_cast<void *>(data), bytes, std::move(release)));
}

Tensor copy_strided(DType dtype, const Shape &shape, const void *data, std::span<const std::int64_t> strides,
                    std::source_location location) {
  const Tensor result = uninitialised(dtype, shape, "from_strided", location);
  const std::int64_t count = shape.element_count();
  const auto size = static_cast<std::int64_t>(byte_size(dtype));
  auto *to = static_cast<char *>(result.impl()->data);
  std::array<std::int64_t, kMaxRank> index{};
  for (std::int64_t i = 0; i < count; ++i, to += size) {
    std::int64_t offset = 0;
    for (std::size_t axis = 0; axis < strides.size(); ++axis) offset += index[axis] * strides[axis];
    std::memcpy(to, static_cast<const char *>(data) + offset * size, static_cast<std::size_t>(size));
    for (int axis = shape.rank(); axis-- > 0;) {
      if (++index[static_cast<std::size_t>(axis)] < shape[axis]) break;
      index[static_cast<std::size_t>(axis)] = 0;
    }
  }
  return result;
}

[[noreturn]] void throw_wrong_rank(const Tensor &tensor, int wanted, const char *call, std::source_location location) {
  throw_error<ShapeError>(call, location, "expected rank ", wanted, ", found ", describe(tensor), " of rank ", tensor.rank());
}

} // namespace burin::detail
