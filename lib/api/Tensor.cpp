#include "burin/Tensor.h"
#include "lib/api/Errors.h"
#include "lib/api/NumpyFormat.h"
#include "lib/api/TensorImpl.h"
#include "lib/trace/Trace.h"
#include "runtime/Half.h"
#include "runtime/SmallBlocks.h"
#include <algorithm>
#include <cstring>
#include <limits>
#include <new>
#include <ostream>

namespace burin {

using namespace detail;

// --- handles -------------------------------------------------------------------------------------------------------

namespace detail {

TensorImpl *new_impl(DType dtype, const Shape &shape, runtime::BufferRef buffer, void *data) {
  auto *impl = new (runtime::allocate_small(sizeof(TensorImpl))) TensorImpl;
  impl->dtype = dtype;
  impl->shape = shape;
  impl->buffer = std::move(buffer);
  impl->data = data;
  return impl;
}

void retain(TensorImpl *impl) noexcept { impl->references.fetch_add(1, std::memory_order_relaxed); }

void release(TensorImpl *impl) noexcept {
  // The sole owner needs no atomic decrement: nobody is left who could add a reference meanwhile.
  if (impl->references.load(std::memory_order_acquire) != 1 && impl->references.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  impl->~TensorImpl();
  runtime::release_small(impl, sizeof(TensorImpl));
}

Tensor wrap(DType dtype, const Shape &shape, runtime::BufferRef buffer) {
  void *data = buffer->data();
  return Tensor(new_impl(dtype, shape, std::move(buffer), data));
}

std::size_t checked_bytes(DType dtype, const Shape &shape, std::string_view op, std::source_location location) {
  if (!shape.is_static())
    throw_error<ShapeError>(op, location, "a tensor ", describe(dtype, shape),
                            " has an extent that is known only when the function is called");
  std::int64_t bytes = static_cast<std::int64_t>(byte_size(dtype));
  bool overflow = false, empty = false;
  for (std::int64_t extent : shape) {
    empty |= extent == 0;
    overflow |= __builtin_mul_overflow(bytes, extent, &bytes);
  }
  if (empty) return 0;
  if (overflow) throw_error<ShapeError>(op, location, "a tensor ", describe(dtype, shape), " has more than 2^63 - 1 bytes");
  return static_cast<std::size_t>(bytes);
}

Tensor uninitialised(DType dtype, const Shape &shape, std::string_view op, std::source_location location) {
  const std::size_t bytes = checked_bytes(dtype, shape, op, location);
  try {
    return wrap(dtype, shape, runtime::allocate(bytes));
  } catch (const Error &error) { throw_error<Error>(op, location, describe(dtype, shape), ": ", error.what()); }
}

Tensor make_tensor(DType dtype, const Shape &shape, const void *data, std::int64_t count, std::source_location location) {
  Tensor result = uninitialised(dtype, shape, "tensor", location);
  if (count != shape.element_count())
    throw_error<ShapeError>("tensor", location, "shape ", shape.to_string(), " has ", shape.element_count(), " elements, but ", count,
                            " values were given");
  if (count != 0) std::memcpy(result.impl()->data, data, static_cast<std::size_t>(count) * byte_size(dtype));
  return result;
}

} // namespace detail

// --- what a tensor is ----------------------------------------------------------------------------------------------

static const TensorImpl &defined_impl(const Tensor &tensor) {
  require_defined(tensor, "tensor", {});
  return *tensor.impl();
}

bool Tensor::is_symbolic() const { return defined_impl(*this).symbolic != nullptr; }
DType Tensor::dtype() const { return defined_impl(*this).dtype; }
const Shape &Tensor::shape() const { return defined_impl(*this).shape; }
std::int64_t Tensor::element_count() const { return shape().element_count(); }

std::ostream &operator<<(std::ostream &stream, DType dtype) { return stream << name(dtype); }
std::ostream &operator<<(std::ostream &stream, const Shape &shape) { return stream << shape.to_string(); }

// --- reading values ------------------------------------------------------------------------------------------------

static void require_concrete(const Tensor &tensor, std::string_view call, std::source_location location) {
  require_defined(tensor, call, location);
  if (!is_symbolic(tensor)) return;
  const Trace &trace = *tensor.impl()->symbolic->trace;
  const std::string_view remedies =
      trace.kind() == Trace::Kind::Graph
          ? " is symbolic: it has a value in each run of its graph; fetch it by burin::Session(graph).run(tensor)"
          : " is symbolic: it has no value while its function is traced; return it from the function, print it with "
            "burin::print, or call burin::run_functions_eagerly(true)";
  throw_error<SymbolicValueError>(call, location, describe(tensor), " made by ", Trace::describe(tensor), remedies);
}

template <class T> static T load(const void *data) {
  T value;
  std::memcpy(&value, data, sizeof(T));
  return value;
}

template <class To> static void store(To value, void *out) { std::memcpy(out, &value, sizeof(To)); }

/// Stores the number at `data` as a `To`, if `From` always fits into it.
template <class From, class To> static bool widen(From value, void *out) {
  constexpr bool both_integers = std::is_integral_v<From> && std::is_integral_v<To>;
  constexpr bool fits = std::numeric_limits<From>::digits <= std::numeric_limits<To>::digits &&
                        (std::is_signed_v<To> || std::is_unsigned_v<From>) && (both_integers || std::is_floating_point_v<To>);
  if constexpr (fits) store(static_cast<To>(value), out);
  return fits;
}

template <class From> static bool widen_to(DType wanted, From value, void *out) {
  switch (wanted) {
  case DType::I16: return widen<From, std::int16_t>(value, out);
  case DType::I32: return widen<From, std::int32_t>(value, out);
  case DType::I64: return widen<From, std::int64_t>(value, out);
  case DType::U16: return widen<From, std::uint16_t>(value, out);
  case DType::U32: return widen<From, std::uint32_t>(value, out);
  case DType::U64: return widen<From, std::uint64_t>(value, out);
  case DType::F32: return widen<From, float>(value, out);
  case DType::F64: return widen<From, double>(value, out);
  default: return false;
  }
}

static bool read_widened(DType found, const void *data, DType wanted, void *out) {
  switch (found) {
  case DType::I8: return widen_to(wanted, load<std::int8_t>(data), out);
  case DType::I16: return widen_to(wanted, load<std::int16_t>(data), out);
  case DType::I32: return widen_to(wanted, load<std::int32_t>(data), out);
  case DType::U8: return widen_to(wanted, load<std::uint8_t>(data), out);
  case DType::U16: return widen_to(wanted, load<std::uint16_t>(data), out);
  case DType::U32: return widen_to(wanted, load<std::uint32_t>(data), out);
  case DType::F16: return widen_to(wanted, runtime::f16_value(load<std::uint16_t>(data)), out);
  case DType::BF16: return widen_to(wanted, runtime::bf16_value(load<std::uint16_t>(data)), out);
  case DType::F32: return widen_to(wanted, load<float>(data), out);
  default: return false;
  }
}

namespace detail {

const void *checked_data(const Tensor &tensor, DType wanted, const char *call, std::source_location location) {
  require_concrete(tensor, call, location);
  if (tensor.dtype() != wanted)
    throw_error<DTypeError>(call, location, "the tensor is ", describe(tensor), ", but elements of ", name(wanted),
                            " were asked for: ask for its own, or use burin::cast");
  return tensor.impl()->data;
}

void read_item(const Tensor &tensor, DType wanted, void *out, std::source_location location) {
  require_concrete(tensor, "item", location);
  if (tensor.element_count() != 1)
    throw_error<ShapeError>("item", location, "expected a tensor with one element, found ", describe(tensor), " with ",
                            tensor.element_count());
  const void *data = tensor.impl()->data;
  if (tensor.dtype() == wanted) std::memcpy(out, data, byte_size(wanted));
  else if (!read_widened(tensor.dtype(), data, wanted, out))
    throw_error<DTypeError>("item", location, "the tensor is ", describe(tensor), ", which ", name(wanted),
                            " does not always hold without loss: ask for its own type, or use burin::cast");
}

void throw_wrong_size(const Tensor &tensor, std::int64_t size, std::source_location location) {
  throw_error<ShapeError>("copy_to", location, "the tensor ", describe(tensor), " has ", tensor.element_count(), " elements, the span has ",
                          size);
}

} // namespace detail

Tensor::operator bool() const {
  require_defined(*this, "condition", {});
  if (detail::is_symbolic(*this))
    throw_error<SymbolicValueError>(
        "condition", {}, describe(*this), " made by ", Trace::describe(*this),
        " is symbolic: while its function is traced it cannot decide a C++ if or loop; use burin::where to choose "
        "values, burin::cond to choose what runs, burin::while_loop to loop, or call burin::run_functions_eagerly(true)");
  if (element_count() != 1)
    throw_error<ShapeError>("condition", {}, "expected a tensor with one element, found ", describe(*this), " with ", element_count());
  if (is_floating(dtype()) && byte_size(dtype()) == 2) return (load<std::uint16_t>(impl_->data) & 0x7fff) != 0;
  if (dtype() == DType::F32) return load<float>(impl_->data) != 0;
  if (dtype() == DType::F64) return load<double>(impl_->data) != 0;
  if (dtype() == DType::Complex64) return load<std::complex<float>>(impl_->data) != std::complex<float>();
  if (dtype() == DType::Complex128) return load<std::complex<double>>(impl_->data) != std::complex<double>();
  const auto *bytes = static_cast<const unsigned char *>(impl_->data);
  return std::any_of(bytes, bytes + byte_size(dtype()), [](unsigned char byte) { return byte != 0; });
}

// --- printing ------------------------------------------------------------------------------------------------------

std::string Tensor::to_string(const TextOptions &options) const {
  if (!defined()) return "empty tensor";
  std::string text = describe(*this);
  if (detail::is_symbolic(*this)) return text + " symbolic, made by " + Trace::describe(*this);
  const std::string values = detail::numpy_format(dtype(), shape(), impl_->data, options);
  return text + (values.find('\n') != std::string::npos || rank() > 1 ? '\n' : ' ') + values;
}

std::ostream &operator<<(std::ostream &stream, const Tensor &tensor) { return stream << tensor.to_string(); }

} // namespace burin
