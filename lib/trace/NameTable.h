#pragma once
#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

namespace burin::detail {

/// The names of what one trace records: unique, with the open scopes in front ("dense/add", "dense/add_1"). Scopes are among
/// them: a scope opened twice becomes "dense" and "dense_1".
class NameTable {
public:
  /// A new name like `wanted`, whose characters other than letters, digits and `_.-/` become `_`.
  std::string unique(std::string_view wanted);
  /// Whether `name`, in the open scopes, is taken.
  bool has(std::string_view name) const { return next_.contains(prefix_ + std::string(name)); }

  /// `name`, with its scopes, is free again.
  void release(const std::string &name);

  /// Opens a scope, until `close` with what it gives.
  std::size_t open(std::string_view scope);
  void close(std::size_t mark) { prefix_.resize(std::min(mark, prefix_.size())); }
  /// "dense/inner/", or nothing.
  const std::string &prefix() const { return prefix_; }

  /// Whether all characters of `name` may stand in one, and there is one.
  static bool is_valid(std::string_view name);

private:
  std::unordered_map<std::string, std::size_t> next_; // the names, each with the number to try when it is wanted again
  std::string prefix_;
};

} // namespace burin::detail
