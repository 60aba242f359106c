// How generate.py and the driver talk: a line of words, then the values.
//
//     sum 4 absolute in f32[2,3] out f32[2] with axes=-1 keep=0
#include "test/numpy/Case.h"
#include <istream>
#include <sstream>

namespace burin::numpy {

static Spec read_spec(const std::string &word) {
  const std::size_t bracket = word.find('[');
  if (bracket == std::string::npos || word.back() != ']') throw Error("expected dtype[extents], found " + word);
  Attributes extents;
  extents.set("extents", word.substr(bracket + 1, word.size() - bracket - 2));
  return {dtype_named(word.substr(0, bracket)), Shape(extents.integers("extents"))};
}

static void read_tolerance(const std::string &word, Case &one) {
  if (word == "exact") one.tolerance = Tolerance::Exact;
  else if (word == "absolute") one.tolerance = Tolerance::Absolute;
  else if (word.starts_with("ulps:")) {
    one.tolerance = Tolerance::Ulps;
    one.ulps = std::stoll(word.substr(5));
  } else throw Error("no tolerance: " + word);
}

static Case read_line(const std::string &line) {
  Case one;
  one.line = line;
  std::istringstream words(line);
  std::string word;
  words >> one.op >> one.draws >> word;
  read_tolerance(word, one);
  if (!(words >> word) || word != "in") throw Error("expected in: " + line);
  while (words >> word && word != "out") one.operands.push_back(read_spec(word));
  while (words >> word && word != "with") one.results.push_back(read_spec(word));
  while (words >> word) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos) throw Error("expected name=value, found " + word);
    one.attributes.set(word.substr(0, equals), word.substr(equals + 1));
  }
  return one;
}

static std::size_t bytes_of(const std::vector<Spec> &specs) {
  std::size_t bytes = 0;
  for (const Spec &spec : specs) bytes += spec.bytes();
  return bytes;
}

static std::size_t bytes_of_bounds(const Case &one, std::size_t results) {
  std::size_t bytes = 0;
  if (one.tolerance == Tolerance::Absolute)
    for (std::size_t i = 0; i < results; ++i) bytes += sizeof(double) * static_cast<std::size_t>(one.results[i].shape.element_count());
  return bytes;
}

std::size_t Case::bytes_of_draw() const { return bytes_of(operands) + bytes_of(results) + bytes_of_bounds(*this, results.size()); }

std::size_t Case::offset_of_results(int draw) const { return static_cast<std::size_t>(draw) * bytes_of_draw() + bytes_of(operands); }

Tensors Case::operands_of(int draw) const {
  Tensors made;
  std::size_t at = static_cast<std::size_t>(draw) * bytes_of_draw();
  for (const Spec &spec : operands) {
    made.push_back(detail::make_tensor(spec.dtype, spec.shape, data.data() + at, spec.shape.element_count(), {}));
    at += spec.bytes();
  }
  return made;
}

const std::byte *Case::result_of(int draw, std::size_t result) const {
  std::size_t at = offset_of_results(draw);
  for (std::size_t i = 0; i < result; ++i) at += results[i].bytes();
  return data.data() + at;
}

const std::byte *Case::bounds_of(int draw, std::size_t result) const {
  return data.data() + offset_of_results(draw) + bytes_of(results) + bytes_of_bounds(*this, result);
}

std::optional<Case> read_case(std::istream &stream) {
  std::string line;
  if (!std::getline(stream, line)) return std::nullopt;
  Case one = read_line(line);
  const std::size_t each = bytes_of(one.operands) + bytes_of(one.results) + bytes_of_bounds(one, one.results.size());
  one.data.resize(each * static_cast<std::size_t>(one.draws));
  if (!stream.read(reinterpret_cast<char *>(one.data.data()), static_cast<std::streamsize>(one.data.size())))
    throw Error("the values end too early: " + line);
  return one;
}

} // namespace burin::numpy
