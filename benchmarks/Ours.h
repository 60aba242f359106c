#pragma once
#include "Problem.h"

namespace bench {

/// Registers Burin for all problems that are computed many times.
void add_our_kernels(Registry &registry);
/// Registers Burin for control flow, first calls of it included.
void add_our_control(Registry &registry);
/// Registers Burin for random numbers, prints and updates of variables, with the yardsticks that these are compared with.
void add_our_state(Registry &registry);
/// Registers Burin for ops that run at once, and for functions with dynamic extents.
void add_our_eager_ops(Registry &registry);
/// Registers Burin for graphs and sessions, with calls of a function as the yardstick.
void add_our_graphs(Registry &registry);
/// Registers Burin for all other problems that are a function's first call.
void add_our_latencies(Registry &registry);

/// Traces, compiles and runs five elementwise ops; returns the seconds from before the first use of the library to the
/// values in hand. Meant to be all that its process does.
double first_call_in_this_process();

/// The same of twenty different ops, one by one.
double eager_ops_in_this_process();

/// The hidden options with which the runner starts itself to measure these, and what it prints then: the seconds.
inline constexpr const char *kFirstCallOption = "--first-call-in-this-process";
inline constexpr const char *kEagerOpsOption = "--eager-ops-in-this-process";
double in_a_new_process(const char *option);

} // namespace bench
