#include "lib/trace/NameTable.h"
#include <algorithm>
#include <charconv>

namespace burin::detail {

static bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-' || c == '/';
}

bool NameTable::is_valid(std::string_view name) {
  return !name.empty() && name.front() != '/' && name.back() != '/' && std::all_of(name.begin(), name.end(), is_plain);
}

std::string NameTable::unique(std::string_view wanted) {
  std::string name = prefix_;
  name += wanted.empty() ? std::string_view("unnamed") : wanted;
  std::replace_if(name.begin() + static_cast<std::ptrdiff_t>(prefix_.size()), name.end(), [](char c) { return !is_plain(c); }, '_');
  const auto [entry, is_new] = next_.try_emplace(name, 1);
  if (is_new) return name;
  std::string numbered;
  do numbered = name + "_" + std::to_string(next_[name]++);
  while (!next_.try_emplace(numbered, 1).second);
  return numbered;
}

void NameTable::release(const std::string &name) {
  next_.erase(name);
  const std::size_t end = name.rfind('_');
  const auto base = end == std::string::npos ? next_.end() : next_.find(name.substr(0, end));
  std::size_t number = 0;
  if (base != next_.end() && std::from_chars(name.data() + end + 1, name.data() + name.size(), number).ec == std::errc())
    base->second = std::min(base->second, std::max<std::size_t>(number, 1));
}

std::size_t NameTable::open(std::string_view scope) {
  const std::size_t mark = prefix_.size();
  prefix_ = unique(scope) + "/";
  return mark;
}

} // namespace burin::detail
