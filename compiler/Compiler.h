#pragma once
#include "burin/DType.h"
#include "burin/Shape.h"
#include "runtime/Abi.h"
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// The compiler as the library sees it: a traced module goes in, an executable comes out. No MLIR type is named here.
namespace burin::compiler {

class Module; // compiler/pipeline/Module.h: an MLIR module with the context that it lives in

struct CompileOptions {
  int vector_bits = 0;        ///< 128, 256 or 512; 0 = the widest that the host has
  bool parallel = true;       ///< split large work over the thread pool
  std::string dump_directory; ///< where each stage's IR is written; empty = nowhere
  /// Compiles, instead of the function, the search for the op that raised a flag of guard number `guard` (burin-guard-numerics).
  std::int64_t guard = -1;
  /// Compiles a function of one loop nest on dense tensors for any extents, if it can (Executable::open). In the types these stand for
  /// them, all different and larger than 1: those of the nest's loops, outermost first. A reduction's is what it would be compiled for.
  std::vector<std::int64_t> stand_ins;
};

/// Code for any extents. Its calls say what they are in CallContext::extents: the range of the outermost loop to run (from, to), then
/// the extents of all loops.
struct OpenLoops {
  std::int64_t unit = 0;  ///< ranges begin at multiples of it; 0: the range is the whole loop
  std::int64_t work = 0;  ///< of one element, in the units of runtime::kTaskWork; 0: the code is not for any extents
  std::int64_t least = 0; ///< the extents of a reduction for which the code is that made for them, to the bit
  std::int64_t most = 0;
};

/// Into how many chunks a reduction of all `count` elements of a tensor is cut, each of which is reduced by itself, side by side; what comes
/// of them is reduced in order. 0: it is not.
std::int64_t chunks_of(std::int64_t count);

/// In which order code for this host sums the elements of the product of dense matrices [m, k] and [k, n] of floats, n and k being 2 or more:
/// in so many sums, which take steps of k in turn, the first one those left over, too; each is a chain of fused multiply-adds from 0 on, and
/// they are added up one after the other.
std::int64_t product_chains(std::int64_t m, std::int64_t n, std::int64_t k, DType dtype, int vector_bits);

/// Where a value lives once the function has run.
struct Placement {
  enum class Kind {
    Fresh,    ///< in memory of its own, which the caller hands in
    Input,    ///< it is input `index` itself (a reshape of it, perhaps)
    Variable, ///< it is the value that variable `index` had before the call
    Result,   ///< it is result `index`, an earlier one
  };
  Kind kind = Kind::Fresh;
  int index = 0;
};

struct ValueSpec {
  DType dtype = DType::F32;
  Shape shape;
};

struct ResultSpec {
  ValueSpec value;
  Placement placement;
};

struct VariableSpec {
  ValueSpec value;
  bool read = false;     ///< its old value is used: it must be initialised
  bool written = false;  ///< it has a new value after the call, placed as `placement` says
  bool in_place = false; ///< the new value may be written over the old one (same pointer for both) if nobody else holds it
  Placement placement;
};

/// What a function is that does no more than call a runtime kernel with its arguments, each once and in order, and return the results:
/// nothing is compiled for it.
struct KernelAlone {
  runtime::Kernel *kernel = nullptr; ///< null for all other functions
  std::vector<std::int64_t> numbers; ///< as KernelCall has it, and what follows
  std::string op, place;
};

/// A compiled function. Machine code is freed with it.
///
/// `entry(args)` takes pointers to data, in this order:
///   inputs, then variables' old values, then results, then variables' new values, then the arena, then the CallContext.
/// A result or new value whose placement is not Fresh takes no memory: its pointer is ignored (null).
struct Executable {
  virtual ~Executable() = default;
  runtime::Entry entry = nullptr;
  std::size_t arena_bytes = 0; ///< scratch memory for one call, 64-byte aligned; 0 = none
  std::vector<ValueSpec> inputs;
  std::vector<VariableSpec> variables;
  std::vector<ResultSpec> results;
  /// For each place where the code may stop (CallContext::failed_at) and each variable: whether it has its new value then,
  /// rather than its old one.
  std::vector<bool> failure_states;
  /// What it was compiled from, if it has guards (burin-guard-numerics); else empty.
  std::string guarded_source;
  OpenLoops open;
  KernelAlone alone; ///< then there is no entry
};

/// Begins, once in the life of a process, if it has a second processor, and on a thread of its own, what a first compilation does but
/// once: LLVM's pages come into memory, its symbols are bound, its tables, target machine and linker are made. Whoever will compile
/// calls it early; nobody needs to. Returns at once.
void warm_up();

/// Compiles the only public function of `module`, with those that it calls; what the pipeline leaves in `module` is unspecified.
/// Throws CompileError (a defect of ours, or memory that can't be had), with the diagnostics. Safe to call from many threads.
std::shared_ptr<const Executable> compile(Module &module, const CompileOptions &options);

/// The names of all stages in order: trace, optimized, clusters, ..., asm.
std::vector<std::string_view> stage_names();

/// The text of `module`'s functions at `stage`. Consumes `module` as `compile` does. Throws Error for an unknown stage.
std::string dump(Module &module, std::string_view stage, const CompileOptions &options);

/// MLIR bytecode of a module, with source locations, and back. `deserialize` takes bytecode or text.
/// Throws IoError if `bytes` are neither, naming the place.
std::string serialize(const Module &module);
std::unique_ptr<Module, void (*)(Module *)> deserialize(std::string_view bytes, std::string_view name);

/// The same for bytes of unknown origin, which must be a single function, and that a trace. Throws IoError, and doesn't crash, for
/// text that is nested too deeply for MLIR's parser, bytecode that its reader would take at its word, dialects that traces don't have,
/// and what the verifier objects to.
std::unique_ptr<Module, void (*)(Module *)> deserialize_untrusted(std::string_view bytes, std::string_view name);

/// Puts the bodies of functions in place of their calls, as `compile` does: one function is left. Throws CompileError for a function
/// that calls itself.
void inline_calls(Module &module);

/// The names of the public functions that `module` defines, in order.
std::vector<std::string> function_names(const Module &module);

/// Leaves function `name`, and what it calls, alone in `module`, as `compile` and `dump` want it of a module that others wrote.
/// Throws Error if there is no such function, IoError if it isn't what a trace is: the user's ops on static tensors.
void keep_function(Module &module, std::string_view name);

} // namespace burin::compiler
