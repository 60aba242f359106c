// Tensors on streams, line by line as NumPy shows arrays (test/print/numpy_expectations.py).
#include "burin/burin.h"
#include <charconv>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

using namespace burin;

namespace {

struct Case {
  std::string line, expected;
  Tensor tensor;
  TextOptions options;
};

DType dtype_named(std::string_view wanted) {
  int i = 0;
  while (name(static_cast<DType>(i)) != wanted) ++i;
  return static_cast<DType>(i);
}

std::vector<std::int64_t> extents_of(const std::string &text) {
  std::vector<std::int64_t> extents;
  std::istringstream stream(text == "-" ? "" : text);
  for (std::string extent; std::getline(stream, extent, 'x');) extents.push_back(std::stoll(extent));
  return extents;
}

/// `size` bytes: those of the text over and over.
std::vector<unsigned char> bytes_of(const std::string &text, std::size_t size) {
  std::vector<unsigned char> bytes(size);
  for (std::size_t i = 0; i < size; ++i) {
    const char *digits = text.data() + 2 * i % text.size();
    std::from_chars(digits, digits + 2, bytes[i], 16);
  }
  return bytes;
}

Case read_case(std::ifstream &file, const std::string &line) {
  Case one;
  one.line = line.substr(0, 200);
  std::istringstream words(line);
  std::string dtype, extents, data;
  words >> dtype >> extents >> one.options.precision >> one.options.suppress >> one.options.threshold >> one.options.edge_items >>
      one.options.line_width >> data;
  const Shape shape(extents_of(extents));
  const auto count = static_cast<std::size_t>(shape.element_count());
  const std::vector<unsigned char> bytes = bytes_of(data, count * byte_size(dtype_named(dtype)));
  one.tensor = detail::make_tensor(dtype_named(dtype), shape, bytes.data(), shape.element_count(), {});
  for (std::string text; std::getline(file, text) && text.starts_with('|');)
    one.expected += (one.expected.empty() ? "" : "\n") + text.substr(1);
  return one;
}

std::vector<Case> cases() {
  std::ifstream file(BURIN_SOURCE_DIR "/test/print/numpy-expected.data"); // __FILE__ may be relative
  EXPECT_TRUE(file);
  std::vector<Case> all;
  for (std::string line; std::getline(file, line);) all.push_back(read_case(file, line));
  return all;
}

/// Behind dtype and shape.
std::string values_in(const std::string &text) { return text.substr(std::min(text.find(']') + 2, text.size())); }

} // namespace

TEST(Printing, V7_AsNumPyShowsArrays) {
  const std::vector<Case> all = cases();
  EXPECT_GT(all.size(), 900u);
  for (const Case &one : all) EXPECT_EQ(values_in(one.tensor.to_string(one.options)), one.expected) << one.line;
}

TEST(Printing, V7_Bf16ShowsTheFewestDigits) {
  const Tensor x = Tensor::from_vector(std::vector{bfloat16(0.1f), bfloat16(1.0f), bfloat16(3.1415927f), bfloat16(-25.0f)});
  EXPECT_EQ(x.to_string(), "bf16[4] [  0.1    1.     3.14 -25.  ]");
  EXPECT_EQ(Tensor::scalar(bfloat16(1e30f)).to_string(), "bf16[] 1e+30");
}

TEST(Printing, V7_ValuesOfSeveralLinesStartOnALineOfTheirOwn) {
  EXPECT_EQ(Tensor::from_vector(std::vector{1, 2}).to_string(), "i32[2] [1 2]");
  EXPECT_EQ(Tensor::from_vector(std::vector{1, 2}, {1, 2}).to_string(), "i32[1,2]\n[[1 2]]");
  EXPECT_EQ(Tensor::from_vector(std::vector(40, 1)).to_string().substr(0, 12), "i32[40]\n[1 1");
}
