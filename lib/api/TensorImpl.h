#pragma once
#include "burin/Tensor.h"
#include "runtime/Buffer.h"
#include <atomic>
#include <cstdint>
#include <memory>

namespace burin::detail {

class Trace;

/// What a symbolic tensor stands for: value number `index` of a trace.
struct SymbolicValue {
  std::shared_ptr<Trace> trace;
  std::size_t index = 0;
};

struct TensorImpl {
  std::atomic<std::uint32_t> references{1};
  DType dtype = DType::F32;
  Shape shape;
  runtime::BufferRef buffer;               // concrete: holds `data` alive
  void *data = nullptr;                    // concrete: the first element
  std::unique_ptr<SymbolicValue> symbolic; // symbolic, else null
};

/// A handle's target, concrete unless `symbolic` is set later; the caller owns the one reference.
TensorImpl *new_impl(DType dtype, const Shape &shape, runtime::BufferRef buffer, void *data);

/// A concrete tensor on `buffer`.
Tensor wrap(DType dtype, const Shape &shape, runtime::BufferRef buffer);

/// A concrete tensor of arbitrary content, to be filled before anyone else sees it. Throws ShapeError if its bytes
/// can't be counted.
Tensor uninitialised(DType dtype, const Shape &shape, std::string_view op, std::source_location location);

/// Bytes of a dense tensor. Throws ShapeError for more than 2^63 - 1.
std::size_t checked_bytes(DType dtype, const Shape &shape, std::string_view op, std::source_location location);

inline bool is_symbolic(const Tensor &tensor) { return tensor.impl()->symbolic != nullptr; }

} // namespace burin::detail
