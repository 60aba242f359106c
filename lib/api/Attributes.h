#pragma once
#include "lib/trace/Trace.h"
#include <algorithm>
#include <span>
#include <string_view>

namespace burin::detail {

/// The value of an attribute that the op has.
template <class T> const T &attribute_of(std::span<const NamedAttribute> attributes, std::string_view name) {
  return std::get<T>(std::find_if(attributes.begin(), attributes.end(), [&](const auto &each) { return each.first == name; })->second);
}

} // namespace burin::detail
