#pragma once
#include "burin/TraceRecord.h"
#include "burin/detail/Arguments.h"
#include "lib/api/TensorImpl.h"
#include <span>
#include <string>
#include <typeinfo>
#include <vector>

namespace burin::detail {

/// Names for the dynamic dimensions of tensors, by tensor and axis, where they have names.
using DimensionNames = std::vector<std::vector<std::string>>;

/// One dynamic dimension of an argument.
struct DynamicDimension {
  std::size_t tensor; ///< among the tensor arguments
  int axis;
  std::string name;
  int first_same; ///< the first dimension of that name, if it is another; else -1
};

/// What a trace was made for: structure, static values, dtype and shape of each tensor, and which variables are the same.
class Signature {
public:
  explicit Signature(const Arguments &arguments, DimensionNames names = {});

  /// Whether a trace for it takes the arguments: extents are equal, or dynamic here.
  bool matches(const Arguments &arguments) const;
  /// Whether it is the signature of these: extents are equal, or dynamic in both and of one name.
  bool is_of(const Arguments &arguments, const DimensionNames &names) const;
  bool is_dynamic() const { return is_dynamic_; }
  /// In the order of tensors and axes.
  std::vector<DynamicDimension> dynamic_dimensions() const;
  /// Equal for arguments that one signature matches.
  static std::size_t hash(const Arguments &arguments);

private:
  struct Value {
    DType dtype;
    Shape shape;
  };

  bool fits(const Value &value, DType dtype, const Shape &shape) const {
    return dtype == value.dtype && (shape == value.shape || (is_dynamic_ && shape.fits(value.shape)));
  }
  bool variables_match(const Arguments &arguments) const;

  const std::type_info *types_;
  std::vector<Value> values_;           // the tensors, then the variables
  std::size_t tensor_count_ = 0;        // kept: a vector divides to know its size
  bool is_dynamic_ = false;
  DimensionNames names_; // as many as tensors, or none
  std::vector<std::size_t> first_same_; // for each variable
  std::vector<std::byte> bytes_;
};

using Leaves = std::vector<Describer::Leaf>;

/// What changed from `before` to `after`.
std::vector<SignatureDifference> differences(const Leaves &before, const Leaves &after);

/// "argument 1 'x'"
std::string argument_name(const Describer::Leaf &leaf);

/// "argument 1 'x': expected f32[32], got f32[33]": the first difference.
std::string mismatch(const Leaves &expected, const Leaves &found);

} // namespace burin::detail
