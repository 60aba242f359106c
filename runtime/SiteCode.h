#pragma once
#include "runtime/Check.h"
#include "runtime/EffectSite.h"
#include "runtime/Print.h"
#include <memory>
#include <string_view>
#include <vector>

namespace burin::runtime {

/// Prints and checks as text, for files: fields, each with its length in front ("5:print1:3"), the first of them the kind.

/// The effect that `code`, of an EffectSite's `encode`, stands for. `op`, which has it, is "print", "check" or "check_finite";
/// `tensors` are those that it gets when it runs. Throws IoError for a code that is none, or that doesn't fit op and tensors.
std::shared_ptr<const EffectSite> decode_site(std::string_view code, std::string_view op, std::vector<CheckedTensor> tensors);

/// The print alone, for tensors that aren't known yet. Throws IoError likewise.
PrintSite decode_print(std::string_view code);

/// Whether running the effect may fail by what it does, rather than by the values that it sees: a print to a file.
bool may_fail_by_itself(const EffectSite &site);

} // namespace burin::runtime
