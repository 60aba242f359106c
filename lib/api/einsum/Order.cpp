#include "lib/api/einsum/Order.h"
#include <bitset>
#include <limits>
#include <tuple>

namespace burin::detail::einsum {

namespace {

using LabelSet = std::bitset<128>;

class Costs {
public:
  explicit Costs(const Expression &expression) : expression_(expression) {}

  /// In double: products of extents may exceed any integer.
  double elements(const LabelSet &labels) const {
    double count = 1;
    for (std::size_t label = 0; label < expression_.extents.size(); ++label)
      if (labels[label]) count *= static_cast<double>(expression_.extents[label]);
    return count;
  }

private:
  const Expression &expression_;
};

LabelSet set_of(const Labels &labels) {
  LabelSet set;
  for (Label label : labels) set.set(static_cast<std::size_t>(label));
  return set;
}

/// By dynamic programming over the subsets of operands.
class BestOrder {
public:
  explicit BestOrder(const Expression &expression)
      : count_(expression.operands.size()), costs_(expression), best_(std::size_t(1) << count_) {
    const std::size_t all = best_.size() - 1;
    std::vector<LabelSet> within(best_.size()); // the labels of a subset's operands
    for (std::size_t subset = 1; subset <= all; ++subset)
      for (std::size_t i = 0; i < count_; ++i)
        if (subset >> i & 1) within[subset] |= set_of(expression.operands[i]);
    const LabelSet result = set_of(expression.result);
    for (std::size_t subset = 1; subset <= all; ++subset) {
      best_[subset].kept = within[subset] & (within[all & ~subset] | result);
      find_best(subset);
    }
    emit(all);
  }
  std::vector<Product> products;

private:
  struct Best {
    LabelSet kept; // what is left once labels that nobody else wants are summed
    double cost = std::numeric_limits<double>::infinity();
    std::size_t lhs = 0;
  };

  void find_best(std::size_t subset) {
    Best &best = best_[subset];
    if ((subset & (subset - 1)) == 0) {
      best.cost = 0;
      return;
    }
    for (std::size_t lhs = (subset - 1) & subset; lhs > 0; lhs = (lhs - 1) & subset) {
      const Best &left = best_[lhs], &right = best_[subset & ~lhs];
      if (lhs < (subset & ~lhs)) continue; // each pair once
      const double cost = left.cost + right.cost + costs_.elements(left.kept | right.kept);
      if (cost >= best.cost) continue;
      best.cost = cost;
      best.lhs = lhs;
    }
  }

  std::size_t emit(std::size_t subset) {
    if ((subset & (subset - 1)) == 0) {
      std::size_t operand = 0;
      while (!(subset >> operand & 1)) ++operand;
      return operand;
    }
    const std::size_t right = emit(subset & ~best_[subset].lhs), left = emit(best_[subset].lhs);
    products.push_back({right, left}); // the lower operands are in the right part
    return count_ + products.size() - 1;
  }

  std::size_t count_;
  Costs costs_;
  std::vector<Best> best_;
};

std::vector<Product> greedy_order(const Expression &expression) {
  struct Open {
    std::size_t number;
    LabelSet labels;
  };
  const Costs costs(expression);
  std::vector<Open> open;
  for (const Labels &labels : expression.operands) open.push_back({open.size(), set_of(labels)});
  const LabelSet result = set_of(expression.result);
  std::vector<Product> products;
  while (open.size() > 1) {
    std::tuple<double, double, std::size_t, std::size_t> best{std::numeric_limits<double>::infinity(), 0, 0, 1};
    LabelSet best_labels = open[0].labels | open[1].labels;
    for (std::size_t i = 0; i < open.size(); ++i)
      for (std::size_t j = i + 1; j < open.size(); ++j) {
        LabelSet wanted = result;
        for (std::size_t k = 0; k < open.size(); ++k)
          if (k != i && k != j) wanted |= open[k].labels;
        const LabelSet both = open[i].labels | open[j].labels, kept = both & wanted;
        const std::tuple now{costs.elements(both), costs.elements(kept), i, j};
        if (now >= best) continue;
        best = now;
        best_labels = kept;
      }
    const std::size_t i = std::get<2>(best), j = std::get<3>(best);
    products.push_back({open[i].number, open[j].number});
    open[i] = {expression.operands.size() + products.size() - 1, best_labels};
    open.erase(open.begin() + static_cast<std::ptrdiff_t>(j));
  }
  return products;
}

} // namespace

std::vector<Product> order_of(const Expression &expression) {
  if (expression.operands.size() < 2) return {};
  return expression.operands.size() <= kBestOf ? BestOrder(expression).products : greedy_order(expression);
}

} // namespace burin::detail::einsum
