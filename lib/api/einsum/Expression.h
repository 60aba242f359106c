#pragma once
#include "burin/Shape.h"
#include <cstdint>
#include <source_location>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What an einsum says, made explicit: a label for each dimension of each operand and of the result.
namespace burin::detail::einsum {

/// 0 to 51: letters; 52 + i: the i-th last dimension of what an ellipsis stands for.
using Label = int;
using Labels = std::vector<Label>;
constexpr Label kLetters = 52;

struct Expression {
  std::vector<Labels> operands; ///< a label may stand twice in one: its diagonal
  Labels result;
  std::vector<std::int64_t> extents; ///< of each label; 1 stretches to the others' extent

  std::int64_t extent(Label label) const { return extents[static_cast<std::size_t>(label)]; }
};

/// The label as messages name it: `'j'`, or `dimension -2 of the ellipsis`.
std::string describe(Label label);

/// Reads `text`, NumPy's notation: "ij,jk->ik", "...ij->...ji", "ii". Without an arrow the result has the ellipsis, then all
/// labels that occur once, in the order of the alphabet (capitals first). `operands` describe themselves in messages.
///
/// Throws ShapeError for text that is no such notation, a wrong number of operands or dimensions, extents that differ.
Expression parse(std::string_view text, std::span<const Shape> shapes, std::span<const std::string> operands,
                 std::source_location location);

} // namespace burin::detail::einsum
