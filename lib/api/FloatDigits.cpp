#include "lib/api/FloatDigits.h"
#include "burin/Half.h"
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string_view>

namespace burin::detail {

namespace {

/// Significant digits and the power of ten of the first one.
struct Digits {
  bool negative = false;
  std::string text;
  int exponent = 0;
};

Digits parsed(std::string_view scientific) {
  Digits digits;
  digits.negative = scientific.starts_with('-');
  scientific.remove_prefix(digits.negative);
  const std::size_t e = scientific.find('e');
  for (const char character : scientific.substr(0, e))
    if (character != '.') digits.text += character;
  std::string_view exponent = scientific.substr(e + 1);
  if (exponent.starts_with('+')) exponent.remove_prefix(1);
  std::from_chars(exponent.data(), exponent.data() + exponent.size(), digits.exponent);
  return digits;
}

template <class... Format> std::string written(double value, Format... format) {
  char buffer[512];
  return {buffer, std::to_chars(buffer, std::end(buffer), value, format...).ptr};
}

/// The fewest digits of a 16-bit number that lie nearer to it than to its neighbours. `to_chars` knows none of these types.
template <float (*value_of)(std::uint16_t), std::uint16_t (*bits_of)(float)> std::string shortest_half(double value) {
  const std::uint16_t bits = bits_of(static_cast<float>(std::fabs(value)));
  const double self = value_of(bits), next = value_of(static_cast<std::uint16_t>(bits + 1));
  const double former = bits == 0 ? 0 : value_of(static_cast<std::uint16_t>(bits - 1));
  const double below = (self + former) / 2, above = std::isinf(next) ? self + (self - below) : (self + next) / 2;
  for (int digits = 0;; ++digits) {
    const std::string text = written(value, std::chars_format::scientific, digits);
    const double found = std::fabs(std::strtod(text.c_str(), nullptr)); // only of our own making: no locale has another e-notation
    const bool even = bits % 2 == 0;
    if ((found > below || (even && found == below)) && (found < above || (even && found == above))) return text;
  }
}

Digits shortest(Float number) {
  switch (number.dtype) {
  case DType::F16: return parsed(shortest_half<f16_value, f16_bits>(number.value));
  case DType::BF16: return parsed(shortest_half<bf16_value, bf16_bits>(number.value));
  case DType::F32: {
    char buffer[64];
    const auto end = std::to_chars(buffer, std::end(buffer), static_cast<float>(number.value), std::chars_format::scientific).ptr;
    return parsed({buffer, end});
  }
  default: return parsed(written(number.value, std::chars_format::scientific));
  }
}

/// Puts the point behind digit `before` of `digits` and trims what follows.
std::string with_point(std::string digits, std::size_t before, Trim trim) {
  if (digits.size() < before) digits.append(before - digits.size(), '0');
  std::string fraction = digits.substr(before);
  while (fraction.ends_with('0')) fraction.pop_back();
  if (fraction.empty() && trim == Trim::All) return digits.substr(0, before);
  if (fraction.empty() && trim == Trim::KeepZero) fraction = "0";
  return digits.substr(0, before) + "." + fraction;
}

std::string exponent_text(int exponent) {
  const std::string number = std::to_string(std::abs(exponent));
  return (exponent < 0 ? "e-" : "e+") + std::string(number.size() < 2 ? "0" : "") + number;
}

} // namespace

std::string positional(Float number, int precision, Trim trim) {
  Digits digits = shortest(number);
  const int behind = static_cast<int>(digits.text.size()) - 1 - digits.exponent;
  if (precision >= 0 && behind > precision) {
    // Cut digits are rounded by the exact value, not by the shortest digits.
    const std::string text = written(number.value, std::chars_format::fixed, precision);
    const std::size_t point = text.find('.');
    std::string all = text;
    if (point != std::string::npos) all.erase(point, 1);
    const std::size_t before = point == std::string::npos ? text.size() : point;
    return with_point(all, before, trim);
  }
  std::string all = digits.text;
  int before = digits.exponent + 1;
  if (before < 1) {
    all.insert(0, static_cast<std::size_t>(1 - before), '0');
    before = 1;
  }
  return (digits.negative ? "-" : "") + with_point(all, static_cast<std::size_t>(before), trim);
}

std::string scientific(Float number, int precision, Trim trim) {
  Digits digits = shortest(number);
  if (precision >= 0 && static_cast<int>(digits.text.size()) - 1 > precision)
    digits = parsed(written(number.value, std::chars_format::scientific, precision));
  return (digits.negative ? "-" : "") + with_point(digits.text, 1, trim) + exponent_text(digits.exponent);
}

std::string scientific_fixed(Float number, int precision) {
  const Digits digits = parsed(written(number.value, std::chars_format::scientific, precision));
  return (digits.negative ? "-" : "") + digits.text.substr(0, 1) + "." + digits.text.substr(1) + exponent_text(digits.exponent);
}

} // namespace burin::detail
