#pragma once
#include "burin/Function.h"
#include <functional>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

/// Makes a function that tools can find in a shared library: defines `NAME` in the scope it stands in, so it can be
/// called as well. After the lambda come the arguments for `concrete`.
///
///     BURIN_FUNCTION(dense, [](bn::Tensor x, bn::Tensor w) { return bn::relu(bn::matmul(x, w)); },
///                    bn::TensorSpec{bn::DType::F32, {8, 4}}, bn::TensorSpec{bn::DType::F32, {4, 2}});
///
/// A macro, as it takes the function's name from the variable's; variadic, so that lambdas may have commas.
#define BURIN_FUNCTION(NAME, ...)                                                                                                          \
  [[maybe_unused]] static const auto NAME = ::burin::register_function(#NAME, ::std::source_location::current(), __VA_ARGS__)

namespace burin {

/// A function that was registered by `BURIN_FUNCTION`.
struct RegisteredFunction {
  std::string name;
  std::string file;
  unsigned line = 0;
  std::function<std::string(std::string_view)> ir; ///< its text at a stage
  std::function<std::string()> bytecode;           ///< its trace as MLIR bytecode
};

/// All of the process so far, in the order of registration.
std::vector<RegisteredFunction> registered_functions();

namespace detail { void add_registered_function(RegisteredFunction function); } // namespace detail

/// What `BURIN_FUNCTION` does. Traces nothing until it is asked for IR.
template <class F, class... Specs> auto register_function(std::string name, std::source_location location, F lambda, Specs... specs) {
  const auto made = function(std::move(lambda), {.name = name}, location);
  detail::add_registered_function({std::move(name), location.file_name(), location.line(),
                                   [=](std::string_view stage) { return made.ir(stage, specs...); },
                                   [=] { return made.concrete(specs...).bytecode(); }});
  return made;
}

} // namespace burin
