#pragma once
#include "burin/Index.h"
#include "burin/Ops.h"
#include "burin/Structure.h"
#include "burin/ops/Convolution.h"
#include "lib/trace/Action.h"
#include <concepts>
#include <limits>
#include <optional>
#include <source_location>
#include <span>
#include <type_traits>
#include <vector>

/// What ops take besides tensors, as the arguments of an action in a file, and back.
namespace burin {

template <> struct Aggregate<ConvolutionOptions> {
  static auto fields(auto &o) { return std::tie(o.strides, o.dilations, o.padding, o.groups, o.layout); }
};
template <> struct Aggregate<PoolOptions> {
  static auto fields(auto &o) { return std::tie(o.strides, o.dilations, o.padding, o.layout, o.count_padding); }
};
template <> struct Aggregate<FftOptions> {
  static auto fields(auto &o) { return std::tie(o.n, o.axis, o.norm); }
};
template <> struct Aggregate<TriangularOptions> {
  static auto fields(auto &o) { return std::tie(o.triangle, o.transposed, o.unit_diagonal); }
};
template <> struct Aggregate<CrossEntropyOptions> {
  static auto fields(auto &o) { return std::tie(o.axis, o.given, o.label_smoothing, o.reduction); }
};

} // namespace burin

namespace burin::detail {

/// The greatest enumerator of an enum whose values are all numbers from 0 on: a file may have any number.
template <class E> constexpr E kLastOf = E();
template <> inline constexpr KeepDims kLastOf<KeepDims> = KeepDims::Yes;
template <> inline constexpr Scatter kLastOf<Scatter> = Scatter::Max;
template <> inline constexpr Indexing kLastOf<Indexing> = Indexing::IJ;
template <> inline constexpr PadMode kLastOf<PadMode> = PadMode::Wrap;
template <> inline constexpr FftNorm kLastOf<FftNorm> = FftNorm::Forward;
template <> inline constexpr Layout kLastOf<Layout> = Layout::ChannelsFirst;
template <> inline constexpr Padding kLastOf<Padding> = Padding::Same;
template <> inline constexpr Triangle kLastOf<Triangle> = Triangle::Upper;
template <> inline constexpr Prediction kLastOf<Prediction> = Prediction::Probabilities;
template <> inline constexpr Reduction kLastOf<Reduction> = Reduction::Mean;
template <> inline constexpr NanEqual kLastOf<NanEqual> = NanEqual::Yes;

template <class T>
concept OptionalArgument = StructureOf<T>::is_optional;
template <class T>
concept ListArgument = std::is_same_v<T, std::vector<std::int64_t>> || std::is_same_v<T, Integers> || std::is_same_v<T, Shape> ||
                       std::is_same_v<T, Axes> || std::is_same_v<T, std::vector<PadWidth>>;

// --- to a code -----------------------------------------------------------------------------------------------------

inline std::vector<std::int64_t> as_list(const std::vector<std::int64_t> &list) { return list; }
inline std::vector<std::int64_t> as_list(const Integers &list) { return list.values(); }
inline std::vector<std::int64_t> as_list(const Shape &shape) { return {shape.begin(), shape.end()}; }
inline std::vector<std::int64_t> as_list(const Axes &axes) { return {axes.values().begin(), axes.values().end()}; }
inline std::vector<std::int64_t> as_list(std::span<const PadWidth> widths) {
  std::vector<std::int64_t> list;
  for (const PadWidth &width : widths) list.insert(list.end(), {width.before, width.after});
  return list;
}
/// For each entry its kind, whether it has a start and a stop, these, and the step.
std::vector<std::int64_t> as_list(const Indices &indices);

template <class A> void add_argument(const A &argument, ActionCode &code) {
  if constexpr (std::is_same_v<A, bool> || std::is_same_v<A, DType> || std::is_same_v<A, std::string>)
    code.arguments.emplace_back(argument);
  else if constexpr (std::integral<A> || std::is_enum_v<A>) code.arguments.emplace_back(static_cast<std::int64_t>(argument));
  else if constexpr (std::floating_point<A>) code.arguments.emplace_back(static_cast<double>(argument));
  else if constexpr (ListArgument<A> || std::is_same_v<A, Indices>) code.arguments.emplace_back(as_list(argument));
  else if constexpr (std::is_same_v<A, WindowPadding>) {
    add_argument(argument.rule(), code);
    code.arguments.emplace_back(as_list(argument.widths()));
  } else if constexpr (std::is_same_v<A, Operand>) {
    add_argument(argument.is_number(), code);
    if (!argument.is_number()) return;
    add_argument(argument.dtype(), code);
    if (is_floating(argument.dtype())) add_argument(argument.real(), code);
    else add_argument(argument.whole(), code);
  } else if constexpr (std::is_same_v<A, std::vector<Operand>>) {
    add_argument(argument.size(), code);
    for (const Operand &operand : argument) add_argument(operand, code);
  } else if constexpr (OptionalArgument<A>) {
    add_argument(argument.has_value(), code);
    if (argument) add_argument(*argument, code);
  } else if constexpr (AggregateType<A>) {
    std::apply([&](const auto &...fields) { (add_argument(fields, code), ...); }, Aggregate<A>::fields(argument));
  } else if constexpr (std::is_same_v<A, std::shared_ptr<runtime::VariableState>>) code.variables.push_back(argument);
  else static_assert(std::is_same_v<A, Tensor> || std::is_same_v<A, std::source_location>, "say how a file has it");
}

// --- from a code ---------------------------------------------------------------------------------------------------

template <class T> T list_as(const std::vector<std::int64_t> &list, const ActionReader &reader) {
  if constexpr (std::is_same_v<T, Shape>) return Shape(std::span<const std::int64_t>(list));
  else if constexpr (std::is_same_v<T, Axes>) {
    std::vector<int> axes;
    for (const std::int64_t axis : list) {
      if (axis != static_cast<int>(axis)) reader.throw_damaged();
      axes.push_back(static_cast<int>(axis));
    }
    return axes;
  } else if constexpr (std::is_same_v<T, std::vector<PadWidth>>) {
    if (list.size() % 2) reader.throw_damaged();
    T widths;
    for (std::size_t i = 0; i < list.size(); i += 2) widths.push_back({list[i], list[i + 1]});
    return widths;
  } else return list;
}
Indices indices_of(const std::vector<std::int64_t> &list, const ActionReader &reader);

template <class E> E enumerator_of(std::int64_t number, const ActionReader &reader) {
  static_assert(kLastOf<E> != E(), "say which is the last one");
  if (number < 0 || number > static_cast<std::int64_t>(kLastOf<E>)) reader.throw_damaged();
  return static_cast<E>(number);
}

Operand read_operand(ActionReader &reader);

template <class A> A read_argument(ActionReader &reader) {
  if constexpr (std::is_same_v<A, bool> || std::is_same_v<A, DType> || std::is_same_v<A, std::string>) return reader.take<A>();
  else if constexpr (std::is_enum_v<A>) return enumerator_of<A>(reader.take<std::int64_t>(), reader);
  else if constexpr (std::integral<A>) {
    const std::int64_t number = reader.take<std::int64_t>();
    if (!std::in_range<A>(number)) reader.throw_damaged();
    return static_cast<A>(number);
  } else if constexpr (std::floating_point<A>) return static_cast<A>(reader.take<double>());
  else if constexpr (ListArgument<A>) return list_as<A>(reader.take<std::vector<std::int64_t>>(), reader);
  else if constexpr (std::is_same_v<A, Indices>) return indices_of(reader.take<std::vector<std::int64_t>>(), reader);
  else if constexpr (std::is_same_v<A, WindowPadding>) {
    const auto rule = read_argument<Padding>(reader);
    const auto widths = list_as<std::vector<PadWidth>>(reader.take<std::vector<std::int64_t>>(), reader);
    return widths.empty() ? WindowPadding(rule) : WindowPadding(widths);
  } else if constexpr (std::is_same_v<A, Operand>) return read_operand(reader);
  else if constexpr (std::is_same_v<A, std::vector<Operand>>) {
    A operands;
    for (std::int64_t left = reader.take<std::int64_t>(); left > 0; --left) operands.push_back(read_operand(reader));
    return operands;
  } else if constexpr (OptionalArgument<A>) {
    return reader.take<bool>() ? A(read_argument<typename A::value_type>(reader)) : A();
  } else if constexpr (AggregateType<A>) {
    A aggregate{};
    std::apply([&](auto &...fields) { ((fields = read_argument<std::decay_t<decltype(fields)>>(reader)), ...); },
               Aggregate<A>::fields(aggregate));
    return aggregate;
  } else if constexpr (std::is_same_v<A, std::shared_ptr<runtime::VariableState>>) return reader.take_variable();
  else if constexpr (std::is_same_v<A, std::source_location>) return reader.location();
  else return Tensor();
}

// --- the tensors among them ----------------------------------------------------------------------------------------

template <class A> void add_tensors(const A &argument, std::vector<Tensor> &tensors) {
  if constexpr (std::is_same_v<A, Tensor>) tensors.push_back(argument);
  else if constexpr (std::is_same_v<A, Operand>) tensors.push_back(argument.is_number() ? Tensor() : argument.tensor());
  else if constexpr (std::is_convertible_v<A, std::span<const Operand>>)
    for (const Operand &operand : std::span<const Operand>(argument)) add_tensors(operand, tensors);
}

/// Takes as many `tensors` as it has, from the front. Throws IoError for too few, which a file may have.
template <class A> void put_tensors(A &argument, std::span<const Tensor> &tensors) {
  const auto next = [&] {
    if (tensors.empty()) throw IoError("an action has too few operands");
    const Tensor tensor = tensors.front();
    tensors = tensors.subspan(1);
    return tensor;
  };
  if constexpr (std::is_same_v<A, Tensor>) argument = next();
  else if constexpr (std::is_same_v<A, Operand>) {
    const Tensor tensor = next();
    if (!argument.is_number()) argument = Operand(tensor, argument.location());
  } else if constexpr (std::is_same_v<A, std::vector<Operand>>)
    for (Operand &operand : argument) put_tensors(operand, tensors);
}

} // namespace burin::detail
