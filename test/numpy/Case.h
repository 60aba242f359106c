#pragma once
#include "test/numpy/Ops.h"
#include <cstddef>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace burin::numpy {

struct Spec {
  DType dtype;
  Shape shape;
  std::size_t bytes() const { return byte_size(dtype) * static_cast<std::size_t>(shape.element_count()); }
};

enum class Tolerance { Exact, Ulps, Absolute };

/// One op on operands of given dtypes and shapes, with several sets of values: operands, and the results NumPy has.
struct Case {
  std::string line; ///< the words it was read from: names it in messages
  std::string op;
  int draws = 0;
  Tolerance tolerance = Tolerance::Exact;
  std::int64_t ulps = 0;
  std::vector<Spec> operands, results;
  Attributes attributes;
  std::vector<std::byte> data; ///< for each draw: operands, results, f64 bounds of each result where the tolerance is Absolute

  Tensors operands_of(int draw) const;
  const std::byte *result_of(int draw, std::size_t result) const;
  const std::byte *bounds_of(int draw, std::size_t result) const;

private:
  std::size_t bytes_of_draw() const;
  std::size_t offset_of_results(int draw) const;
};

/// The next case of the stream, or none at its end. Throws Error for what generate.py would not write.
std::optional<Case> read_case(std::istream &stream);

/// What is wrong with `found`, as the result of that number; empty if nothing is.
std::string difference(const Case &one, int draw, std::size_t result, const Tensor &found);

} // namespace burin::numpy
