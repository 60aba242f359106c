#pragma once
#include "burin/Tensor.h"
#include "burin/Variable.h"
#include "burin/detail/InlineVector.h"
#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

namespace burin {

/// Lets functions take and return a struct of yours. Specialise it:
///
///     template <> struct burin::Aggregate<Batch> {
///       static auto fields(auto &batch) { return std::tie(batch.images, batch.labels); }
///       static constexpr std::array names = {"images", "labels"}; // optional: for messages
///     };
template <class T> struct Aggregate;

namespace detail {

// --- what a type is as part of an argument or a result -------------------------------------------------------------

template <class T>
concept TextValue =
    std::is_same_v<T, std::string> || std::is_same_v<T, std::string_view> || std::is_same_v<T, const char *> || std::is_same_v<T, char *>;
template <class T>
concept NumberValue = (std::is_arithmetic_v<T> && !std::is_same_v<T, long double>) || std::is_enum_v<T>;
/// Part of the signature by its value.
template <class T>
concept StaticValue = TextValue<T> || NumberValue<T>;

template <class T>
concept AggregateType = requires(T &value) { Aggregate<T>::fields(value); };

struct NoStructure {
  static constexpr bool is_tuple = false, is_array = false, is_vector = false, is_optional = false, is_map = false;
};
template <class T> struct StructureOf : NoStructure {};
template <class... T> struct StructureOf<std::tuple<T...>> : NoStructure {
  static constexpr bool is_tuple = true;
};
template <class A, class B> struct StructureOf<std::pair<A, B>> : NoStructure {
  static constexpr bool is_tuple = true;
};
template <class T, std::size_t N> struct StructureOf<std::array<T, N>> : NoStructure {
  static constexpr bool is_array = true;
};
template <class T, class A> struct StructureOf<std::vector<T, A>> : NoStructure {
  static constexpr bool is_vector = true;
};
template <class T> struct StructureOf<std::optional<T>> : NoStructure {
  static constexpr bool is_optional = true;
};
template <class T, class C, class A> struct StructureOf<std::map<std::string, T, C, A>> : NoStructure {
  static constexpr bool is_map = true;
};
template <class T, class H, class E, class A> struct StructureOf<std::unordered_map<std::string, T, H, E, A>> : NoStructure {
  static constexpr bool is_map = true;
};

template <class T> inline constexpr bool always_false = false;

// --- walking through a structure -----------------------------------------------------------------------------------

enum class Container { Tuple, Pair, Array, Vector, Optional, Map, Aggregate };

/// The way from a structure to one of its parts.
struct Step {
  enum class Kind { Argument, Index, First, Second, Key, Field } kind;
  std::size_t index = 0;
  std::string_view name = {}; ///< Key, and Field where the aggregate has names
};

/// Pointers to the entries of a map, sorted by key, whatever order the map keeps them in.
template <class Map> class SortedEntries {
public:
  using Entry = std::remove_reference_t<decltype(*std::declval<Map &>().begin())>;

  explicit SortedEntries(Map &map) {
    for (auto &entry : map) entries_.push_back(&entry);
    std::sort(entries_.begin(), entries_.end(), [](const Entry *a, const Entry *b) { return a->first < b->first; });
  }
  const auto *begin() const { return entries_.begin(); }
  const auto *end() const { return entries_.end(); }

private:
  InlineVector<Entry *, 16> entries_;
};

template <class T> constexpr std::string_view field_name(std::size_t index) {
  if constexpr (requires { Aggregate<T>::names; }) return Aggregate<T>::names[index];
  else return {};
}

template <class T, class Sink> void visit(const T &value, Sink &sink);

template <class T, class Sink> void visit_part(const T &value, Step step, Sink &sink) {
  sink.enter(step);
  visit(value, sink);
  sink.leave();
}

template <class T, class Sink> void visit_tuple(const T &value, Sink &sink) {
  constexpr bool is_pair = requires { value.first; };
  constexpr std::size_t size = std::tuple_size_v<T>;
  sink.begin(is_pair ? Container::Pair : Container::Tuple, size);
  const auto step = [=](std::size_t i) {
    return is_pair ? Step{i == 0 ? Step::Kind::First : Step::Kind::Second} : Step{Step::Kind::Index, i};
  };
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (visit_part(std::get<I>(value), step(I), sink), ...);
  }(std::make_index_sequence<size>());
  sink.end();
}

template <class T, class Sink> void visit_fields(const T &value, Sink &sink) {
  const auto fields = Aggregate<T>::fields(value);
  constexpr std::size_t size = std::tuple_size_v<decltype(fields)>;
  sink.begin(Container::Aggregate, size);
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (visit_part(std::get<I>(fields), Step{Step::Kind::Field, I, field_name<T>(I)}, sink), ...);
  }(std::make_index_sequence<size>());
  sink.end();
}

/// Shows all of `value` to `sink`, in an order that depends on structure alone: tensor(), variable(), number(), text()
/// for the leaves; begin() and end() around each container; enter() and leave() around each part.
template <class T, class Sink> void visit(const T &value, Sink &sink) {
  using S = StructureOf<T>;
  if constexpr (std::is_same_v<T, Tensor>) sink.tensor(value);
  else if constexpr (std::is_same_v<T, Variable>) sink.variable(value);
  else if constexpr (TextValue<T>) sink.text(std::string_view(value));
  else if constexpr (NumberValue<T>) sink.number(value);
  else if constexpr (S::is_tuple) visit_tuple(value, sink);
  else if constexpr (S::is_array || S::is_vector) {
    sink.begin(S::is_array ? Container::Array : Container::Vector, value.size());
    for (std::size_t i = 0; i < value.size(); ++i) {
      const typename T::value_type &element = value[i]; // by way of a temporary for vector<bool>
      visit_part(element, Step{Step::Kind::Index, i}, sink);
    }
    sink.end();
  } else if constexpr (S::is_optional) {
    sink.begin(Container::Optional, value.has_value());
    if (value) visit(*value, sink);
    sink.end();
  } else if constexpr (S::is_map) {
    sink.begin(Container::Map, value.size());
    for (const auto *entry : SortedEntries(value)) visit_part(entry->second, Step{Step::Kind::Key, 0, entry->first}, sink);
    sink.end();
  } else if constexpr (AggregateType<T>) visit_fields(value, sink);
  else
    static_assert(always_false<T>,
                  "burin functions take and return tensors, variables, numbers, enums, strings, and tuples, pairs, arrays, vectors, "
                  "optionals and string-keyed maps of these; for a struct, specialise burin::Aggregate");
}

// --- making a structure anew with other leaves ---------------------------------------------------------------------

template <class T> constexpr bool has_leaves() {
  using S = StructureOf<T>;
  if constexpr (std::is_same_v<T, Tensor> || std::is_same_v<T, Variable>) return true;
  else if constexpr (StaticValue<T>) return false;
  else if constexpr (S::is_tuple)
    return []<std::size_t... I>(std::index_sequence<I...>) {
      return (has_leaves<std::tuple_element_t<I, T>>() || ...);
    }(std::make_index_sequence<std::tuple_size_v<T>>());
  else if constexpr (S::is_array || S::is_vector || S::is_optional) return has_leaves<typename T::value_type>();
  else if constexpr (S::is_map) return has_leaves<typename T::mapped_type>();
  else return true;
}

template <class T, class Source> T rebuild_fields(const T &value, Source &source);

/// A copy of `value` with the tensors and variables that `source.tensor(old)` and `source.variable(old)` give for its
/// own, asked for in the order of `visit`.
template <class T, class Source> T rebuild(const T &value, Source &source) {
  using S = StructureOf<T>;
  if constexpr (std::is_same_v<T, Tensor>) return source.tensor(value);
  else if constexpr (std::is_same_v<T, Variable>) return source.variable(value);
  else if constexpr (!has_leaves<T>()) return value;
  else if constexpr (S::is_tuple || S::is_array)
    return [&]<std::size_t... I>(std::index_sequence<I...>) { // braces evaluate from left to right
      return T{rebuild(std::get<I>(value), source)...};
    }(std::make_index_sequence<std::tuple_size_v<T>>());
  else if constexpr (S::is_vector) {
    T result;
    result.reserve(value.size());
    for (const auto &element : value) result.push_back(rebuild(element, source));
    return result;
  } else if constexpr (S::is_optional) {
    if (!value) return std::nullopt;
    return T(rebuild(*value, source));
  } else if constexpr (S::is_map) {
    T result;
    for (const auto *entry : SortedEntries(value)) result.emplace(entry->first, rebuild(entry->second, source));
    return result;
  } else return rebuild_fields(value, source);
}

template <class T, class Source> T rebuild_fields(const T &value, Source &source) {
  T result = value;
  auto from = Aggregate<T>::fields(value);
  auto to = Aggregate<T>::fields(result);
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    ((std::get<I>(to) = rebuild(std::get<I>(from), source)), ...);
  }(std::make_index_sequence<std::tuple_size_v<decltype(to)>>());
  return result;
}

} // namespace detail
} // namespace burin
