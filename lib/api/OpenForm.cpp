#include "lib/api/OpenForm.h"
#include "compiler/Compiler.h"
#include "lib/api/Attributes.h"
#include "runtime/Extents.h"
#include <algorithm>

namespace burin::detail {

std::int64_t OpenForm::element_count() const {
  std::int64_t count = 1;
  for (const Loop &loop : used()) count = runtime::times(count, loop.extent);
  return count;
}

/// The extent of `shape` along `axis` of a result of `rank` dimensions.
static std::int64_t broadcast_extent(const Shape &shape, int rank, int axis) {
  const int own = axis - (rank - shape.rank());
  return own < 0 ? 1 : shape[own];
}

std::optional<OpenForm> elementwise_form(std::span<const Tensor> operands) {
  OpenForm form;
  int rank = 0;
  for (const Tensor &operand : operands) rank = std::max(rank, operand.shape().rank());
  std::array<std::int64_t, kMaxRank> extents;
  for (int axis = 0; axis < rank; ++axis) {
    OpenForm::Loop loop{1, 0};
    for (std::size_t i = 0; i < operands.size(); ++i) {
      const std::int64_t extent = broadcast_extent(operands[i].shape(), rank, axis);
      if (extent == 1) continue;
      if (loop.extent != 1 && loop.extent != extent) return std::nullopt;
      loop.extent = extent;
      loop.moving |= 1u << i;
    }
    if (loop.extent == 0) return std::nullopt;
    extents[static_cast<std::size_t>(axis)] = loop.extent;
    if (loop.extent == 1) continue;
    const bool joins = form.loop_count && form.loops[form.loop_count - 1].moving == loop.moving;
    if (!joins) form.loops[form.loop_count++] = loop;
    else if (__builtin_mul_overflow(form.loops[form.loop_count - 1].extent, loop.extent, &form.loops[form.loop_count - 1].extent))
      return std::nullopt;
  }
  if (form.loop_count == 0) form.loops[form.loop_count++] = {1, (1u << operands.size()) - 1}; // one element each
  form.result = Shape(std::span<const std::int64_t>(extents.data(), static_cast<std::size_t>(rank)));
  return form;
}

std::optional<OpenForm> reduction_form(const Tensor &x, std::span<const NamedAttribute> attributes) {
  const auto &axes = attribute_of<std::vector<std::int64_t>>(attributes, "axes");
  const bool keeps = attribute_of<bool>(attributes, "keep_dims");
  const bool are_neighbours =
      std::is_sorted(axes.begin(), axes.end()) && !axes.empty() && axes.back() - axes.front() + 1 == static_cast<std::int64_t>(axes.size());
  if (!are_neighbours || x.shape().element_count() == 0) return std::nullopt;
  std::array<std::int64_t, 3> extents = {1, 1, 1}; // before, among, and behind the axes
  std::vector<std::int64_t> result;
  for (int axis = 0; axis < x.shape().rank(); ++axis) {
    const std::size_t part = axis < axes.front() ? 0 : axis <= axes.back() ? 1 : 2;
    extents[part] *= x.shape()[axis];
    if (part != 1) result.push_back(x.shape()[axis]);
    else if (keeps) result.push_back(1);
  }
  const auto [outer, reduced, inner] = extents;
  const bool is_shared_out = static_cast<int>(axes.size()) == x.shape().rank() && compiler::chunks_of(reduced) > 0;
  if (reduced < 2 || is_shared_out) return std::nullopt;
  OpenForm form{{{{outer, 1}, {reduced, 1}, {inner, 1}}}, inner == 1 ? 2u : 3u, true, Shape(std::span<const std::int64_t>(result))};
  return form;
}

} // namespace burin::detail
