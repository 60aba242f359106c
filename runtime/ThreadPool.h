#pragma once
#include "runtime/Abi.h"
#include <cstdint>

/// The threads that compiled code and eager ops share. They start with the first parallel region, spin for some 30 us
/// after the last one, then sleep, and are joined when the process exits.
namespace burin::runtime {

/// Runs the tasks 0 to `count - 1` and returns when all are done. The caller takes part. Which thread runs which tasks,
/// and in what portions, is not defined.
///
/// A call from within a task, or while another thread's call is under way, runs on the calling thread alone: all
/// threads are busy as it is, and who doesn't wait can't deadlock.
void parallel_for(Task task, void **args, std::int64_t count) noexcept;

/// Threads that the next regions use, the caller included; 0 means as many as the machine runs at once.
void set_thread_count(int count) noexcept;
int thread_count() noexcept;

} // namespace burin::runtime
