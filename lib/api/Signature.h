#pragma once
#include "burin/TraceRecord.h"
#include "burin/detail/Arguments.h"
#include "lib/api/TensorImpl.h"
#include <span>
#include <string>
#include <typeinfo>
#include <vector>

namespace burin::detail {

/// What a trace was made for: structure, static values, dtype and shape of each tensor, and which variables are the same.
class Signature {
public:
  explicit Signature(const Arguments &arguments);

  bool matches(const Arguments &arguments) const;
  /// Equal for arguments that one signature matches.
  static std::size_t hash(const Arguments &arguments);

private:
  struct Value {
    DType dtype;
    Shape shape;
  };

  static bool fits(const Value &value, DType dtype, const Shape &shape) {
    return dtype == value.dtype && shape == value.shape;
  }
  bool variables_match(const Arguments &arguments) const;

  const std::type_info *types_;
  std::vector<Value> values_;           // the tensors, then the variables
  std::size_t tensor_count_ = 0;        // kept: a vector divides to know its size
  std::vector<std::size_t> first_same_; // for each variable
  std::vector<std::byte> bytes_;
};

using Leaves = std::vector<Describer::Leaf>;

/// What changed from `before` to `after`.
std::vector<SignatureDifference> differences(const Leaves &before, const Leaves &after);

/// "argument 1 'x': expected f32[32], got f32[33]": the first difference.
std::string mismatch(const Leaves &expected, const Leaves &found);

} // namespace burin::detail
