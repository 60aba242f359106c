#include "runtime/Format.h"
#include "runtime/Extents.h"
#include "runtime/Half.h"
#include <algorithm>
#include <charconv>
#include <cmath>
#include <complex>
#include <cstring>
#include <limits>
#include <system_error>
#include <type_traits>

namespace burin::runtime {

// ---- one element

/// As TensorFlow: few digits if they read back as the same number of type `T`, else enough for any.
template <class T> static char *write_float(char *begin, char *end, T value, int precision) {
  // Not printf: its decimal point follows the locale.
  const auto write = [&](int digits) { return std::to_chars(begin, end, value, std::chars_format::general, digits).ptr; };
  if (precision >= 0) return write(std::clamp(precision, 1, 64));
  constexpr int few = std::numeric_limits<T>::digits10, all = std::numeric_limits<T>::max_digits10;
  char *const last = write(few);
  T parsed;
  const bool same = std::from_chars(begin, last, parsed).ec == std::errc() && parsed == value;
  return same || std::isinf(value) ? last : write(all);
}

template <class T> static void append_float(std::string &text, T value, int precision) {
  // A NaN's sign means nothing, though C would print it.
  if (std::isnan(value)) {
    text += "nan";
    return;
  }
  char digits[96];
  text.append(digits, write_float(digits, std::end(digits), value, precision));
}

template <class T> static T load(const std::byte *element) {
  T value;
  std::memcpy(&value, element, sizeof value);
  return value;
}

template <class T> static void append_integer(std::string &text, const std::byte *element, int) {
  char digits[24];
  text.append(digits, std::to_chars(digits, std::end(digits), +load<T>(element)).ptr);
}

static void append_bool(std::string &text, const std::byte *element, int) { text += load<std::uint8_t>(element) ? '1' : '0'; }

template <class T> static void append_real(std::string &text, const std::byte *element, int precision) {
  append_float(text, load<T>(element), precision);
}

template <float (*value_of)(std::uint16_t)> static void append_half(std::string &text, const std::byte *element, int precision) {
  append_float(text, value_of(load<std::uint16_t>(element)), precision);
}

template <class T> static void append_complex(std::string &text, const std::byte *element, int precision) {
  text += '(';
  append_real<T>(text, element, precision);
  text += ',';
  append_real<T>(text, element + sizeof(T), precision);
  text += ')';
}

using AppendElement = void (*)(std::string &, const std::byte *, int precision);

static AppendElement appender(DType dtype) {
  static constexpr AppendElement appenders[kDTypeCount] = {
      append_bool,
      append_integer<std::int8_t>,
      append_integer<std::int16_t>,
      append_integer<std::int32_t>,
      append_integer<std::int64_t>,
      append_integer<std::uint8_t>,
      append_integer<std::uint16_t>,
      append_integer<std::uint32_t>,
      append_integer<std::uint64_t>,
      append_half<f16_value>,
      append_half<bf16_value>,
      append_real<float>,
      append_real<double>,
      append_complex<float>,
      append_complex<double>,
  };
  return appenders[static_cast<int>(dtype)];
}

// ---- the layout

namespace {
struct Layout {
  std::string &text;
  AppendElement append;
  std::span<const std::int64_t> extents;
  FormatOptions options;

  void entry(const std::byte *data, std::size_t depth, std::int64_t bytes) const;
  void separator(std::size_t depth) const;
};
} // namespace

/// What depth `depth` holds at `data`, which spans `bytes`: an element, or a bracketed list of entries.
void Layout::entry(const std::byte *data, std::size_t depth, std::int64_t bytes) const {
  if (depth == extents.size()) return append(text, data, options.precision);
  const std::int64_t extent = extents[depth], stride = bytes / extent;
  const bool elided = options.summarize >= 0 && options.summarize < extent - options.summarize;
  text += '[';
  for (std::int64_t i = 0; i < extent; ++i) {
    if (i > 0) separator(depth);
    if (elided && i == options.summarize) {
      text += "...";
      i = extent - options.summarize - 1;
      continue;
    }
    entry(data + i * stride, depth + 1, stride);
  }
  text += ']';
}

/// Between entries of depth `depth`: a space in the innermost dimension; else as many line breaks as there are
/// dimensions further in, so that matrices stand apart, and the indentation.
void Layout::separator(std::size_t depth) const {
  const std::size_t inner = extents.size() - depth - 1;
  if (inner == 0) {
    text += ' ';
    return;
  }
  text.append(inner, '\n');
  text.append(depth + 1, ' ');
}

std::string format_tensor(DType dtype, std::span<const std::int64_t> extents, const void *data, const FormatOptions &options) {
  const std::int64_t bytes = times(static_cast<std::int64_t>(byte_size(dtype)), element_count(extents));
  if (bytes == 0) return "[]";
  std::string text;
  Layout{text, appender(dtype), extents, options}.entry(static_cast<const std::byte *>(data), 0, bytes);
  return text;
}

} // namespace burin::runtime
