#pragma once
#include "lib/trace/GraphTrace.h"
#include "mlir/IR/Operation.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/DenseMap.h"
#include <string>
#include <unordered_map>
#include <vector>

namespace burin::detail {

/// What a trace that is a graph keeps of the operations in its outermost block, by their numbers.
struct GraphRecords {
  struct Item {
    std::string name;
    mlir::Operation *op;      ///< null for a placeholder
    unsigned placeholder;     ///< its position among the arguments
    std::size_t first_result; ///< its number among what the trace recorded, or kNotRecorded
    std::string type = {};    ///< what the host does; empty: the op's name
  };
  // Constants and what was read from a file, until somebody asks for it.
  static constexpr std::size_t kNotRecorded = static_cast<std::size_t>(-1);

  std::vector<Item> items;
  std::unordered_map<std::string, OperationId> by_name;
  llvm::DenseMap<mlir::Operation *, OperationId> ids;
  std::vector<OperationId> placeholders;
  std::unordered_map<OperationId, std::vector<OperationId>> after; ///< control dependencies
  std::vector<OperationId> open_dependencies;                      ///< of all that is recorded now
  bool is_finalized = false;

  void add(Item item);
  /// The operation that makes `value`, which is neither a capture nor a variable.
  OperationId makerOf(mlir::Value value) const;
};

/// What `op` reads, its regions included.
std::vector<mlir::Value> readValues(mlir::Operation *op);

} // namespace burin::detail
