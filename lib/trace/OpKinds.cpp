#include "lib/trace/OpKinds.h"
#include "compiler/dialect/BurinDialect.h"
#include "compiler/pipeline/Module.h"
#include <functional>
#include <string>
#include <unordered_map>

namespace burin::detail {

struct Hash : std::hash<std::string_view> {
  using is_transparent = void;
};
using Kinds = std::unordered_map<std::string, OpKind, Hash, std::equal_to<>>;

static const Kinds *kinds_of_dialect() {
  auto *kinds = new Kinds;
  const compiler::ContextLease context;
  for (const mlir::RegisteredOperationName name : (*context).getRegisteredOperations()) {
    const bool is_elementwise = name.hasInterface<compiler::ElementwiseInterface>();
    if (name.getDialectNamespace() != "burin" || (!is_elementwise && !name.hasInterface<compiler::ReductionInterface>())) continue;
    kinds->emplace(name.stripDialect().str(), is_elementwise ? OpKind::Elementwise : OpKind::Reduction);
  }
  return kinds;
}

OpKind kind_of(std::string_view op) {
  static const Kinds *kinds = kinds_of_dialect();
  const auto found = kinds->find(op);
  return found == kinds->end() ? OpKind::Other : found->second;
}

} // namespace burin::detail
