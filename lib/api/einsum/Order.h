#pragma once
#include "lib/api/einsum/Expression.h"

namespace burin::detail::einsum {

/// One product of two terms: numbers of operands, or of earlier products, which are counted behind the operands.
struct Product {
  std::size_t lhs, rhs;
};

/// The products to make, one fewer than operands. The least multiplications in all for up to kBestOf operands; for more, the
/// product that takes the fewest comes first each time, and the smaller result where several do.
std::vector<Product> order_of(const Expression &expression);

inline constexpr std::size_t kBestOf = 8;

} // namespace burin::detail::einsum
