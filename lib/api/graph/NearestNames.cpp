#include "lib/api/graph/NearestNames.h"
#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace burin::detail {

/// How many characters must be added, removed or replaced to make `b` of `a`.
static std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

std::string nearest_names(std::string_view wanted, std::span<const std::string_view> names) {
  constexpr std::size_t kShown = 3, kLongest = 256; // names longer than that are nobody's typing mistakes
  std::vector<std::pair<std::size_t, std::string_view>> ranked;
  for (std::string_view name : names) {
    if (wanted.size() > kLongest || name.size() > kLongest) continue;
    const std::string_view last = name.substr(name.rfind('/') + 1);
    ranked.emplace_back(std::min(distance(wanted, name), distance(wanted, last) + 1), name);
  }
  const std::size_t count = std::min(kShown, ranked.size());
  std::partial_sort(ranked.begin(), ranked.begin() + static_cast<std::ptrdiff_t>(count), ranked.end());
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text.append(i ? ", '" : "; the nearest are '").append(ranked[i].second).append("'");
  return text;
}

} // namespace burin::detail
