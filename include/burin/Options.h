#pragma once
#include <cstddef>
#include <cstdint>
#include <string>

namespace burin {

/// What functions do besides what they are for.
enum class Debug {
  None,
  /// The first op that makes a NaN or an infinity from numbers that are neither ends the call with a CheckError that names it, its
  /// line, the places and the values. Each op's result goes through memory then, and is looked at: small ops take several times as
  /// long, matrix products hardly longer.
  CheckNumerics,
};

/// What can be set for the whole process. Each starts from its environment variable, read once.
struct Options {
  int threads = 0;                     ///< BURIN_THREADS: of the pool; 0 = one for each core
  int vector_bits = 0;                 ///< BURIN_VECTOR_BITS: 128, 256, 512; 0 = the widest that the processor has
  std::string dump_directory;          ///< BURIN_DUMP: where each stage of each function is written; empty = nowhere
  std::string log_level = "warn";      ///< BURIN_LOG: debug, info, warn, error, off
  bool run_functions_eagerly = false;  ///< functions run as host code, op by op
  Debug debug = Debug::None;           ///< BURIN_DEBUG (none, check_numerics): for eager ops and all functions
};

/// The options now in force.
Options options();
/// Puts options in force, for functions that are compiled from now on. Throws Error for a value that makes no sense.
void set_options(const Options &options);

/// Threads that large ops are split over, this one included; 0 = one for each core. Results don't depend on it.
void set_thread_count(int count);
/// Whether functions run as host code, op by op, as a debugger likes it, with the same results.
void run_functions_eagerly(bool eagerly);
bool functions_run_eagerly();

/// What the pool of tensor memory has done and holds.
struct PoolStats {
  std::uint64_t system_allocations = 0; ///< how often the system was asked for memory
  std::uint64_t pool_hits = 0;          ///< how often free memory was found instead
  std::size_t bytes_live = 0;           ///< in tensors and variables
  std::size_t bytes_cached = 0;         ///< free, kept for the next tensor
};
PoolStats pool_stats();

} // namespace burin
