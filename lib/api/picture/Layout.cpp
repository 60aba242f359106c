#include "lib/api/picture/Layout.h"
#include <algorithm>
#include <map>

namespace burin::detail {

namespace {

constexpr double kRow = 92, kGap = 18, kPadding = 8, kLabel = 16, kCharacter = 7;

/// A scope with what is directly in it. The outermost one has no name.
struct ScopeTree {
  std::string name;
  std::map<std::string, std::size_t, std::less<>> children; ///< by the last part of their names
  std::vector<std::size_t> operations;
  std::size_t first_row = static_cast<std::size_t>(-1), last_row = 0;
  std::size_t depth = 0, height = 0; ///< scopes around it, and levels of scopes within
  double width = 0;
};

/// Something to be put in a scope: an operation, or a scope within.
struct Item {
  bool is_scope;
  std::size_t index, first_row, last_row;
  double width;
};

class Layouter {
public:
  explicit Layouter(const std::vector<OperationInfo> &operations) : operations_(operations), rows_(operations.size()) {
    layout_.boxes.resize(operations.size());
    offsets_.resize(operations.size());
  }

  PictureLayout run() {
    find_rows();
    build_scopes();
    place(0);
    resolve(0, 0);
    return std::move(layout_);
  }

private:
  // --- rows ---

  template <class Visit> void visit_dependencies(std::size_t i, Visit visit) const {
    for (const GraphValue &input : operations_[i].inputs) visit(static_cast<std::size_t>(input.operation));
    for (OperationId before : operations_[i].after) visit(static_cast<std::size_t>(before));
  }

  /// The length of the longest way from an operation that needs none; then further down, where that shortens edges.
  void find_rows() {
    const std::size_t count = operations_.size();
    std::vector<std::vector<std::size_t>> next(count);
    std::vector<std::size_t> open(count), ready, order;
    for (std::size_t i = 0; i < count; ++i) visit_dependencies(i, [&](std::size_t before) { next[before].push_back(i), ++open[i]; });
    for (std::size_t i = 0; i < count; ++i)
      if (open[i] == 0) ready.push_back(i);
    while (!ready.empty()) {
      const std::size_t i = ready.back();
      ready.pop_back();
      order.push_back(i);
      for (std::size_t each : next[i]) {
        rows_[each] = std::max(rows_[each], rows_[i] + 1);
        if (--open[each] == 0) ready.push_back(each);
      }
    }
    std::reverse(order.begin(), order.end());
    for (std::size_t i : order) sink(i, next);
  }

  /// Right above who reads it, unless more edges become longer than shorter: what it alone reads will follow it.
  void sink(std::size_t i, const std::vector<std::vector<std::size_t>> &next) {
    std::size_t lowest = operations_.size(), longer = 0;
    for (std::size_t each : next[i]) lowest = std::min(lowest, rows_[each] - 1);
    visit_dependencies(i, [&](std::size_t before) { longer += next[before].size() > 1; });
    if (longer <= next[i].size() && !next[i].empty()) rows_[i] = lowest;
  }

  // --- scopes ---

  void build_scopes() {
    scopes_.emplace_back();
    for (std::size_t i = 0; i < operations_.size(); ++i) {
      std::string_view rest = operations_[i].name;
      std::size_t scope = 0;
      note_row(scope, rows_[i]);
      for (std::size_t slash; (slash = rest.find('/')) != rest.npos; rest.remove_prefix(slash + 1)) {
        scope = child(scope, rest.substr(0, slash));
        note_row(scope, rows_[i]);
      }
      scopes_[scope].operations.push_back(i);
    }
    // Children have higher numbers than their parents.
    for (std::size_t i = scopes_.size(); i-- > 0;)
      for (const auto &[name, child] : scopes_[i].children) scopes_[i].height = std::max(scopes_[i].height, scopes_[child].height + 1);
  }

  std::size_t child(std::size_t parent, std::string_view name) {
    if (const auto found = scopes_[parent].children.find(name); found != scopes_[parent].children.end()) return found->second;
    const std::size_t made = scopes_.size();
    ScopeTree scope;
    scope.name = scopes_[parent].name.empty() ? std::string(name) : scopes_[parent].name + "/" + std::string(name);
    scope.depth = scopes_[parent].depth + 1;
    scopes_.push_back(std::move(scope));
    scopes_[parent].children.emplace(std::string(name), made);
    return made;
  }

  void note_row(std::size_t scope, std::size_t row) {
    scopes_[scope].first_row = std::min(scopes_[scope].first_row, row);
    scopes_[scope].last_row = std::max(scopes_[scope].last_row, row);
  }

  // --- columns: first within the scope, then in all ---

  double box_width(std::size_t i) const {
    const OperationInfo &info = operations_[i];
    std::size_t length = info.name.size() - (info.name.rfind('/') + 1);
    std::size_t types = 0;
    for (const TensorSpec &output : info.outputs) types += name(output.dtype).size() + output.shape.to_string().size() + 2;
    length = std::max(length, types * 6 / 7);
    return std::clamp(static_cast<double>(length) * kCharacter + 16, 70.0, 230.0);
  }

  std::vector<Item> items_of(std::size_t scope) {
    std::vector<Item> items;
    for (const auto &[name, child] : std::map(scopes_[scope].children)) { // a copy: scopes_ may not change, but its elements do
      place(child);
      items.push_back({true, child, scopes_[child].first_row, scopes_[child].last_row, scopes_[child].width});
    }
    for (std::size_t i : scopes_[scope].operations) items.push_back({false, i, rows_[i], rows_[i], box_width(i)});
    std::stable_sort(items.begin(), items.end(), [](const Item &a, const Item &b) { return a.first_row < b.first_row; });
    return items;
  }

  /// Puts each thing beside what its rows have, and, if there is room, below what it reads.
  void place(std::size_t scope) {
    const std::size_t first = scopes_[scope].first_row;
    std::vector<double> free(operations_.empty() ? 0 : scopes_[scope].last_row - first + 1);
    double width = 0;
    for (const Item &item : items_of(scope)) {
      const auto begin = free.begin() + static_cast<std::ptrdiff_t>(item.first_row - first);
      const auto end = free.begin() + static_cast<std::ptrdiff_t>(item.last_row - first) + 1;
      double x = *std::max_element(begin, end);
      if (!item.is_scope) x = std::max(x, below_inputs(item.index, scope) - item.width / 2);
      if (item.is_scope) scope_offsets_[item.index] = x;
      else {
        offsets_[item.index] = x;
        layout_.boxes[item.index].width = item.width;
        centers_[item.index] = {scope, x + item.width / 2};
      }
      std::fill(begin, end, x + item.width + kGap);
      width = std::max(width, x + item.width);
    }
    scopes_[scope].width = scope == 0 ? width : width + 2 * kPadding;
  }

  /// The middle of what the operation reads in its own scope; negative if there is none.
  double below_inputs(std::size_t i, std::size_t scope) const {
    double sum = 0;
    int count = 0;
    visit_dependencies(i, [&](std::size_t before) {
      const auto found = centers_.find(before);
      if (found != centers_.end() && found->second.first == scope) sum += found->second.second, ++count;
    });
    return count ? sum / count : -1e9;
  }

  void resolve(std::size_t scope, double x) {
    const ScopeTree &tree = scopes_[scope];
    if (scope != 0) {
      const double above = kLabel + kPadding * static_cast<double>(tree.height), below = kPadding * static_cast<double>(tree.height + 1);
      const double top = static_cast<double>(tree.first_row) * kRow - above - kLabel * static_cast<double>(tree.height) * 0.5;
      const double bottom = static_cast<double>(tree.last_row) * kRow + PictureLayout::kHeight + below * 0.7;
      layout_.scopes.push_back({tree.name, x, top, tree.width, bottom - top});
      x += kPadding;
    }
    for (std::size_t i : tree.operations) {
      layout_.boxes[i].x = x + offsets_[i];
      layout_.boxes[i].y = static_cast<double>(rows_[i]) * kRow;
    }
    for (const auto &[name, child] : tree.children) resolve(child, x + scope_offsets_[child]);
  }

  const std::vector<OperationInfo> &operations_;
  std::vector<std::size_t> rows_;
  std::vector<ScopeTree> scopes_;
  std::vector<double> offsets_;                                       // of operations, in their scopes
  std::map<std::size_t, double> scope_offsets_;                       // of scopes, in the scopes around them
  std::map<std::size_t, std::pair<std::size_t, double>> centers_;     // of operations that are placed, with their scopes
  PictureLayout layout_;
};

} // namespace

PictureLayout lay_out(const std::vector<OperationInfo> &operations) { return Layouter(operations).run(); }

} // namespace burin::detail
