#pragma once
#include <initializer_list>
#include <string>

/// Numerical libraries that kernels call. They are loaded by the first call that needs them, so that a program that has none
/// starts without them.
namespace burin::runtime {

class Library {
public:
  /// Loads the first of `files` that the system has. `names` says in messages what is missing, and which package brings it.
  Library(std::initializer_list<const char *> files, std::string names);

  /// Throws Error if the library, or `symbol` in it, could not be found.
  template <class Function> Function *function(const char *symbol) const { return reinterpret_cast<Function *>(address(symbol)); }
  /// Null where `symbol` doesn't exist.
  void *find(const char *symbol) const;
  /// Whether the program had loaded it before.
  bool was_loaded() const { return was_loaded_; }

private:
  void *address(const char *symbol) const;

  std::string names_, failure_;
  void *handle_ = nullptr;
  bool was_loaded_ = false;
};

} // namespace burin::runtime
