#include "lib/api/Signature.h"
#include <algorithm>
#include <cstring>

namespace burin::detail {

static std::size_t first_same(const Arguments &arguments, std::size_t index) {
  const std::span<const Variable *const> variables = arguments.variables();
  std::size_t first = 0;
  while (variables[first]->state() != variables[index]->state()) ++first;
  return first;
}

Signature::Signature(const Arguments &arguments, DimensionNames names)
    : types_(&arguments.types()), tensor_count_(arguments.tensors().size()), names_(std::move(names)),
      bytes_(arguments.bytes().begin(), arguments.bytes().end()) {
  for (const TensorImpl *tensor : arguments.tensors()) {
    values_.push_back({tensor->dtype, tensor->shape});
    is_dynamic_ |= !tensor->shape.is_static();
  }
  for (std::size_t i = 0; i < arguments.variables().size(); ++i) {
    values_.push_back({arguments.variables()[i]->dtype(), arguments.variables()[i]->shape()});
    first_same_.push_back(first_same(arguments, i));
  }
}

bool Signature::matches(const Arguments &arguments) const {
  const std::span<TensorImpl *const> tensors = arguments.tensors();
  const std::span<const std::byte> bytes = arguments.bytes();
  if (tensors.size() != tensor_count_ || bytes.size() != bytes_.size()) return false;
  const Value *value = values_.data();
  for (const TensorImpl *tensor : tensors)
    if (!tensor || !fits(*value++, tensor->dtype, tensor->shape)) return false;
  if (!bytes.empty() && std::memcmp(bytes.data(), bytes_.data(), bytes.size()) != 0) return false;
  if (!variables_match(arguments)) return false;
  return &arguments.types() == types_ || arguments.types() == *types_;
}

bool Signature::is_of(const Arguments &arguments, const DimensionNames &names) const {
  if (!matches(arguments)) return false;
  const std::span<TensorImpl *const> tensors = arguments.tensors();
  for (std::size_t i = 0; i < tensors.size(); ++i)
    if (!(tensors[i]->shape == values_[i].shape)) return false;
  return !is_dynamic_ || names == names_;
}

std::vector<DynamicDimension> Signature::dynamic_dimensions() const {
  std::vector<DynamicDimension> found;
  for (std::size_t tensor = 0; tensor < tensor_count_; ++tensor)
    for (int axis = 0; axis < values_[tensor].shape.rank(); ++axis) {
      if (values_[tensor].shape[axis] != kDynamic) continue;
      const auto at = static_cast<std::size_t>(axis);
      const std::string name = tensor < names_.size() && at < names_[tensor].size() ? names_[tensor][at] : "";
      const auto same = std::find_if(found.begin(), found.end(), [&](const auto &other) { return !name.empty() && other.name == name; });
      found.push_back({tensor, axis, name, same == found.end() ? -1 : static_cast<int>(same - found.begin())});
    }
  return found;
}

bool Signature::variables_match(const Arguments &arguments) const {
  const std::span<const Variable *const> variables = arguments.variables();
  if (variables.size() != first_same_.size()) return false;
  for (std::size_t i = 0; i < variables.size(); ++i)
    if (!fits(values_[tensor_count_ + i], variables[i]->dtype(), variables[i]->shape()) || first_same(arguments, i) != first_same_[i])
      return false;
  return true;
}

std::size_t Signature::hash(const Arguments &arguments) {
  std::uint64_t hash = arguments.types().hash_code();
  const auto mix = [&](std::uint64_t value) { hash = (hash ^ value) * 0x9e3779b97f4a7c15u, hash ^= hash >> 32; };
  const auto mix_value = [&](DType dtype, const Shape &shape) {
    mix(static_cast<std::uint64_t>(dtype) | static_cast<std::uint64_t>(shape.rank()) << 8);
    for (std::int64_t extent : shape) mix(static_cast<std::uint64_t>(extent));
  };
  for (const TensorImpl *tensor : arguments.tensors()) mix_value(tensor->dtype, tensor->shape);
  for (std::byte byte : arguments.bytes()) mix(static_cast<std::uint64_t>(byte));
  for (std::size_t i = 0; i < arguments.variables().size(); ++i) {
    mix_value(arguments.variables()[i]->dtype(), arguments.variables()[i]->shape());
    mix(first_same(arguments, i));
  }
  return hash;
}

// --- differences ---------------------------------------------------------------------------------------------------

std::string argument_name(const Describer::Leaf &leaf) { return leaf.name.empty() ? leaf.path : leaf.path + " '" + leaf.name + "'"; }

namespace {

/// Gathers the differences of two leaves at one path.
class Comparison {
public:
  using Kind = SignatureDifference::Kind;
  using Leaf = Describer::Leaf;

  Comparison(const Leaves &before, const Leaves &after) : before_(before), after_(after) {}

  void compare(const Leaf &before, const Leaf &after) {
    name_ = argument_name(after.name.empty() ? before : after);
    path_ = after.path;
    if (before.kind != after.kind || before.type != after.type) add_plain(Kind::Structure, with_type(before), with_type(after));
    else if (after.kind == Leaf::Kind::Structure) compare_text(Kind::Structure, before, after);
    else if (after.kind == Leaf::Kind::Value) compare_text(Kind::StaticValue, before, after);
    else compare_values(before, after);
  }
  std::vector<SignatureDifference> take() { return std::move(found_); }

private:
  void compare_text(Kind kind, const Leaf &before, const Leaf &after) {
    if (before.text != after.text) add_plain(kind, before.text, after.text);
  }
  void compare_values(const Leaf &before, const Leaf &after) {
    if (before.dtype != after.dtype)
      add("dtype", Kind::DType, std::string(burin::name(before.dtype)), std::string(burin::name(after.dtype)));
    compare_shapes(before.shape, after.shape);
    if (alias(before_, before) != alias(after_, after)) add_plain(Kind::AliasPattern, alias(before_, before), alias(after_, after));
  }
  void compare_shapes(const Shape &before, const Shape &after) {
    if (before.rank() != after.rank()) {
      add("rank", Kind::Rank, std::to_string(before.rank()) + " (" + before.to_string() + ")",
          std::to_string(after.rank()) + " (" + after.to_string() + ")");
      return;
    }
    for (int i = 0; i < after.rank(); ++i)
      if (before[i] != after[i]) {
        add("dim " + std::to_string(i), Kind::Extent, extent_text(before[i]), extent_text(after[i]));
        found_.back().dimension = i;
      }
  }

  static std::string extent_text(std::int64_t extent) { return extent == kDynamic ? "?" : std::to_string(extent); }
  static std::string with_type(const Leaf &leaf) { return leaf.type.empty() ? leaf.text : leaf.type + " " + leaf.text; }
  static std::string alias(const Leaves &all, const Leaf &leaf) {
    if (leaf.same_as == Leaf::kCaptured) return "a variable that the lambda captures, too";
    if (leaf.kind != Leaf::Kind::Variable || leaf.same_as == Leaf::kAlone) return "a variable of its own";
    return "the same variable as " + all[static_cast<std::size_t>(leaf.same_as)].path;
  }

  void add_plain(Kind kind, const std::string &before, const std::string &after) { add("", kind, before, after); }
  void add(const std::string &what, Kind kind, const std::string &before, const std::string &after) {
    const std::string subject = what.empty() ? "" : what + " ";
    found_.push_back({kind, path_, -1, before, after, name_ + ": " + subject + "was " + before + ", now " + after});
  }

  const Leaves &before_, &after_;
  std::vector<SignatureDifference> found_;
  std::string name_, path_;
};

} // namespace

/// The leaf of `before` that `leaf` of `after` is to be compared with, or null. An optional and its value share a path.
static const Describer::Leaf *counterpart(const Leaves &before, const Leaves &after, const Describer::Leaf &leaf) {
  const auto is_structure = [](const Describer::Leaf &leaf) { return leaf.kind == Describer::Leaf::Kind::Structure; };
  const Describer::Leaf *other = nullptr;
  for (const Describer::Leaf &candidate : before) {
    if (candidate.path != leaf.path) continue;
    if (is_structure(candidate) == is_structure(leaf)) return &candidate;
    other = &candidate;
  }
  const auto first = std::find_if(after.begin(), after.end(), [&](const auto &candidate) { return candidate.path == leaf.path; });
  return &*first == &leaf ? other : nullptr;
}

/// What differs where no leaf does.
static SignatureDifference hidden_difference(const Leaves &leaves) {
  for (const Describer::Leaf &leaf : leaves)
    if (leaf.same_as == Describer::Leaf::kCaptured)
      return {SignatureDifference::Kind::AliasPattern,
              leaf.path,
              -1,
              {},
              {},
              argument_name(leaf) + ": was another of the variables that the lambda captures"};
  return {SignatureDifference::Kind::Structure, {}, -1, {}, {}, "the C++ types of the arguments differ"};
}

std::vector<SignatureDifference> differences(const Leaves &before, const Leaves &after) {
  Comparison comparison(before, after);
  // A leaf that only one side has needs no word of its own: its container differs, too.
  for (const Describer::Leaf &leaf : after)
    if (const Describer::Leaf *other = counterpart(before, after, leaf)) comparison.compare(*other, leaf);
  std::vector<SignatureDifference> found = comparison.take();
  if (found.empty()) found.push_back(hidden_difference(after));
  return found;
}

std::string mismatch(const Leaves &expected, const Leaves &found) {
  const SignatureDifference first = differences(expected, found).front();
  if (first.argument.empty()) return first.text;
  const auto leaf = [&](const Leaves &leaves) -> const Describer::Leaf & {
    return *std::find_if(leaves.begin(), leaves.end(), [&](const auto &leaf) { return leaf.path == first.argument; });
  };
  using Kind = SignatureDifference::Kind;
  const bool is_of_tensor = first.kind == Kind::DType || first.kind == Kind::Rank || first.kind == Kind::Extent;
  const std::string &before = is_of_tensor ? leaf(expected).text : first.before;
  const std::string &after = is_of_tensor ? leaf(found).text : first.after;
  return argument_name(leaf(expected)) + ": expected " + before + ", got " + after;
}

} // namespace burin::detail
