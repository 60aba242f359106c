#pragma once
#include "burin/Tensor.h"
#include <concepts>
#include <initializer_list>
#include <limits>

namespace burin {

class Variable;

/// What an op takes: a tensor, a variable (its current value), or a C++ number; and the user's line, which operators
/// could not get by a parameter of their own. Made implicitly; never named by users.
class Operand {
public:
  using Location = std::source_location;

  Operand(const Tensor &tensor, Location location = Location::current()) : tensor_(tensor), location_(location) {}
  Operand(const Variable &variable, Location location = Location::current());
  /// A weak scalar: it takes the dtype of the tensors that it meets.
  template <class T>
    requires std::is_arithmetic_v<T>
  Operand(T number, Location location = Location::current()) : is_number_(true), location_(location) {
    if constexpr (std::is_floating_point_v<T>) {
      dtype_ = sizeof(T) == 4 ? DType::F32 : DType::F64;
      real_ = static_cast<double>(number);
    } else {
      dtype_ = integer_dtype<T>();
      whole_ = static_cast<std::int64_t>(number);
    }
  }

  bool is_number() const { return is_number_; }
  /// The tensor's; a number's own where no tensor decides.
  DType dtype() const { return is_number_ ? dtype_ : tensor_.dtype(); }
  /// Only if not a number.
  const Tensor &tensor() const { return tensor_; }
  /// Only if a number: of a floating dtype, and of any other.
  double real() const { return real_; }
  std::int64_t whole() const { return whole_; }
  Location location() const { return location_; }

private:
  template <class T> static constexpr DType integer_dtype() {
    if constexpr (std::is_same_v<T, bool>) return DType::Bool;
    constexpr DType by_size[2][9] = {{{}, DType::U8, DType::U16, {}, DType::U32, {}, {}, {}, DType::U64},
                                     {{}, DType::I8, DType::I16, {}, DType::I32, {}, {}, {}, DType::I64}};
    return by_size[std::is_signed_v<T>][sizeof(T)];
  }

  Tensor tensor_;
  bool is_number_ = false;
  DType dtype_ = DType::F32;
  union {
    double real_ = 0;
    std::int64_t whole_;
  };
  Location location_;
};

/// Several operands of one op: `{a, b, 1.0f}`, or a vector of tensors.
class Operands {
public:
  using Location = std::source_location;
  Operands(std::initializer_list<Operand> operands, Location location = Location::current()) : operands_(operands), location_(location) {}
  Operands(const std::vector<Tensor> &tensors, Location location = Location::current())
      : operands_(tensors.begin(), tensors.end()), location_(location) {}
  Operands(std::vector<Operand> operands, Location location) : operands_(std::move(operands)), location_(location) {}

  std::span<const Operand> values() const { return operands_; }
  Location location() const { return location_; }

private:
  std::vector<Operand> operands_;
  Location location_;
};

/// Axes to work on: `1`, `{0, -1}`, a vector. Negative ones count from the end.
class Axes {
public:
  Axes() = default;
  Axes(int axis) : axes_{axis} {}
  Axes(std::initializer_list<int> axes) : axes_(axes) {}
  Axes(std::vector<int> axes) : axes_(std::move(axes)) {}

  std::span<const int> values() const { return axes_; }
  bool empty() const { return axes_.empty(); }

private:
  std::vector<int> axes_;
};

namespace detail {
/// Throws ShapeError for kDynamic, which is no number to count with.
void require_known(std::span<const std::int64_t> values);
} // namespace detail

/// Extents or positions: `{2, -1}`, a shape, a vector. Throws ShapeError for kDynamic.
class Integers {
public:
  Integers() = default;
  Integers(std::initializer_list<std::int64_t> values) : Integers(std::vector<std::int64_t>(values)) {}
  Integers(std::vector<std::int64_t> values) : values_(std::move(values)) { detail::require_known(values_); }
  Integers(const Shape &shape) : Integers(std::vector<std::int64_t>(shape.begin(), shape.end())) {}

  const std::vector<std::int64_t> &values() const { return values_; }
  bool empty() const { return values_.empty(); }

private:
  std::vector<std::int64_t> values_;
};

/// As a stop of `slice`: up to the end of the dimension.
inline constexpr std::int64_t kEnd = std::numeric_limits<std::int64_t>::max();

/// Whether a reduction keeps the axes that it reduces, with extent 1.
enum class KeepDims : bool { No, Yes };

} // namespace burin
