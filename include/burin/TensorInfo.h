#pragma once
#include "burin/Tensor.h"
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace burin {

/// What is known of one tensor of a traced function before it runs.
struct TensorInfo {
  std::string name; ///< "dense/relu"; "top_k:1" where the op has several
  DType dtype = DType::F32;
  Shape shape;
  std::string file; ///< of the user's line that made it; empty if unknown
  unsigned line = 0;

  /// "train.cpp:41"
  std::string place() const { return file.empty() ? file : file + ":" + std::to_string(line); }
};

/// A tensor of a traced function with the value that it had in one run.
struct NamedTensor {
  TensorInfo info;
  Tensor value;
};

/// What a run was asked for, in the order of the program.
class NamedTensors {
public:
  explicit NamedTensors(std::vector<NamedTensor> tensors = {}) : tensors_(std::move(tensors)) {}

  std::size_t size() const { return tensors_.size(); }
  const NamedTensor &at(std::size_t index) const { return tensors_.at(index); }
  /// Throws Error for a name that isn't there, with the nearest ones.
  const Tensor &operator[](std::string_view name) const;
  const NamedTensor *begin() const { return tensors_.data(); }
  const NamedTensor *end() const { return tensors_.data() + tensors_.size(); }

private:
  std::vector<NamedTensor> tensors_;
};

/// Gets the tensors that match, once for each run, when it has ended.
using TapCallback = std::function<void(const NamedTensors &)>;

} // namespace burin
