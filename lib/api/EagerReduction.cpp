#include "lib/api/EagerReduction.h"
#include "compiler/Compiler.h"
#include "lib/api/Attributes.h"
#include "lib/api/Eager.h"
#include "lib/api/EagerCache.h"
#include "lib/trace/OpKinds.h"
#include <algorithm>

namespace burin::detail {
namespace {

using Numbers = std::vector<std::int64_t>;

/// A call of a reduction, and of what it takes besides.
struct Reducing {
  std::string_view op, label;
  std::source_location location;
  bool keeps;

  Tensor apply(std::string_view other, std::span<const Tensor> operands, std::initializer_list<NamedAttribute> attributes = {}) const {
    return run_eagerly(other, label, operands, {attributes.begin(), attributes.size()}, location);
  }
  Tensor cast(const Tensor &x, DType dtype) const { return apply("cast", {&x, 1}, {{"dtype", dtype}}); }
  Tensor reshape(const Tensor &x, const Numbers &shape) const { return apply("reshape", {&x, 1}, {{"shape", shape}}); }
  Tensor reduce(const Tensor &x, const Numbers &axes, bool keep_dims) const {
    return apply(op, {&x, 1}, {{"axes", axes}, {"keep_dims", keep_dims}});
  }
};

} // namespace

/// Where the last run of neighbours in `axes`, which are in order, begins.
static std::size_t last_run(const Numbers &axes) {
  std::size_t first = axes.size() - 1;
  while (first > 0 && axes[first] == axes[first - 1] + 1) --first;
  return first;
}

/// As burin-simplify does it.
static Tensor in_runs(const Reducing &call, Tensor x, Numbers axes) {
  while (!axes.empty()) {
    const auto first = axes.begin() + static_cast<std::ptrdiff_t>(last_run(axes));
    x = call.reduce(x, Numbers(first, axes.end()), call.keeps);
    axes.erase(first, axes.end());
  }
  return x;
}

static Tensor in_chunks(const Reducing &call, const Tensor &x, std::int64_t chunks) {
  const std::int64_t count = x.shape().element_count();
  const Tensor total = call.reduce(call.reduce(call.reshape(x, {chunks, count / chunks}), {1}, false), {0}, false);
  return call.keeps ? call.reshape(total, Numbers(static_cast<std::size_t>(x.rank()), 1)) : total;
}

/// By code for the shapes that came first, if they are these: it passes through the data once, where the parts do several times. Otherwise
/// an empty tensor.
static Tensor for_first_shapes(std::string_view op, std::string_view label, std::span<const Tensor> operands,
                               std::span<const NamedAttribute> attributes, std::source_location location) {
  EagerKey key(std::string(op) + " in one pass");
  for (const auto &[name, value] : attributes) key.add_attribute(value);
  key.add(static_cast<std::int64_t>(operands[0].dtype()));
  const auto make = [&] { return compile_op(op, label, operands, attributes, location); };
  const std::shared_ptr<OpenCode> code = open_code(key);
  const Program *program = code->for_first_shapes(operands, make);
  return program ? run_program(*program, operands, {label, location}) : Tensor();
}

static Tensor of_complex_parts(const Reducing &call, const Tensor &x, const Numbers &axes) {
  const Tensor parts[] = {call.reduce(call.apply("real", {&x, 1}), axes, call.keeps),
                          call.reduce(call.apply("imag", {&x, 1}), axes, call.keeps)};
  return call.apply("complex", parts);
}

Tensor reduce_in_parts(std::string_view op, std::string_view label, std::span<const Tensor> operands,
                       std::span<const NamedAttribute> attributes, std::source_location location) {
  if (kind_of(op) != OpKind::Reduction) return {};
  const Tensor &x = operands[0];
  Numbers axes = attribute_of<Numbers>(attributes, "axes");
  std::sort(axes.begin(), axes.end());
  const bool are_axes =
      !axes.empty() && axes.front() >= 0 && axes.back() < x.rank() && std::adjacent_find(axes.begin(), axes.end()) == axes.end();
  if (!are_axes || x.shape().element_count() == 0) return {};
  const Reducing call{op, label, location, attribute_of<bool>(attributes, "keep_dims")};
  if (is_complex(x.dtype())) {
    if (op != "reduce_sum") return {};
    const Tensor first = for_first_shapes(op, label, operands, attributes, location);
    return first.defined() ? first : of_complex_parts(call, x, axes);
  }
  const bool is_whole = static_cast<int>(axes.size()) == x.rank();
  const std::int64_t chunks = is_whole ? compiler::chunks_of(x.shape().element_count()) : 0;
  if (last_run(axes) == 0 && chunks == 0) return {};
  // Sums and products of halves are rounded once, at the end.
  const bool is_half = x.dtype() == DType::F16 || x.dtype() == DType::BF16;
  const bool is_widened = is_half && (op == "reduce_sum" || op == "reduce_prod");
  if (is_widened)
    if (const Tensor first = for_first_shapes(op, label, operands, attributes, location); first.defined()) return first;
  const Tensor wide = is_widened ? call.cast(x, DType::F32) : x;
  const Tensor result = chunks ? in_chunks(call, wide, chunks) : in_runs(call, wide, std::move(axes));
  return is_widened ? call.cast(result, x.dtype()) : result;
}

} // namespace burin::detail
