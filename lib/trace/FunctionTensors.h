#pragma once
#include "burin/TensorInfo.h"
#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace burin::compiler { class Module; }

namespace burin::detail {

/// A tensor of a traced function, by the place where it stands.
struct TracedTensor {
  TensorInfo info;
  std::size_t number = 0;    ///< for `append_results`
  bool is_inside = false;    ///< made in a branch or a loop, where it has no value, or many
};

/// All tensors of the function in `module`, a trace: arguments, then what ops make, in the order of the program.
std::vector<TracedTensor> tensors_of(const compiler::Module &module);

/// Makes the tensors of these numbers further results of the function, in this order. None of them may be inside.
void append_results(compiler::Module &module, std::span<const std::size_t> numbers);

} // namespace burin::detail
