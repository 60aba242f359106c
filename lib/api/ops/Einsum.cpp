// einsum, and the products that are an einsum by another name. Operands are contracted two by two, each pair by one matmul where
// there is something to sum, else by a product of broadcast tensors; fusion does the rest.
#include "burin/ops/Contraction.h"
#include "lib/api/Errors.h"
#include "lib/api/Promotion.h"
#include "lib/api/einsum/Order.h"
#include "lib/api/ops/Deferred.h"
#include "lib/api/ops/OpCall.h"
#include <algorithm>

namespace burin {

using namespace detail;
using einsum::Expression;
using einsum::Label;
using einsum::Labels;
using Extents = std::vector<std::int64_t>;

namespace {

/// A tensor with a label for each dimension.
struct Term {
  Tensor tensor;
  Labels labels;
};

bool contains(const Labels &labels, Label label) { return std::find(labels.begin(), labels.end(), label) != labels.end(); }

class Contraction {
public:
  Contraction(const OpCall &call, Expression expression, std::span<const Tensor> operands)
      : call_(call), expression_(std::move(expression)) {
    for (std::size_t i = 0; i < operands.size(); ++i) terms_.push_back({operands[i], expression_.operands[i]});
  }

  Tensor run() {
    for (std::size_t i = 0; i < terms_.size(); ++i) terms_[i] = simplified(i);
    for (const auto &[lhs, rhs] : einsum::order_of(expression_)) {
      Term product = multiplied(lhs, rhs);
      terms_[lhs] = terms_[rhs] = {};
      terms_.push_back(std::move(product));
    }
    return in_order(terms_.back(), expression_.result);
  }

private:
  std::int64_t extents(const Labels &labels) const {
    std::int64_t count = 1;
    for (Label label : labels) count *= expression_.extent(label);
    return count;
  }
  Extents extents_of(const Labels &labels) const {
    Extents result;
    for (Label label : labels) result.push_back(expression_.extent(label));
    return result;
  }

  // --- one operand ---

  /// Each label once, none that only this operand has unless the result has it, and none that is to be stretched.
  Term simplified(std::size_t index) {
    Term term = without_stretched(terms_[index]);
    while (term.labels.size() > 1 && merge_one_repeated(term)) {}
    return summed(term, [&](Label label) {
      if (contains(expression_.result, label)) return false;
      for (std::size_t i = 0; i < terms_.size(); ++i)
        if (i != index && contains(terms_[i].labels, label)) return false;
      return true;
    });
  }

  /// A dimension of extent 1 that stretches to another extent is as good as none.
  Term without_stretched(const Term &term) const {
    Term result;
    Extents kept;
    for (std::size_t i = 0; i < term.labels.size(); ++i) {
      const std::int64_t extent = term.tensor.shape()[static_cast<int>(i)];
      if (extent == 1 && expression_.extent(term.labels[i]) != 1) continue;
      kept.push_back(extent);
      result.labels.push_back(term.labels[i]);
    }
    result.tensor = reshaped(term.tensor, std::move(kept));
    return result;
  }

  /// The diagonal of the first pair of dimensions with one label: behind all others, n rows of n, every (n + 1)-th of them.
  bool merge_one_repeated(Term &term) const {
    Labels &labels = term.labels;
    for (std::size_t i = 0; i < labels.size(); ++i) {
      const auto second = std::find(labels.begin() + static_cast<std::ptrdiff_t>(i) + 1, labels.end(), labels[i]);
      if (second == labels.end()) continue;
      const Label label = labels[i];
      const std::int64_t n = expression_.extent(label);
      Permutation axes;
      for (std::size_t axis = 0; axis < labels.size(); ++axis)
        if (labels[axis] != label) axes.push_back(static_cast<std::int64_t>(axis));
      axes.push_back(static_cast<std::int64_t>(i));
      axes.push_back(second - labels.begin());
      labels.erase(second);
      labels.erase(labels.begin() + static_cast<std::ptrdiff_t>(i));
      Extents flat = extents_of(labels);
      flat.push_back(n * n);
      const Tensor rows = reshaped(permuted(term.tensor, axes), flat);
      Extents starts(flat.size(), 0), steps(flat.size(), 1);
      steps.back() = n + 1;
      term.tensor = call_.apply("slice", rows, {{"starts", starts}, {"stops", flat}, {"steps", steps}});
      labels.push_back(label);
      return true;
    }
    return false;
  }

  template <class Wanted> Term summed(const Term &term, Wanted is_summed) const {
    Extents axes;
    Labels kept;
    for (std::size_t i = 0; i < term.labels.size(); ++i) {
      if (is_summed(term.labels[i])) axes.push_back(static_cast<std::int64_t>(i));
      else kept.push_back(term.labels[i]);
    }
    if (axes.empty()) return term;
    return {call_.apply("reduce_sum", term.tensor, {{"axes", axes}, {"keep_dims", false}}), kept};
  }

  // --- two operands ---

  /// Whether a label is needed by the result or by a term other than these two.
  bool is_kept(Label label, std::size_t lhs, std::size_t rhs) const {
    if (contains(expression_.result, label)) return true;
    for (std::size_t i = 0; i < terms_.size(); ++i)
      if (i != lhs && i != rhs && contains(terms_[i].labels, label)) return true;
    return false;
  }

  Term multiplied(std::size_t lhs, std::size_t rhs) const {
    const auto dropped = [&](Label label) { return !is_kept(label, lhs, rhs); };
    // What only one of the two has, and no one wants, is summed first.
    const Term a = summed(terms_[lhs], [&](Label label) { return dropped(label) && !contains(terms_[rhs].labels, label); });
    const Term b = summed(terms_[rhs], [&](Label label) { return dropped(label) && !contains(terms_[lhs].labels, label); });
    Labels batch, rows, columns, inner;
    for (Label label : a.labels) (!contains(b.labels, label) ? rows : dropped(label) ? inner : batch).push_back(label);
    for (Label label : b.labels)
      if (!contains(a.labels, label)) columns.push_back(label);
    Labels labels = batch;
    labels.insert(labels.end(), rows.begin(), rows.end());
    labels.insert(labels.end(), columns.begin(), columns.end());
    const Tensor product = inner.empty() ? spread(a, b, batch, rows, columns) : matrix_product(a, b, batch, rows, columns, inner);
    return {reshaped(product, extents_of(labels)), labels};
  }

  static Labels joined(std::initializer_list<Labels> parts) {
    Labels all;
    for (const Labels &part : parts) all.insert(all.end(), part.begin(), part.end());
    return all;
  }

  Tensor spread(const Term &a, const Term &b, const Labels &batch, const Labels &rows, const Labels &columns) const {
    const std::int64_t batches = extents(batch);
    const Tensor factors[] = {reshaped(in_order(a, joined({batch, rows})), {batches, extents(rows), 1}),
                              reshaped(in_order(b, joined({batch, columns})), {batches, 1, extents(columns)})};
    return call_.apply("multiply", factors);
  }

  Tensor matrix_product(const Term &a, const Term &b, const Labels &batch, const Labels &rows, const Labels &columns,
                        const Labels &inner) const {
    Extents left = {extents(rows), extents(inner)}, right = {extents(inner), extents(columns)};
    if (!batch.empty()) {
      left.insert(left.begin(), extents(batch));
      right.insert(right.begin(), extents(batch));
    }
    const Tensor factors[] = {reshaped(in_order(a, joined({batch, rows, inner})), left),
                              reshaped(in_order(b, joined({batch, inner, columns})), right)};
    return call_.apply("matmul", factors);
  }

  // --- axes ---

  using Permutation = Extents;

  Tensor permuted(const Tensor &x, const Permutation &axes) const {
    return std::is_sorted(axes.begin(), axes.end()) ? x : call_.apply("transpose", x, {{"permutation", axes}});
  }
  Tensor in_order(const Term &term, const Labels &labels) const {
    Permutation axes;
    for (Label label : labels) axes.push_back(std::find(term.labels.begin(), term.labels.end(), label) - term.labels.begin());
    return permuted(term.tensor, axes);
  }
  Tensor reshaped(const Tensor &x, Extents shape) const {
    return std::equal(shape.begin(), shape.end(), x.shape().begin(), x.shape().end()) ? x : call_.reshape(x, std::move(shape));
  }

  const OpCall &call_;
  Expression expression_;
  std::vector<Term> terms_;
};

} // namespace

Tensor einsum(std::string_view subscripts, const Operands &operands) {
  const Operands::Location location = operands.location();
  if (any_dynamic(operands.values()))
    return deferred<"einsum">(
        location,
        [](const std::string &subscripts, const std::vector<Operand> &operands, std::source_location location) {
          return burin::einsum(subscripts, Operands(operands, location));
        },
        subscripts, operands.values(), location);
  const OpCall call("einsum", location);
  if (operands.values().empty()) throw_error<ShapeError>(call.label(), call.location(), "expected at least one tensor");
  const std::vector<Tensor> tensors = promote(call.label(), operands.values());
  std::vector<Shape> shapes;
  std::vector<std::string> descriptions;
  for (const Tensor &tensor : tensors) {
    shapes.push_back(tensor.shape());
    descriptions.push_back(describe(tensor));
  }
  return Contraction(call, einsum::parse(subscripts, shapes, descriptions, call.location()), tensors).run();
}

// --- tensordot and its like ----------------------------------------------------------------------------------------

/// Sums over `axes` of both, in pairs; the result has the other axes of `a`, then those of `b`.
static Tensor contract(const OpCall &call, const Tensor &a, const Tensor &b, const Extents &a_axes, const Extents &b_axes) {
  Expression expression;
  expression.operands.resize(2);
  Label next = 0;
  const auto new_label = [&](std::int64_t extent) {
    expression.extents.push_back(extent);
    return next++;
  };
  for (int i = 0; i < a.rank(); ++i) expression.operands[0].push_back(new_label(a.shape()[i]));
  for (int i = 0; i < b.rank(); ++i) {
    const auto pair = std::find(b_axes.begin(), b_axes.end(), i);
    const bool summed = pair != b_axes.end();
    expression.operands[1].push_back(
        summed ? expression.operands[0][static_cast<std::size_t>(a_axes[static_cast<std::size_t>(pair - b_axes.begin())])]
               : new_label(b.shape()[i]));
    if (!summed) expression.result.push_back(expression.operands[1].back());
  }
  Labels kept;
  for (int i = 0; i < a.rank(); ++i)
    if (std::find(a_axes.begin(), a_axes.end(), i) == a_axes.end()) kept.push_back(expression.operands[0][static_cast<std::size_t>(i)]);
  expression.result.insert(expression.result.begin(), kept.begin(), kept.end());
  const Tensor operands[] = {a, b};
  return Contraction(call, std::move(expression), operands).run();
}

static Extents distinct_axes(const OpCall &call, const Axes &axes, const Tensor &x) {
  Extents result;
  for (int axis : axes.values()) {
    const std::int64_t positive = call.axis(axis, x);
    if (std::find(result.begin(), result.end(), positive) != result.end())
      throw_error<IndexError>(call.label(), call.location(), "axis ", positive, " is listed twice for ", describe(x), " with rank ",
                              x.rank());
    result.push_back(positive);
  }
  return result;
}

static Tensor tensordot(const OpCall &call, const Tensor &a, const Tensor &b, const Axes &a_axes, const Axes &b_axes) {
  const Extents left = distinct_axes(call, a_axes, a), right = distinct_axes(call, b_axes, b);
  if (left.size() != right.size())
    throw_error<ShapeError>(call.label(), call.location(), "expected as many axes of a as of b, found ", left.size(), " and ",
                            right.size());
  for (std::size_t i = 0; i < left.size(); ++i) {
    const std::int64_t of_a = a.shape()[static_cast<int>(left[i])], of_b = b.shape()[static_cast<int>(right[i])];
    if (of_a != of_b)
      throw_error<ShapeError>(call.label(), call.location(), "extents differ: axis ", left[i], " of a ", describe(a), " has ", of_a,
                              ", axis ", right[i], " of b ", describe(b), " has ", of_b);
  }
  return contract(call, a, b, left, right);
}

static std::pair<Tensor, Tensor> promoted_pair(const OpCall &call, const Operand &a, const Operand &b) {
  const DType dtype = call.common_dtype({a, b});
  return {call.tensor(a, dtype), call.tensor(b, dtype)};
}

Tensor tensordot(const Operand &a, const Operand &b, int count) {
  if (any_dynamic(a, b)) return deferred<"tensordot">(a.location(), [](const auto &...all) { return tensordot(all...); }, a, b, count);
  const OpCall call("tensordot", a.location());
  const auto [lhs, rhs] = promoted_pair(call, a, b);
  if (count < 0 || count > lhs.rank() || count > rhs.rank())
    throw_error<ShapeError>(call.label(), call.location(), count, " axes can't be summed: a is ", describe(lhs), ", b ", describe(rhs));
  std::vector<int> last, first;
  for (int i = 0; i < count; ++i) {
    last.push_back(lhs.rank() - count + i);
    first.push_back(i);
  }
  return tensordot(call, lhs, rhs, last, first);
}

Tensor tensordot(const Operand &a, const Operand &b, const Axes &a_axes, const Axes &b_axes) {
  if (any_dynamic(a, b))
    return deferred<"tensordot.axes">(a.location(), [](const auto &...all) { return tensordot(all...); }, a, b, a_axes, b_axes);
  const OpCall call("tensordot", a.location());
  const auto [lhs, rhs] = promoted_pair(call, a, b);
  return tensordot(call, lhs, rhs, a_axes, b_axes);
}

Tensor dot(const Operand &a, const Operand &b) {
  if (any_dynamic(a, b)) return deferred<"dot">(a.location(), [](const auto &...all) { return dot(all...); }, a, b);
  const OpCall call("dot", a.location());
  const auto [lhs, rhs] = promoted_pair(call, a, b);
  if (lhs.rank() == 0 || rhs.rank() == 0) return call.elementwise("multiply", {{lhs, a.location()}, {rhs, a.location()}});
  return tensordot(call, lhs, rhs, -1, rhs.rank() == 1 ? -1 : -2);
}

Tensor outer(const Operand &a, const Operand &b) {
  if (any_dynamic(a, b)) return deferred<"outer">(a.location(), [](const auto &...all) { return outer(all...); }, a, b);
  const OpCall call("outer", a.location());
  const auto [lhs, rhs] = promoted_pair(call, a, b);
  const Tensor factors[] = {call.reshape(lhs, {lhs.element_count(), 1}), call.reshape(rhs, {1, rhs.element_count()})};
  return call.apply("multiply", factors);
}

Tensor vecdot(const Operand &a, const Operand &b, int axis) {
  if (any_dynamic(a, b)) return deferred<"vecdot">(a.location(), [](const auto &...all) { return vecdot(all...); }, a, b, axis);
  const OpCall call("vecdot", a.location());
  const auto [lhs, rhs] = promoted_pair(call, a, b);
  const std::int64_t of_a = lhs.shape()[static_cast<int>(call.axis(axis, lhs))], of_b = rhs.shape()[static_cast<int>(call.axis(axis, rhs))];
  if (of_a != of_b)
    throw_error<ShapeError>(call.label(), call.location(), "extents differ: axis ", axis, " of a ", describe(lhs), " has ", of_a, ", of b ",
                            describe(rhs), " ", of_b);
  if (axis >= 0 && lhs.rank() != rhs.rank())
    throw_error<IndexError>(call.label(), call.location(), "axis ", axis, " is not the same one of a ", describe(lhs), " and b ",
                            describe(rhs), ": count it from the end");
  const Tensor product = call.elementwise("multiply", {{lhs, a.location()}, {rhs, a.location()}});
  return call.reduce("reduce_sum", product, axis, KeepDims::No);
}

} // namespace burin
