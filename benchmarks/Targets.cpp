#include "Targets.h"
#include "Report.h"

namespace bench {

namespace {

enum class Quantity {
  Speedup,           ///< at least `bound` times as fast as contender `against`
  Seconds,           ///< at most `bound` seconds
  TimesCase,         ///< at most `bound` times as long as case `against`
  SecondsBeyond,     ///< at most `bound` seconds more than contender `against`
  SystemAllocations, ///< at most `bound`
  BytesMoved,        ///< at most `bound` times those that are needed
};

struct Target {
  const char *name; ///< of the case
  Quantity quantity;
  double bound;
  const char *against = "";
};

constexpr Target kTargets[] = {
    {"call/x*2+y, 16 floats", Quantity::Seconds, 100e-9},
    {"call/x*2+y, 16 floats", Quantity::Speedup, 10, "libtorch"},
    {"call/x*2+y, 16 floats", Quantity::SystemAllocations, 0},
    {"call/eager add, 4 floats", Quantity::Seconds, 300e-9},
    {"call/eager add, 4 floats", Quantity::Speedup, 1.0, "libtorch"},
    {"call/eager sum(x*2+1), 1,000 lengths", Quantity::Speedup, 1.0, "libtorch"},
    {"session/run x*2+y, 16 floats", Quantity::SecondsBeyond, 150e-9, "(function call)"},
    {"session/callable x*2+y, 16 floats", Quantity::SecondsBeyond, 30e-9, "(function call)"},
    {"graph/record 10,000 ops", Quantity::Seconds, 100e-3},
    {"graph/list 10,000 ops", Quantity::Seconds, 1e-3},
    {"graph/look up a name among 10,000", Quantity::Seconds, 1e-6},
    {"chain/tanh*exp, 1e6", Quantity::Speedup, 1.0, "Eigen"},
    {"chain/tanh*exp, 1e6, dynamic", Quantity::Speedup, 1 / 1.3, "(known extents)"},
    {"matmul/512", Quantity::Speedup, 0.9, "oneDNN"},
    {"matmul/512", Quantity::Speedup, 0.9, "oneDNN sgemm"},
    {"matmul/1024", Quantity::Speedup, 0.9, "oneDNN"},
    {"matmul/1024", Quantity::Speedup, 0.9, "oneDNN sgemm"},
    {"conv2d/1x56x56x64 by 3x3x64x64", Quantity::Speedup, 0.95, "oneDNN"},
    {"conv2d/8x28x28x1 by 3x3x1x32", Quantity::Speedup, 1.0, "oneDNN"},
    {"softmax/1024x1024 rows", Quantity::Speedup, 1.0, "Eigen"},
    {"mlp/forward 128x784-512-10", Quantity::Speedup, 1.0, "libtorch"},
    {"mlp/training step 128x784-512-10", Quantity::Speedup, 1.0, "libtorch"},
    {"mlp/training step 128x784-512-10", Quantity::Speedup, 1.0, "JAX"},
    {"axpb/1e8, 1 thread", Quantity::Speedup, 0.95, "(plain copy)"},
    {"axpb/1e8, 2 threads", Quantity::Speedup, 0.95, "(plain copy)"},
    {"sort/1e6", Quantity::Speedup, 1 / 1.2, "NumPy"},
    {"argsort/1e6", Quantity::Speedup, 1 / 1.2, "NumPy"},
    {"top_k/100 of 1e6", Quantity::Speedup, 1 / 1.2, "NumPy"},
    {"cumulative_sum/1e6", Quantity::Speedup, 1 / 1.2, "NumPy"},
    {"cumulative_prod/1e6", Quantity::Speedup, 1 / 1.2, "NumPy"},
    {"cumulative_max/1e6", Quantity::Speedup, 1 / 1.2, "NumPy"},
    {"gather/1e6", Quantity::Speedup, 1 / 1.2, "NumPy"},
    {"gather/10,000 rows of 100", Quantity::Speedup, 1 / 1.2, "NumPy"},
    {"scalar loop/1e8 trips", Quantity::Speedup, 1 / 1.2, "C++"},
    {"remainder/1e6", Quantity::Speedup, 1, "NumPy"},
    {"remainder/1e6", Quantity::Speedup, 1, "libtorch"},
    {"argmax/1024x1024 rows", Quantity::Speedup, 1, "libtorch"},
    {"transpose/1024x1024", Quantity::Speedup, 1, "oneDNN"},
    {"transpose/1000x1000", Quantity::Speedup, 1, "oneDNN"},
    {"scan/64-wide cell, 1e5 steps", Quantity::Speedup, 3, "JAX"},
    {"scan/64-wide cell, 1e5 steps", Quantity::Speedup, 1 / 1.5, "C++"},
    {"mandelbrot/480x640, 256 trips", Quantity::Speedup, 20, "NumPy"},
    {"mandelbrot/480x640, 256 trips", Quantity::Speedup, 1, "JAX"},
    {"uniform/1e7, 1 thread", Quantity::Speedup, 1.0, "NumPy"},
    {"normal/1e7, 1 thread", Quantity::Speedup, 1.0, "NumPy"},
    {"uniform f64/1e7, 1 thread", Quantity::Speedup, 1.0, "NumPy"},
    {"normal f64/1e7, 1 thread", Quantity::Speedup, 1.0, "NumPy"},
    {"step/print to a callback", Quantity::SecondsBeyond, 3e-6, "(without print)"},
    {"step/momentum, 1e7 parameters", Quantity::Speedup, 0.95, "(in place by hand)"},
    {"step/momentum, 1e7 parameters", Quantity::SystemAllocations, 0},
    {"step/momentum, 1e7 parameters", Quantity::BytesMoved, 1},
    {"check_numerics/20 elementwise ops, 1e6", Quantity::Speedup, 0.5, "(unchecked)"},
    {"check_numerics/softmax(x @ w + b), 128x784-512", Quantity::Speedup, 0.5, "(unchecked)"},
    {"check_numerics/x*2+y, 16 floats", Quantity::Speedup, 0.5, "(unchecked)"},
    {"compile/2,000 variables", Quantity::TimesCase, 4.8, "compile/500 variables"},
    {"compile/5 ops, cold process", Quantity::Seconds, 15e-3},
    {"compile/5 ops, warm process", Quantity::Seconds, 8e-3},
    {"compile/20 eager ops, cold process", Quantity::Seconds, 150e-3},
    {"compile/mlp", Quantity::Seconds, 60e-3},
    {"compile/1,000 ops", Quantity::Seconds, 100e-3},
    {"compile/4,000 ops", Quantity::TimesCase, 5, "compile/1,000 ops"},
    {"compile/200 loops in a row", Quantity::TimesCase, 4.8, "compile/50 loops in a row"},
    {"compile/200 nested loops", Quantity::TimesCase, 4.8, "compile/50 nested loops"},
    {"compile/200 nested loops over scalars", Quantity::TimesCase, 4.8, "compile/50 nested loops over scalars"},
    {"compile/200 branches in a row", Quantity::TimesCase, 4.8, "compile/50 branches in a row"},
    {"compile/200 nested branches", Quantity::TimesCase, 4.8, "compile/50 nested branches"},
};

const Result *find(const std::vector<Result> &results, const std::string &name) {
  for (const Result &result : results)
    if (result.name == name) return &result;
  return nullptr;
}

const Measured *ours(const std::vector<Result> &results, const std::string &name) {
  const Result *result = find(results, name);
  return result ? result->find(kOurs) : nullptr;
}

Verdict judge(const Target &target, const std::vector<Result> &results) {
  const std::string name = target.name, against = target.against;
  const Measured *measured = ours(results, name);
  Verdict verdict;
  switch (target.quantity) {
  case Quantity::Speedup:
    verdict.target = name + ": at least " + ratio_text(target.bound) + " as fast as " + against;
    if (!measured) break;
    if (const auto speedup = find(results, name)->speedup_over(against)) {
      verdict.found = ratio_text(*speedup);
      verdict.met = *speedup >= target.bound;
    }
    break;
  case Quantity::Seconds:
    verdict.target = name + ": at most " + time_text(target.bound);
    if (!measured) break;
    verdict.found = time_text(measured->median());
    verdict.met = measured->median() <= target.bound;
    break;
  case Quantity::TimesCase:
    verdict.target = name + ": at most " + ratio_text(target.bound) + " as long as " + against;
    if (const Measured *base = ours(results, against); base && measured) {
      const double ratio = measured->median() / base->median();
      verdict.found = ratio_text(ratio);
      verdict.met = ratio <= target.bound;
    }
    break;
  case Quantity::SecondsBeyond:
    verdict.target = name + ": at most " + time_text(target.bound) + " more than " + against;
    if (const Measured *base = find(results, name)->find(against); base && measured) {
      const double more = measured->median() - base->median();
      verdict.found = more < 0 ? "-" + time_text(-more) : time_text(more);
      verdict.met = more <= target.bound;
    }
    break;
  case Quantity::SystemAllocations:
    verdict.target = name + ": no allocation from the system";
    if (!measured || !measured->system_allocations) break;
    verdict.found = std::to_string(*measured->system_allocations);
    verdict.met = static_cast<double>(*measured->system_allocations) <= target.bound;
    break;
  case Quantity::BytesMoved:
    verdict.target = name + ": moves at most " + ratio_text(target.bound) + " of the bytes that are needed";
    if (!measured || !measured->bytes_moved) break;
    verdict.found = ratio_text(*measured->bytes_moved / find(results, name)->work.amount);
    verdict.met = *measured->bytes_moved <= target.bound * find(results, name)->work.amount;
    break;
  }
  return verdict;
}

} // namespace

std::vector<Verdict> judge(const std::vector<Result> &results) {
  std::vector<Verdict> verdicts;
  for (const Target &target : kTargets)
    if (find(results, target.name)) verdicts.push_back(judge(target, results));
  return verdicts;
}

} // namespace bench
