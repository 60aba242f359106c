#pragma once
#include "burin/interop/Memory.h"
#include <dlpack/dlpack.h>
#include <memory>
#include <string>
#include <vector>

/// Tensors to and from other libraries by DLPack, without a copy. For programs that have its header; Burin itself has not.
namespace burin {

namespace detail {

/// Codes that older versions of the header lack.
inline constexpr int kDlBfloat = 4, kDlComplex = 5, kDlBool = 6;

inline DLDataType dl_type(DType dtype) {
  const int code = dtype == DType::Bool         ? kDlBool
                   : dtype == DType::BF16       ? kDlBfloat
                   : is_signed_integer(dtype)   ? kDLInt
                   : is_unsigned_integer(dtype) ? kDLUInt
                   : is_complex(dtype)          ? kDlComplex
                                                : kDLFloat;
  return {static_cast<std::uint8_t>(code), static_cast<std::uint8_t>(8 * byte_size(dtype)), 1};
}

/// Throws DTypeError for a type that no tensor has.
inline DType dtype_of_dl(DLDataType type, std::source_location location) {
  for (int i = 0; i < kDTypeCount; ++i) {
    const DLDataType own = dl_type(static_cast<DType>(i));
    if (own.code == type.code && own.bits == type.bits && own.lanes == type.lanes) return static_cast<DType>(i);
  }
  throw DTypeError("from_dlpack: no dtype has code " + std::to_string(type.code) + ", " + std::to_string(type.bits) + " bits and " +
                   std::to_string(type.lanes) + " lanes  (at " + location.file_name() + ":" + std::to_string(location.line()) + ")");
}

struct DlExport {
  explicit DlExport(Tensor exported) : tensor(std::move(exported)), extents(tensor.shape().begin(), tensor.shape().end()) {
    strides.resize(extents.size());
    std::int64_t stride = 1;
    for (std::size_t i = extents.size(); i-- > 0; stride *= extents[i]) strides[i] = stride;
  }
  Tensor tensor;
  std::vector<std::int64_t> extents, strides;
  DLManagedTensor managed{};
};

inline bool is_dense(const DLTensor &tensor) {
  if (!tensor.strides) return true;
  std::int64_t stride = 1;
  for (int i = tensor.ndim; i-- > 0; stride *= tensor.shape[i])
    if (tensor.shape[i] > 1 && tensor.strides[i] != stride) return false;
  return true;
}

} // namespace detail

/// A concrete tensor for another library, which must not write to it and must call `deleter` when done. It shares the tensor's data
/// and keeps it alive. Throws SymbolicValueError for a symbolic tensor.
inline DLManagedTensor *to_dlpack(const Tensor &tensor, std::source_location location = std::source_location::current()) {
  const void *data = detail::checked_data(tensor, tensor.defined() ? tensor.dtype() : DType::F32, "to_dlpack", location);
  auto made = std::make_unique<detail::DlExport>(tensor);
  DLTensor &dense = made->managed.dl_tensor;
  dense.data = const_cast<void *>(data);
  dense.device = {kDLCPU, 0};
  dense.ndim = tensor.rank();
  dense.dtype = detail::dl_type(tensor.dtype());
  dense.shape = made->extents.data();
  dense.strides = made->strides.data();
  made->managed.manager_ctx = made.get();
  made->managed.deleter = [](DLManagedTensor *self) { delete static_cast<detail::DlExport *>(self->manager_ctx); };
  return &made.release()->managed;
}

/// A tensor on another library's memory, which it takes over: `deleter` runs when the last handle goes, or at once if the elements
/// had to be copied since they were not in row-major order. The other library must not change them meanwhile.
///
/// Throws DTypeError for an element type that no tensor has, Error for memory of another device; the caller keeps `managed` then.
inline Tensor from_dlpack(DLManagedTensor *managed, std::source_location location = std::source_location::current()) {
  const DLTensor &source = managed->dl_tensor;
  if (source.device.device_type != kDLCPU && source.device.device_type != kDLCUDAHost)
    throw Error("from_dlpack: the memory is a device's of type " + std::to_string(source.device.device_type) + ", not the host's");
  const DType dtype = detail::dtype_of_dl(source.dtype, location);
  const Shape shape(std::span<const std::int64_t>(source.shape, static_cast<std::size_t>(source.ndim)), location);
  const char *data = static_cast<const char *>(source.data) + source.byte_offset;
  const auto release = [managed] {
    if (managed->deleter) managed->deleter(managed);
  };
  if (detail::is_dense(source) && shape.element_count() != 0) return detail::adopt_memory(dtype, shape, data, release, location);
  const std::span<const std::int64_t> strides(source.strides, source.strides ? static_cast<std::size_t>(source.ndim) : 0);
  const Tensor copy = shape.element_count() == 0 ? detail::make_tensor(dtype, shape, nullptr, 0, location)
                                                 : detail::copy_strided(dtype, shape, data, strides, location);
  release();
  return copy;
}

} // namespace burin
