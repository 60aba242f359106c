#pragma once
#include "burin/Operand.h"
#include "burin/TensorSpec.h"
#include <functional>
#include <utility>

namespace burin {

namespace detail {
using HostFunction = std::function<std::vector<Tensor>(std::span<const Tensor>)>;
std::vector<Tensor> host_call(HostFunction function, std::vector<TensorSpec> results, std::span<const Operand> tensors,
                              std::source_location location);

/// `f` on tensors one by one, with its result, if any, as a vector.
template <class F, std::size_t... I> HostFunction host_function(F f, std::index_sequence<I...>) {
  return [f = std::move(f)](std::span<const Tensor> tensors) -> std::vector<Tensor> {
    using Result = std::invoke_result_t<const F &, decltype((void(I), tensors[0]))...>;
    if constexpr (std::is_void_v<Result>) {
      f(tensors[I]...);
      return {};
    } else if constexpr (std::is_convertible_v<Result, Tensor>) {
      return {Tensor(f(tensors[I]...))};
    } else {
      return f(tensors[I]...);
    }
  };
}
} // namespace detail

/// Calls `f` with the values of `tensors`, in a traced function on every run, in order with other effects. `f` is a function of
/// as many concrete tensors, on the host; it runs on the calling thread, perhaps for several calls at once. It gives a vector of
/// tensors, of the dtypes and shapes of `results`; or one tensor, or nothing.
///
/// What `f` throws reaches the caller. A result of another number, dtype or shape: Error, DTypeError or ShapeError.
/// A variable that the running function writes too is not to be assigned in `f`; read there, it may have any of its values.
template <class F, class... T> std::vector<Tensor> host_call(F f, std::vector<TensorSpec> results, const Operand &first, const T &...rest) {
  const Operand tensors[] = {first, Operand(rest, first.location())...};
  return detail::host_call(detail::host_function(std::move(f), std::make_index_sequence<1 + sizeof...(T)>()), std::move(results), tensors,
                           first.location());
}
/// The same with one result.
template <class F, class... T> Tensor host_call(F f, const TensorSpec &result, const Operand &first, const T &...rest) {
  return host_call(std::move(f), std::vector{result}, first, rest...)[0];
}
/// The same without tensors.
template <class F>
std::vector<Tensor> host_call(F f, std::vector<TensorSpec> results, std::source_location location = std::source_location::current()) {
  return detail::host_call(detail::host_function(std::move(f), std::index_sequence<>()), std::move(results), {}, location);
}

} // namespace burin
