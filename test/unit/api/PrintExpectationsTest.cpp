// print, byte for byte as TensorFlow's tf.print (test/print/make_expectations.py), eagerly and compiled.
#include "burin/burin.h"
#include "lib/api/TensorImpl.h"
#include <charconv>
#include <cstring>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <sstream>

namespace burin::test {
namespace {

// --- the file ------------------------------------------------------------------------------------------------------

struct Case {
  std::string name, expected;
  PrintOptions options;
  std::vector<std::variant<std::string, Tensor>> arguments; // none for containers
};

/// A JSON string, as Python writes it in ASCII.
std::string unquoted(std::string_view json) {
  std::string text;
  for (std::size_t i = 1; i + 1 < json.size(); ++i) {
    if (json[i] != '\\') {
      text += json[i];
      continue;
    }
    const char c = json[++i];
    if (c != 'u') {
      text += c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
      continue;
    }
    unsigned code = 0;
    std::from_chars(&json[i + 1], &json[i + 5], code, 16);
    i += 4;
    if (code < 0x80) text += static_cast<char>(code);
    else if (code < 0x800) text += {static_cast<char>(0xc0 | code >> 6), static_cast<char>(0x80 | (code & 63))};
    else text += {static_cast<char>(0xe0 | code >> 12), static_cast<char>(0x80 | (code >> 6 & 63)), static_cast<char>(0x80 | (code & 63))};
  }
  return text;
}

DType dtype_named(std::string_view wanted) {
  for (int i = 0; i < kDTypeCount; ++i)
    if (name(static_cast<DType>(i)) == wanted) return static_cast<DType>(i);
  throw std::runtime_error("no dtype " + std::string(wanted));
}

Tensor parse_tensor(std::istringstream &words) {
  std::string dtype, extents, hex;
  words >> dtype >> extents >> hex;
  std::vector<std::int64_t> shape;
  std::istringstream numbers(extents.substr(1, extents.size() - 2));
  for (std::string number; std::getline(numbers, number, ',');) shape.push_back(std::stoll(number));
  const Tensor tensor = detail::uninitialised(dtype_named(dtype), Shape(shape), "test", {});
  auto *bytes = static_cast<unsigned char *>(tensor.impl()->data);
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) std::from_chars(&hex[i], &hex[i + 2], bytes[i / 2], 16);
  return tensor;
}

void parse_option(Case &made, const std::string &option) {
  const std::string value = option.substr(option.find('=') + 1);
  if (option.starts_with("summarize")) made.options.summarize = std::stoll(value);
  else if (option.starts_with("sep")) made.options.sep = unquoted(value);
  else made.options.end = unquoted(value);
}

/// "case NAME key=value key="text with blanks""
Case parse_head(const std::string &line) {
  Case made;
  std::size_t at = line.find(' ', 5);
  made.name = line.substr(5, at - 5);
  while (at < line.size()) {
    const std::size_t begin = at + 1, quote = line.find("=\"", begin);
    const std::size_t blank = line.find(' ', begin);
    at = quote < blank ? line.find('"', quote + 2) + 1 : std::min(blank, line.size());
    parse_option(made, line.substr(begin, at - begin));
  }
  return made;
}

std::vector<Case> cases() {
  std::ifstream file(BURIN_SOURCE_DIR "/test/print/expectations.data");
  std::vector<Case> all;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string word;
    words >> word;
    if (word == "case") all.push_back(parse_head(line));
    else if (word == "text") all.back().arguments.emplace_back(unquoted(line.substr(5)));
    else if (word == "tensor") all.back().arguments.emplace_back(parse_tensor(words));
    else if (word == "expect") all.back().expected = unquoted(line.substr(7));
  }
  return all;
}

// --- containers, spelled as in make_expectations.py ----------------------------------------------------------------

using Containers = std::map<std::string, std::function<void(const PrintOptions &)>>;

template <class... T> auto printing(T... values) {
  return [=](const PrintOptions &options) { print(options, values...); };
}

Containers containers() {
  using std::map, std::pair, std::string, std::tuple, std::vector;
  using Tensors = vector<Tensor>;
  const Tensor i = constant({0, 1, 2}), f = Tensor::from_vector<float>({0.5f, 1, 1.5f, 2}, Shape{2, 2}), s = constant(2.5f), l = arange(20);
  const auto v = std::make_shared<Variable>(constant({1.f, 2.f})), w = std::make_shared<Variable>(constant(3));
  return {
      {"list", printing(Tensors{i, s})},
      {"list-of-one", printing(Tensors{i})},
      {"empty-list", printing(Tensors{})},
      {"list-of-lists", printing(vector<Tensors>{{i}, {i, i}})},
      {"list-of-matrices", printing(Tensors{f, f})},
      {"tuple", printing(pair(i, s))},
      {"tuple-of-one", printing(tuple(i))},
      {"empty-tuple", printing(tuple())},
      {"nested-tuple", printing(pair(pair(1, i), s))},
      {"map", printing(map<string, Tensor>{{"b", s}, {"a", i}})},
      {"empty-map", printing(map<string, Tensor>())},
      {"map-of-lists", printing(map<string, Tensors>{{"x", {i, s}}, {"y", {}}})},
      {"map-of-maps", printing(map<string, map<string, Tensor>>{{"m", {{"n", s}}}})},
      {"numbers", printing(1, -7, std::int64_t{1000000000000000000}, 0)},
      {"list-of-numbers", printing(vector{1, 2, 3})},
      {"doubles", printing(0.5, 2.5, -1e22, 0.1)},
      {"list-of-doubles", printing(vector{0.5, 0.25})},
      {"text-in-list", printing(vector<string>{"a", "b c"})},
      {"text-in-tuple", printing(pair("loss", s))},
      {"text-in-map", printing(map<string, string>{{"k", "v"}})},
      {"key-with-quote", printing(map<string, Tensor>{{"it's", s}})},
      {"both-quotes", printing(vector<string>{"a'b\"c"})},
      {"backslash", printing(vector<string>{"a\\b"})},
      {"newline-in-list", printing(vector<string>{"a\nb\tc\x01"})},
      {"text-of-braces", printing(vector<string>{"{}", "%s"})},
      {"text-list-text", printing("x", Tensors{i, i}, "end")},
      {"int-keys", printing(map<int, Tensor>{{2, s}, {1, i}})},
      {"list-of-tuples", printing(vector{pair(i, s), pair(i, s)})},
      {"tuple-of-lists", printing(tuple(Tensors{i}, Tensors{s}))},
      {"deep", printing(vector<vector<vector<Tensors>>>{{{{s}}}})},
      {"mixed", printing("step", 3, pair(map<string, Tensor>{{"loss", s}}, pair(i, Tensors{s})), i)},
      {"summarized", printing(tuple(l, tuple(l)))},
      {"all", printing(Tensors{l})},
      {"sep", printing(Tensors{i}, map<string, Tensor>{{"a", s}})},
      {"variable", [=](const PrintOptions &o) { print(o, *v, std::span<const Variable>(w.get(), 1)); }},
  };
}

// --- printing ------------------------------------------------------------------------------------------------------

void print_case(const Case &each, const Containers &containers, std::string &lines) {
  PrintOptions options = each.options;
  options.callback = [&lines](std::string_view line) { lines += line; };
  if (each.name.starts_with("container-")) return containers.at(each.name.substr(10))(options);
  std::vector<PrintArgument> arguments;
  for (const auto &argument : each.arguments)
    std::visit([&](const auto &value) { arguments.emplace_back(value); }, argument);
  detail::print(options, arguments);
}

TEST(PrintExpectations, P2_TheFileHasTwoHundredCases) { EXPECT_GE(cases().size(), 200u); }

TEST(PrintExpectations, P2_AsTensorFlowEagerly) {
  const Containers made = containers();
  for (const Case &each : cases()) {
    std::string printed;
    print_case(each, made, printed);
    EXPECT_EQ(printed, each.expected) << each.name;
  }
}

TEST(PrintExpectations, P2_AsTensorFlowCompiled) {
  const Containers made = containers();
  const std::vector<Case> all = cases();
  constexpr std::size_t kTogether = 16; // prints of one function
  for (std::size_t first = 0; first < all.size(); first += kTogether) {
    const std::size_t end = std::min(all.size(), first + kTogether);
    std::vector<std::string> printed(end - first);
    const auto prints = function([&] {
      for (std::size_t i = first; i < end; ++i) print_case(all[i], made, printed[i - first]);
    });
    prints();
    for (std::size_t i = first; i < end; ++i) EXPECT_EQ(printed[i - first], all[i].expected) << all[i].name;
  }
}

} // namespace
} // namespace burin::test
