#pragma once
#include "burin/Graph.h"
#include "burin/Structure.h"
#include "burin/detail/InlineVector.h"
#include <cstddef>
#include <memory>
#include <source_location>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>

/// What sessions are underneath their C++ types: Session.h converts to and from the flat forms here, lib/ does the work.
namespace burin {

/// What a session is to give: a tensor, an operation, a variable (its value when all else has run), or any of these by name.
/// Refers to what it is made of.
class Fetch {
public:
  enum class Kind { Tensor, Operation, Variable, Name };

  Fetch(const Tensor &tensor) : kind_(Kind::Tensor), object_(&tensor) {}
  Fetch(const Operation &operation) : kind_(Kind::Operation), object_(&operation) {}
  Fetch(const Variable &variable) : kind_(Kind::Variable), object_(&variable) {}
  Fetch(std::string_view name) : kind_(Kind::Name), object_(name.data()), size_(name.size()) {}
  Fetch(const std::string &name) : Fetch(std::string_view(name)) {}
  Fetch(const char *name) : Fetch(std::string_view(name)) {}

  Kind kind() const { return kind_; }
  const Tensor &tensor() const { return *static_cast<const Tensor *>(object_); }
  const Operation &operation() const { return *static_cast<const Operation *>(object_); }
  const Variable &variable() const { return *static_cast<const Variable *>(object_); }
  std::string_view name() const { return {static_cast<const char *>(object_), size_}; }

private:
  Kind kind_;
  const void *object_;
  std::size_t size_ = 0;
};

/// A tensor of the graph, or its name, with the value that it is to have. A C++ number takes the tensor's dtype.
struct Feed {
  Fetch target;
  Operand value;
};

namespace detail {

class SessionCore; // what a session has compiled
class Prepared;    // one set of fetches and feeds, compiled

template <class T>
concept FetchLeaf =
    std::is_same_v<T, Tensor> || std::is_same_v<T, Operation> || std::is_same_v<T, Variable> || TextValue<T> || std::is_same_v<T, Fetch>;

using FlatFetches = InlineVector<Fetch, 16>;

/// The leaves of `value`, in the order of `visit`.
template <class T> void flatten(const T &value, FlatFetches &flat) {
  using S = StructureOf<T>;
  if constexpr (FetchLeaf<T>) flat.push_back(Fetch(value));
  else if constexpr (S::is_tuple) std::apply([&](const auto &...part) { (flatten(part, flat), ...); }, value);
  else if constexpr (S::is_array || S::is_vector)
    for (const auto &element : value) flatten(element, flat);
  else if constexpr (S::is_optional) {
    if (value) flatten(*value, flat);
  } else if constexpr (S::is_map) {
    for (const auto *entry : SortedEntries(value)) flatten(entry->second, flat);
  } else if constexpr (AggregateType<T>) {
    std::apply([&](const auto &...field) { (flatten(field, flat), ...); }, Aggregate<T>::fields(value));
  } else
    static_assert(always_false<T>,
                  "sessions fetch tensors, operations, variables, names, and tuples, pairs, arrays, vectors, optionals and "
                  "string-keyed maps of these, and structs of tensors");
}

/// The tensors that a run gave, one for each leaf; empty for an operation without outputs.
class FetchedTensors {
public:
  FetchedTensors() = default;
  ~FetchedTensors();
  FetchedTensors(const FetchedTensors &) = delete;
  FetchedTensors &operator=(const FetchedTensors &) = delete;

  Tensor next() { return Tensor(tensors_[next_++]); }
  Tensor tensor(const Tensor &) { return next(); } // as a source for `rebuild`
  void resize(std::size_t size) {
    tensors_.resize(size);
    next_ = size;
  }
  void fill_empty(std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) tensors_.push_back(nullptr);
  }
  TensorImpl **data() { return tensors_.data(); }
  void hand_over() { next_ = 0; }

private:
  InlineVector<TensorImpl *, 16> tensors_;
  std::size_t next_ = 0; // those before it are taken
};

template <class T> auto fetched(const T &value, FetchedTensors &source);

template <class T> auto fetched_tuple(const T &value, FetchedTensors &source) {
  if constexpr (requires { value.first; }) {
    auto first = fetched(value.first, source);
    return std::pair{std::move(first), fetched(value.second, source)};
  } else {
    return std::apply([&](const auto &...part) { return std::tuple<decltype(fetched(part, source))...>{fetched(part, source)...}; }, value);
  }
}

/// `value` with the fetched tensor in place of each leaf.
template <class T> auto fetched(const T &value, FetchedTensors &source) {
  using S = StructureOf<T>;
  if constexpr (FetchLeaf<T>) return source.next();
  else if constexpr (S::is_tuple) return fetched_tuple(value, source);
  else if constexpr (S::is_array)
    return [&]<std::size_t... I>(std::index_sequence<I...>) { // braces evaluate from left to right
      return std::array<decltype(fetched(value[0], source)), sizeof...(I)>{fetched(value[I], source)...};
    }(std::make_index_sequence<std::tuple_size_v<T>>());
  else if constexpr (S::is_vector) {
    std::vector<decltype(fetched(value[0], source))> result;
    for (const auto &element : value) result.push_back(fetched(element, source));
    return result;
  } else if constexpr (S::is_optional) {
    using Part = decltype(fetched(*value, source));
    return value ? std::optional<Part>(fetched(*value, source)) : std::optional<Part>();
  } else if constexpr (S::is_map) {
    std::map<std::string, decltype(fetched(value.begin()->second, source))> result;
    for (const auto *entry : SortedEntries(value)) result.emplace(entry->first, fetched(entry->second, source));
    return result;
  } else return rebuild(value, source);
}

std::shared_ptr<SessionCore> make_session_core(const Graph &graph);
void close(SessionCore &core);
bool is_closed(const SessionCore &core);
[[noreturn]] void throw_closed(std::source_location location);

/// Runs what the fetches need; compiles it first if this set of fetches and feeds is new.
void run(SessionCore &core, std::span<const Fetch> fetches, std::span<const Feed> feeds, FetchedTensors &results,
         std::source_location location);

std::shared_ptr<const Prepared> prepare(SessionCore &core, std::span<const Fetch> fetches, std::span<const Fetch> feeds,
                                        std::source_location location);
/// `feeds` in the order in which they were prepared.
void run(const SessionCore &core, const Prepared &prepared, std::span<const Tensor *const> feeds, FetchedTensors &results);

} // namespace detail
} // namespace burin
