// NumPy's x[...], and ops that rearrange, pick and put in elements.
#include "test/numpy/Ops.h"
#include <sstream>

namespace burin::numpy {

static std::vector<std::string> split_text(const std::string &text, char separator) {
  std::vector<std::string> parts;
  std::stringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

static std::vector<std::int64_t> numbers(const std::string &text, char separator) {
  std::vector<std::int64_t> values;
  for (const std::string &part : split_text(text, separator)) values.push_back(std::stoll(part));
  return values;
}

static Index slice_of(const std::string &text) {
  const std::vector<std::string> bounds = split_text(text + ":", ':'); // the last one may be empty
  const auto bound = [&](std::size_t i) {
    return i >= bounds.size() || bounds[i].empty() ? std::nullopt : std::optional<std::int64_t>(std::stoll(bounds[i]));
  };
  return Slice{bound(0), bound(1), bound(2).value_or(1)};
}

/// As groups/indexing.py spells it.
static Index entry(const std::string &text) {
  const std::string rest = text.substr(1);
  switch (text[0]) {
  case 'i': return std::stoll(rest);
  case 's': return slice_of(rest);
  case 'e': return ellipsis;
  case 'n': return newaxis;
  default: break;
  }
  const std::size_t slash = rest.find('/');
  const Shape shape(std::span<const std::int64_t>(numbers(rest.substr(0, slash), 'x')));
  const std::string values = rest.substr(slash + 1);
  if (text[0] == 't') return Tensor::from_vector(numbers(values, ','), shape);
  std::vector<bool> mask;
  for (char value : values) mask.push_back(value == '1');
  return Tensor::from_vector(mask, shape);
}

static Tensor indexed(const Tensors &x, const Attributes &a) {
  std::vector<Index> entries;
  for (const std::string &text : split_text(a.text("index"), ';')) entries.push_back(entry(text));
  return x[0].index(entries);
}

static Tensor padded(const Tensors &x, const Attributes &a) {
  std::vector<PadWidth> widths;
  const std::vector<std::int64_t> all = a.integers("widths");
  for (std::size_t i = 0; i < all.size(); i += 2) widths.push_back({all[i], all[i + 1]});
  const std::string &mode = a.text("mode");
  if (mode == "edge") return pad(x[0], widths, PadMode::Edge);
  if (mode == "reflect") return pad(x[0], widths, PadMode::Reflect);
  if (mode == "wrap") return pad(x[0], widths, PadMode::Wrap);
  const Operand one = x[0].dtype() == DType::Bool ? Operand(true) : Operand(1);
  return pad(x[0], widths, PadMode::Constant, one);
}

static const Group indexing{
    {"index", one(indexed)},
    {"flip", one([](const Tensors &x, const Attributes &a) { return flip(x[0], a.axes()); })},
    {"roll", one([](const Tensors &x, const Attributes &a) {
       return a.axes().empty() ? roll(x[0], 3) : roll(x[0], a.integers("shifts"), a.axes());
     })},
    {"tile", one([](const Tensors &x, const Attributes &a) { return tile(x[0], a.integers("counts")); })},
    {"repeat", one([](const Tensors &x, const Attributes &a) { return repeat(x[0], a.integer("count"), a.axis()); })},
    {"pad", one(padded)},
    {"stack", one([](const Tensors &x, const Attributes &a) { return stack(x, a.axis()); })},
    {"moveaxis", one([](const Tensors &x, const Attributes &a) { return moveaxis(x[0], a.axes("source"), a.axes("destination")); })},
    {"take_along_axis", one([](const Tensors &x, const Attributes &a) {
       return take_along_axis(x[0], Tensor::from_vector(a.integers("indices"), Shape(a.integers("picked"))), a.axis());
     })},
};

} // namespace burin::numpy
