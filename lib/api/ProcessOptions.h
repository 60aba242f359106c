#pragma once
#include "burin/Options.h"
#include "compiler/Compiler.h"
#include <atomic>

namespace burin::detail {

extern constinit std::atomic<bool> eager_functions;

extern constinit std::atomic<bool> checked_numerics;

/// Options::vector_bits in force.
int vector_bits();

/// Whether Debug::CheckNumerics is on for the process.
inline bool numerics_are_checked() { return checked_numerics.load(std::memory_order_relaxed); }

/// Whether traced functions run as host code now.
inline bool functions_run_eagerly() { return eager_functions.load(std::memory_order_relaxed); }

/// The options in force, as the compiler takes them. The first call of this or of any public function about options
/// reads the environment.
compiler::CompileOptions compile_options();

} // namespace burin::detail
