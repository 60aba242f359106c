// Follows numpy/core/arrayprint.py (1.24) step by step, so that there is no case of its own to think about.
#include "lib/api/NumpyFormat.h"
#include "burin/Half.h"
#include "lib/api/FloatDigits.h"
#include "runtime/Extents.h"
#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

namespace burin::detail {

namespace {

template <class T> T load(const std::byte *data) {
  T value;
  std::memcpy(&value, data, sizeof value);
  return value;
}

double load_float(DType dtype, const std::byte *data) {
  switch (dtype) {
  case DType::F16: return f16_value(load<std::uint16_t>(data));
  case DType::BF16: return bf16_value(load<std::uint16_t>(data));
  case DType::F32: return load<float>(data);
  default: return load<double>(data);
  }
}

std::string integer_text(DType dtype, const std::byte *data) {
  switch (dtype) {
  case DType::I8: return std::to_string(load<std::int8_t>(data));
  case DType::I16: return std::to_string(load<std::int16_t>(data));
  case DType::I32: return std::to_string(load<std::int32_t>(data));
  case DType::I64: return std::to_string(load<std::int64_t>(data));
  case DType::U8: return std::to_string(load<std::uint8_t>(data));
  case DType::U16: return std::to_string(load<std::uint16_t>(data));
  case DType::U32: return std::to_string(load<std::uint32_t>(data));
  default: return std::to_string(load<std::uint64_t>(data));
  }
}

std::string padded(std::string text, std::size_t width) {
  return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

/// How floats of one tensor are written: what all of them need in front of and behind the point.
class FloatFormat {
public:
  FloatFormat(DType dtype, const std::vector<double> &values, const TextOptions &options, bool plus)
      : dtype_(dtype), plus_(plus), precision_(options.precision) {
    std::vector<double> finite;
    std::copy_if(values.begin(), values.end(), std::back_inserter(finite), [](double value) { return std::isfinite(value); });
    exponential_ = is_exponential(finite, options.suppress);
    int exponent = 0;
    for (const double value : finite) measure(value, exponent);
    if (exponential_ && !finite.empty()) {
      precision_ = right_;
      exponent_ = exponent;
      right_ = exponent_ + 2 + precision_;
    }
    if (finite.size() == values.size()) return;
    const bool signed_infinity = plus || std::any_of(values.begin(), values.end(), [](double value) { return value == -INFINITY; });
    left_ = std::max({left_, 3 - (right_ + 1), 3 + signed_infinity - (right_ + 1)});
  }

  std::string text(double value) const {
    if (!std::isfinite(value)) {
      const std::string sign = value == -INFINITY ? "-" : plus_ ? "+" : "";
      return padded(sign + (std::isnan(value) ? "nan" : "inf"), static_cast<std::size_t>(std::max(0, left_ + right_ + 1)));
    }
    std::string text =
        exponential_ ? scientific_fixed({dtype_, value}, precision_) : positional({dtype_, value}, precision_, Trim::KeepPoint);
    if (plus_ && !std::signbit(value)) text = "+" + text;
    if (exponential_) widen_exponent(text);
    const auto before = static_cast<int>(text.find('.'));
    if (before < left_) text.insert(0, static_cast<std::size_t>(left_ - before), ' ');
    if (!exponential_) {
      const int behind = static_cast<int>(text.size() - text.find('.')) - 1;
      if (behind < right_) text.append(static_cast<std::size_t>(right_ - behind), ' ');
    }
    return text;
  }

private:
  bool is_exponential(const std::vector<double> &finite, bool suppress) const {
    double largest = 0, least = INFINITY;
    for (const double value : finite) {
      if (value == 0) continue;
      largest = std::max(largest, std::fabs(value));
      least = std::min(least, std::fabs(value));
    }
    if (largest == 0) return false;
    return largest >= 1e8 || (!suppress && (least < 0.0001 || ratio(largest, least) > 1000));
  }

  /// As the dtype has it: NumPy divides in it.
  double ratio(double largest, double least) const {
    switch (dtype_) {
    case DType::F64: return largest / least;
    case DType::F16: return f16_value(f16_bits(static_cast<float>(largest / least)));
    default: return static_cast<float>(largest) / static_cast<float>(least);
    }
  }

  /// First pass: the widths that `value` asks for.
  void measure(double value, int &exponent) {
    std::string text =
        exponential_ ? scientific({dtype_, value}, precision_, Trim::KeepPoint) : positional({dtype_, value}, precision_, Trim::KeepPoint);
    if (plus_ && !std::signbit(value)) text = "+" + text;
    const std::size_t point = text.find('.'), e = exponential_ ? text.find('e') : text.size();
    left_ = std::max(left_, static_cast<int>(point));
    right_ = std::max(right_, static_cast<int>(e - point) - 1);
    if (exponential_) exponent = std::max(exponent, static_cast<int>(text.size() - e) - 2);
  }

  void widen_exponent(std::string &text) const {
    const std::size_t digits = text.find('e') + 2;
    while (static_cast<int>(text.size() - digits) < exponent_) text.insert(digits, 1, '0');
  }

  DType dtype_;
  bool plus_, exponential_ = false;
  int precision_, left_ = 0, right_ = 0, exponent_ = -1;
};

/// A scalar as Python's `str` has it.
std::string scalar_float(DType dtype, double value, Trim trim) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  const double size = std::fabs(value);
  const bool plain = size == 0 || (size >= 1e-4 && size < 1e16);
  return plain ? positional({dtype, value}, -1, trim) : scientific({dtype, value}, -1, Trim::All);
}

DType part_of(DType complex) { return complex == DType::Complex64 ? DType::F32 : DType::F64; }

std::string scalar_text(DType dtype, const std::byte *data) {
  if (dtype == DType::Bool) return load<std::uint8_t>(data) ? "True" : "False";
  if (is_integer(dtype)) return integer_text(dtype, data);
  if (is_floating(dtype)) return scalar_float(dtype, load_float(dtype, data), Trim::KeepZero);
  const DType part = part_of(dtype);
  const double real = load_float(part, data), imaginary = load_float(part, data + byte_size(part));
  const std::string j = scalar_float(part, imaginary, Trim::All) + "j";
  if (real == 0 && !std::signbit(real)) return j;
  return "(" + scalar_float(part, real, Trim::All) + (j.starts_with('-') ? "" : "+") + j + ")";
}

/// The layout of an array: which elements are shown, how each is written, where lines end.
class Layout {
public:
  Layout(DType dtype, const Shape &shape, const std::byte *data, const TextOptions &options)
      : dtype_(dtype), shape_(shape), data_(data), options_(options), summarised_(shape.element_count() > options.threshold) {
    std::int64_t stride = static_cast<std::int64_t>(byte_size(dtype));
    strides_.resize(static_cast<std::size_t>(shape.rank()));
    for (int axis = shape.rank() - 1; axis >= 0; --axis) {
      strides_[static_cast<std::size_t>(axis)] = stride;
      stride = runtime::times(stride, shape[axis]);
    }
    choose_formats();
  }

  std::string run() const { return entries(0, data_, " ", options_.line_width); }

private:
  /// Calls `visit` with the positions along an axis that are shown; -1 stands for those that are not.
  template <class Visit> void shown(int axis, Visit visit) const {
    const std::int64_t extent = shape_[axis], edge = options_.edge_items;
    const bool elided = summarised_ && extent > 2 * edge;
    for (std::int64_t i = 0; i < extent; ++i) {
      if (elided && i == edge) {
        visit(-1);
        i = extent - edge;
        if (edge == 0) return;
      }
      visit(i);
    }
  }

  void gather(int axis, const std::byte *data, std::vector<const std::byte *> &elements) const {
    if (axis == shape_.rank()) return elements.push_back(data);
    shown(axis, [&](std::int64_t i) {
      if (i >= 0) gather(axis + 1, data + i * strides_[static_cast<std::size_t>(axis)], elements);
    });
  }

  void choose_formats() {
    std::vector<const std::byte *> elements;
    gather(0, data_, elements);
    if (is_integer(dtype_))
      for (const std::byte *element : elements) width_ = std::max(width_, integer_text(dtype_, element).size());
    if (!is_floating(dtype_) && !is_complex(dtype_)) return;
    const DType part = is_complex(dtype_) ? part_of(dtype_) : dtype_;
    std::vector<double> first, second;
    for (const std::byte *element : elements) {
      first.push_back(load_float(part, element));
      if (is_complex(dtype_)) second.push_back(load_float(part, element + byte_size(part)));
    }
    real_.emplace(part, first, options_, false);
    if (is_complex(dtype_)) imaginary_.emplace(part, second, options_, true);
  }

  std::string element(const std::byte *data) const {
    if (dtype_ == DType::Bool) return load<std::uint8_t>(data) ? " True" : "False";
    if (is_integer(dtype_)) return padded(integer_text(dtype_, data), width_);
    if (is_floating(dtype_)) return real_->text(load_float(dtype_, data));
    const DType part = part_of(dtype_);
    std::string imaginary = imaginary_->text(load_float(part, data + byte_size(part)));
    imaginary.insert(imaginary.find_last_not_of(' ') + 1, 1, 'j');
    return real_->text(load_float(part, data)) + imaginary;
  }

  /// Lists what lies along `axis`; lines after the first start with `indent`.
  std::string entries(int axis, const std::byte *data, const std::string &indent, int width) const {
    const std::int64_t stride = strides_[static_cast<std::size_t>(axis)];
    if (axis == shape_.rank() - 1) return row(data, stride, indent, width - 1);
    std::string text, separator(static_cast<std::size_t>(shape_.rank() - axis - 1), '\n');
    shown(axis, [&](std::int64_t i) {
      if (!text.empty()) text += separator;
      text += indent + (i < 0 ? "..." : entries(axis + 1, data + i * stride, indent + " ", width - 1));
    });
    return "[" + text.substr(indent.size()) + "]";
  }

  std::string row(const std::byte *data, std::int64_t stride, const std::string &indent, int width) const {
    std::string text, line = indent;
    shown(shape_.rank() - 1, [&](std::int64_t i) {
      if (line != indent) line += ' ';
      const std::string word = i < 0 ? "..." : element(data + i * stride);
      if (static_cast<int>(line.size() + word.size()) > width && line.size() > indent.size()) {
        text += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
        line = indent;
      }
      line += word;
    });
    return "[" + (text + line).substr(indent.size()) + "]";
  }

  DType dtype_;
  const Shape &shape_;
  const std::byte *data_;
  const TextOptions &options_;
  bool summarised_;
  std::vector<std::int64_t> strides_;
  std::size_t width_ = 0;
  std::optional<FloatFormat> real_, imaginary_;
};

} // namespace

std::string numpy_format(DType dtype, const Shape &shape, const void *data, const TextOptions &options) {
  const auto *bytes = static_cast<const std::byte *>(data);
  if (shape.rank() == 0) return scalar_text(dtype, bytes);
  if (shape.element_count() == 0) return "[]";
  return Layout(dtype, shape, bytes, options).run();
}

} // namespace burin::detail
