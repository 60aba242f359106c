#pragma once
#include "compiler/lowering/LoopNest.h"
#include "compiler/lowering/TargetInfo.h"

/// What kind of loops a nest becomes, how wide its vectors are, and how many of them an iteration of its last loop takes.
namespace burin::compiler {

enum class Form {
  Scalar,   ///< one element at a time
  Parallel, ///< vectors along the last loop
  Row,      ///< vectors along the last loop, which is the only reduction: their lanes are combined at its end
  Column,   ///< vectors along the last loop, which is parallel; the one before it is the only reduction
};

/// Of a nest of whose loops the first `shared` ones are given.
Form formOf(const LoopNest &nest, unsigned shared);

/// Elements of a vector: fewer than fullLanes where the last loop is short.
int64_t lanesOf(const LoopNest &nest, const TargetInfo &target);
int64_t fullLanes(const LoopNest &nest, const TargetInfo &target);
/// Vectors that an iteration takes where nothing is reduced: fewer the more a body computes.
int64_t unrollOf(const LoopNest &nest);

/// How many vectors a row's reduction keeps sums in.
int64_t rowCopies(const LoopNest &nest, int64_t lanes);
int64_t mostRowCopies(const LoopNest &nest);

} // namespace burin::compiler
