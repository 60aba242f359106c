#include "burin/ops/Scans.h"
#include "lib/api/ops/OpCall.h"

namespace burin {

using namespace detail;

static Tensor scan(std::string_view op, const Operand &x, int axis, const ScanOptions &options) {
  const OpCall call(op, x.location());
  const Tensor values = call.tensor(x);
  return call.apply(op, values,
                    {{"axis", call.axis(axis, values)},
                     {"reverse", options.reverse},
                     {"exclusive", options.exclusive},
                     {"include_initial", options.include_initial}});
}

Tensor cumulative_sum(const Operand &x, int axis, const ScanOptions &options) { return scan("cumulative_sum", x, axis, options); }
Tensor cumulative_prod(const Operand &x, int axis, const ScanOptions &options) { return scan("cumulative_prod", x, axis, options); }
Tensor cumulative_max(const Operand &x, int axis, const ScanOptions &options) { return scan("cumulative_max", x, axis, options); }

} // namespace burin
