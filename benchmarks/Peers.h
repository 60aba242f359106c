#pragma once
#include "Problem.h"

namespace bench {

/// Loads each peer's module that was built and lets it register; returns one line for each that is missing, with why.
/// Modules, because libtorch brings some 280 libraries, which must not slow the symbol lookup of a cold first call of
/// ours.
std::vector<std::string> load_peers(Registry &registry);

/// The running program.
std::string own_path();

} // namespace bench
