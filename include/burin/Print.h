#pragma once
#include "burin/Operand.h"
#include "burin/Variable.h"
#include <algorithm>
#include <functional>
#include <optional>
#include <ranges>
#include <string_view>
#include <tuple>
#include <variant>

namespace burin {

/// Where a print goes.
enum class PrintStream { Stderr, Stdout, LogDebug, LogInfo, LogWarning, LogError };

struct PrintOptions {
  std::int64_t summarize = 3;                     ///< entries shown at either end of a long dimension; -1: all
  int precision = -1;                             ///< significant digits of floating-point numbers; -1: as many as needed
  std::string sep = " ";                          ///< between arguments
  std::string end = "\n";
  PrintStream stream = PrintStream::Stderr;
  std::string file = {};                          ///< if not empty: appended to, in place of `stream`
  std::function<void(std::string_view)> callback = {}; ///< if set: gets each line, in place of `stream` and `file`
  bool location = false;                          ///< puts "train.cpp:41: " in front
};

namespace detail {
template <class T> struct Printed {
  static constexpr bool is_tuple = false, is_optional = false;
};
template <class... T> struct Printed<std::tuple<T...>> {
  static constexpr bool is_tuple = true, is_optional = false;
};
template <class A, class B> struct Printed<std::pair<A, B>> {
  static constexpr bool is_tuple = true, is_optional = false;
};
template <class T> struct Printed<std::optional<T>> {
  static constexpr bool is_tuple = false, is_optional = true;
};

template <class T>
concept PrintLeaf = std::is_same_v<T, Tensor> || std::is_same_v<T, Variable> || std::is_arithmetic_v<T> ||
                    std::is_convertible_v<const T &, std::string_view>;
template <class T>
concept MapLike = requires { typename T::mapped_type; };

/// A text within a container, as TensorFlow (that is, Python) shows it: 'train', "it's", 'two\nlines'.
std::string quoted(std::string_view text);
} // namespace detail

/// What can be printed: tensors, variables, strings, numbers; tuples, pairs, optionals, maps and other ranges of them.
template <class T>
concept Printable =
    detail::PrintLeaf<T> || detail::Printed<T>::is_tuple || detail::Printed<T>::is_optional || std::ranges::input_range<const T>;

/// One thing to print, taken apart, and the user's line. Made implicitly.
class PrintArgument {
public:
  using Location = std::source_location;
  /// A text, a tensor, or a number.
  using Piece = std::variant<std::string, Tensor, Operand>;

  template <Printable T> PrintArgument(const T &value, Location location = Location::current()) : location_(location) { add(value); }

  const std::vector<Piece> &pieces() const { return pieces_; }
  Location location() const { return location_; }

private:
  void text(std::string_view text) { pieces_.emplace_back(std::string(text)); }

  /// A text of the user's: quoted within a container.
  void words(std::string_view words) { text(depth_ ? detail::quoted(words) : std::string(words)); }

  template <class T> void add(const T &value) {
    if constexpr (std::is_same_v<T, Tensor>) pieces_.emplace_back(value);
    else if constexpr (std::is_same_v<T, Variable>) pieces_.emplace_back(value.read_value(location_));
    else if constexpr (std::is_same_v<T, char>) words({&value, 1});
    else if constexpr (std::is_arithmetic_v<T>) pieces_.emplace_back(Operand(value, location_));
    else if constexpr (detail::PrintLeaf<T>) words(value);
    else if constexpr (detail::Printed<T>::is_optional) value ? add(*value) : text("none");
    else if constexpr (detail::Printed<T>::is_tuple) add_tuple(value);
    else if constexpr (detail::MapLike<T>) add_map(value);
    else add_range(value);
  }
  template <class T> void add_tuple(const T &value) {
    open("(");
    std::apply([this](const auto &...item) { (add_item(item), ...); }, value);
    if (std::tuple_size_v<T> == 1) text(",");
    close(")");
  }
  template <class T> void add_map(const T &value) {
    std::vector<typename T::const_pointer> entries;
    for (const auto &entry : value) entries.push_back(&entry);
    if constexpr (requires { entries[0]->first < entries[0]->first; })
      std::sort(entries.begin(), entries.end(), [](auto a, auto b) { return a->first < b->first; });
    open("{");
    for (const auto entry : entries) {
      add_item(entry->first);
      text(": ");
      add(entry->second);
    }
    close("}");
  }
  template <class T> void add_range(const T &value) {
    open("[");
    for (auto &&item : value) add_item(static_cast<const std::ranges::range_value_t<T> &>(item));
    close("]");
  }
  template <class T> void add_item(const T &item) {
    text(std::exchange(first_, false) ? "" : ", ");
    add(item);
    first_ = false; // a container that has just ended
  }
  void open(std::string_view bracket) {
    text(bracket);
    ++depth_;
    first_ = true;
  }
  void close(std::string_view bracket) {
    text(bracket);
    --depth_;
    first_ = false;
  }

  int depth_ = 0;      // of containers that are open
  bool first_ = false; // no item yet in the innermost one
  std::vector<Piece> pieces_;
  Location location_;
};

namespace detail { void print(const PrintOptions &options, std::span<const PrintArgument> arguments); }

/// Prints the arguments, on every run where it is called in a traced function. Prints keep their order.
///
///   print("loss:", loss);          loss: 0.25
///   print(x, std::vector{y, z});   [0 1 2 ... 7 8 9] [1.5, 2.5]
///   print(std::pair{"b", w});      ('b', [1 2])
///
/// Throws IoError when a file can't be written, and what a callback throws.
template <Printable... Rest> void print(const PrintOptions &options, const PrintArgument &first, const Rest &...rest) {
  const PrintArgument arguments[] = {first, PrintArgument(rest, first.location())...};
  detail::print(options, arguments);
}
template <Printable... Rest> void print(const PrintArgument &first, const Rest &...rest) { print(PrintOptions(), first, rest...); }

} // namespace burin
