#include "compiler/lowering/Liveness.h"
#include "compiler/lowering/BufferTypes.h"

using namespace mlir;

namespace burin::compiler {

Liveness::Liveness(Block &body) : body(body) {
  int64_t number = 0;
  for (Operation &op : body) {
    step[&op] = number;
    op.walk([&](Operation *inner) {
      for (Value operand : inner->getOperands()) {
        int64_t &use = last[rootOf(operand)];
        use = std::max(use, number);
      }
    });
    ++number;
  }
}

} // namespace burin::compiler
