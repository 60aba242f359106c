#pragma once
#include "burin/Operand.h"
#include <string_view>

namespace burin {

namespace detail { void check(const Operand &condition, std::string_view message, std::span<const Operand> tensors); } // namespace detail

/// Throws CheckError unless `condition`, a bool tensor, is true throughout; in a traced function on every run, at this point
/// of the program: what comes before it has happened then, what comes after has not.
///
///   check(x > 0, "x must be positive", x)
///     check: x must be positive: 2 of 6 elements are not, at [0,1] (-2), [1,2] (-0.5)  (at train.cpp:41)
///
/// The first 10 places are listed, with the values there of the `tensors` that have the condition's shape or broadcast to it;
/// other tensors are shown as `print` shows them. Throws DTypeError if the condition isn't bool.
template <class... T> void check(const Operand &condition, std::string_view message, const T &...tensors) {
  const Operand shown[] = {condition, Operand(tensors, condition.location())...};
  detail::check(condition, message, std::span(shown).subspan(1));
}

/// Throws CheckError if an element of `x` is NaN or infinite, with the first 10 places and the values there. `x` has a
/// floating or complex dtype: else DTypeError.
void check_finite(const Operand &x);

} // namespace burin
