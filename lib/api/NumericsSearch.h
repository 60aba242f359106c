#pragma once
#include "lib/trace/Trace.h"
#include "runtime/NumericsSearch.h"
#include <memory>
#include <string_view>

namespace burin::detail {

/// The search for guards of a function. `source` is what it was compiled from and outlives the search, `sites` are its effects. The code that
/// looks into a guard is compiled when it is needed first.
std::unique_ptr<const runtime::NumericsSearch> make_numerics_search(std::string_view source, EffectSites sites);

} // namespace burin::detail
