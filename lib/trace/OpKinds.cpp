#include "lib/trace/OpKinds.h"
#include "compiler/dialect/BurinDialect.h"
#include "compiler/pipeline/Module.h"
#include <unordered_map>

namespace burin::detail {

using Kinds = std::unordered_map<std::string_view, OpKind>;

static const Kinds *kinds_of_dialect() {
  auto *kinds = new Kinds;
  const compiler::ContextLease context;
  for (const mlir::RegisteredOperationName name : (*context).getRegisteredOperations()) {
    if (name.getDialectNamespace() != "burin") continue;
    // Never freed, as the names that lie in it.
    const auto *op = new std::string(name.stripDialect());
    if (name.hasInterface<compiler::ElementwiseInterface>()) kinds->emplace(*op, OpKind::Elementwise);
    if (name.hasInterface<compiler::ReductionInterface>()) kinds->emplace(*op, OpKind::Reduction);
  }
  return kinds;
}

OpKind kind_of(std::string_view op) {
  static const Kinds *kinds = kinds_of_dialect();
  const auto found = kinds->find(op);
  return found == kinds->end() ? OpKind::Other : found->second;
}

} // namespace burin::detail
