#pragma once
#include "lib/trace/Trace.h"
#include <memory>
#include <source_location>
#include <span>
#include <string_view>

/// What a trace does by itself, as actions.
namespace burin::detail {

Action recording_of(std::string_view op, std::string_view label, std::span<const NamedAttribute> attributes, std::source_location location);
Action reading_of(const std::shared_ptr<runtime::VariableState> &variable, std::source_location location);
Action assigning_of(const std::shared_ptr<runtime::VariableState> &variable, std::source_location location);
/// A file can have it if it can have `site`, and there are no results.
Action effect_of(std::string_view op, const std::shared_ptr<const runtime::EffectSite> &site, std::span<const NamedAttribute> attributes,
                 std::span<const TensorSpec> results, std::source_location location);
/// The operand as a tensor of the trace.
Action constant_of(std::source_location location);

} // namespace burin::detail
