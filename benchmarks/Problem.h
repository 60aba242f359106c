#pragma once
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <new>
#include <string>
#include <sys/mman.h>
#include <utility>
#include <vector>

/// What a contender has to know: the problem it is given, and how it says what it can do. Self-contained, because the
/// peers are modules that are loaded at run time (see Peers.h) and share no object code with the runner; and C++17,
/// which is what libtorch 1.13's headers are.
namespace bench {

/// Floats aligned to a cache line; from 2 MB on to a huge page, because a page fault in a measurement is not the
/// contender's. All contenders read these; copies share the memory. A contiguous range, so std::span takes it.
class Buffer {
public:
  Buffer() = default;
  explicit Buffer(std::int64_t size) : size_(static_cast<std::size_t>(size)) {
    constexpr std::size_t huge_page = std::size_t{2} << 20;
    const std::size_t bytes = size_ * sizeof(float);
    const std::size_t alignment = bytes < huge_page ? 64 : huge_page;
    const std::size_t rounded = std::max(alignment, (bytes + alignment - 1) / alignment * alignment);
    void *memory = std::aligned_alloc(alignment, rounded);
    if (!memory) throw std::bad_alloc();
    if (bytes >= huge_page) madvise(memory, rounded, MADV_HUGEPAGE);
    data_ = {static_cast<float *>(memory), std::free};
    std::fill_n(data_.get(), size_, 0.0f);
  }

  float *data() const { return data_.get(); }
  std::size_t size() const { return size_; }
  float &operator[](std::size_t i) const { return data_.get()[i]; }
  float *begin() const { return data(); }
  float *end() const { return data() + size_; }

private:
  std::shared_ptr<float> data_;
  std::size_t size_ = 0;
};

/// What a problem asks for. All arrays are f32, dense and row-major.
enum class Kind {
  Call,              ///< x * 2 + y, each its own op; inputs x, y
  EagerAdd,          ///< x + y, at once; inputs x, y
  EagerLengths,      ///< the sum of x[:n] * 2 + 1 for n from 1 to the length of x, at once; input x
  EagerOpsCold,      ///< twenty different ops, one by one, as all that a process does
  DynamicChain,      ///< Chain, by a function that takes any extent
  Chain,             ///< tanh(1.5 x + 0.25) * exp(-x x); input x
  Matmul,            ///< x @ y; extents M, N, K; inputs x[M,K], y[K,N]
  Convolution,       ///< extents batch, height, width, channels, window height and width, output channels; zeros around;
                     ///< inputs x[batch, height, width, channels], filter[window, channels, output channels]
  Softmax,           ///< along rows; extents rows, columns; input x
  Sum,               ///< of all elements; input x
  Argmax,            ///< along rows; extents rows, columns; input x
  Gelu,              ///< x (1 + erf(x / sqrt(2))) / 2; input x
  Remainder,         ///< x modulo 0.7, with the sign of that; input x
  Transpose,         ///< input x; extents rows, columns
  Mlp,               ///< relu(x @ w1 + b1) @ w2 + b2; extents batch, in, hidden, out; inputs x, w1, b1, w2, b2
  TrainingStep,      ///< descends by the gradients of Mlp's mean cross-entropy, written out; extents as for Mlp; inputs x, targets (one 1 a
                     ///< row), w1, b1, w2, b2. Values: w1 less kCheckedRate times its gradient
  Axpb,              ///< 1.5 x + 0.25; input x
  Sort,              ///< input x, one line
  Argsort,           ///< likewise
  TopK,              ///< the 100 greatest of input x
  CumulativeSum,     ///< of input x, one line
  CumulativeProd,    ///< likewise
  CumulativeMax,     ///< likewise
  Gather,            ///< x[i], i being x * extent cut to integers; input x in [0, 1), one line
  GatherRows,        ///< the same of rows; extents rows, columns; i for x[:, 0]
  Inv,               ///< of a square matrix x
  ScalarLoop,        ///< a while loop over one u64 (xorshift64, from 1) and a counter; extents: trips; no inputs; the state's top 24 bits
  Recurrence,        ///< h = tanh(w @ h + x[t] + b) from 0, for each row of x: all h; extents steps, width; inputs x, w, b
  Mandelbrot,        ///< how often |z| <= 2 in z = z^2 + c; extents rows, columns, trips; inputs real parts (a row), imaginary parts
  Uniform,           ///< random numbers in [0, 1); extents: how many; input of as many, not read
  Normal,            ///< random numbers of the standard normal distribution; likewise
  UniformF64,        ///< the same in f64
  NormalF64,         ///< likewise
  PrintStep,         ///< adds x to a variable and prints it to a callback; input x
  MomentumStep,      ///< m = 0.9 m + x; w = w - 0.01 m, of variables w and m that are 0 at first; input x. Values: w after one step
  CheckedChain,      ///< 20 elementwise ops on x, with Debug::CheckNumerics; input x
  CheckedModel,      ///< softmax(x @ w + b) along rows, likewise; extents batch, in, out; inputs x, w, b
  CheckedCall,       ///< Call, likewise
  SessionRun,        ///< x * 2 + y, as a graph that a session runs; inputs x, y
  SessionCallable,   ///< the same by a callable that was prepared
  GraphRecord,       ///< records a graph; extents: number of ops; no inputs
  GraphList,         ///< lists the operations of such a graph
  GraphLookup,       ///< finds one of them by name
  FirstCallCold,     ///< compile and run five elementwise ops as a process's first call
  FirstCallWarm,     ///< the same in a process that has compiled before
  FirstMlpCall,      ///< compile and run Mlp; extents as for Mlp
  FirstLongCall,     ///< compile and run a chain of elementwise ops; extents: number of ops
  FirstVariablesCall, ///< compile and run updates of many variables of two elements each; extents: how many
  FirstControlCall,  ///< compile and run much control flow; extents: which (groups/Control.cpp), how many
};

/// Of descent, while a step is timed: so small that the weights stay what they are; and for its values, where the gradient must be seen.
constexpr float kTimedRate = 1e-6f, kCheckedRate = 1;

struct Problem {
  Kind kind;
  std::vector<std::int64_t> extents;
  std::vector<Buffer> inputs = {};
  int threads = 1;
};

/// One library's answer to a problem, ready to be timed: everything that is done once is done.
struct Contender {
  /// Does the work that many times.
  std::function<void(std::int64_t times)> run = {};
  /// Does the work once more and returns the values. Empty: nothing to check (a yardstick).
  std::function<std::vector<float>()> result = {};
  /// Instead of `run`, where once is all there is (a first call): does it, checks it, returns the seconds it took.
  std::function<double()> sample = {};
  /// Allocations from the system so far, for a contender that counts them.
  std::function<std::uint64_t()> system_allocations = {};
  /// The bytes that one run reads and writes in memory, for a contender that can tell.
  std::function<double()> bytes_moved = {};
};

/// Makes the compiler believe that `value` is read and memory changes, so that no work is dropped or hoisted.
template <class T> inline void keep(const T &value) { asm volatile("" : : "g"(&value) : "memory"); }

/// `body`, inlined in a loop: calls of a few ns are not drowned in calls through std::function.
template <class Body> std::function<void(std::int64_t)> repeat(Body body) {
  return [body](std::int64_t times) mutable {
    for (std::int64_t i = 0; i < times; ++i) {
      body();
      asm volatile("" : : : "memory");
    }
  };
}

/// A contender that writes its values to `output`.
template <class Body> Contender writes(Buffer output, Body body) {
  Contender contender;
  contender.run = repeat(std::move(body));
  contender.result = [run = contender.run, output] {
    run(1);
    return std::vector<float>(output.begin(), output.end());
  };
  return contender;
}

/// Everyone who can answer a kind of problem, in the order of the table.
class Registry {
public:
  using Factory = std::function<Contender(const Problem &)>;
  struct Entry {
    std::string name;
    Kind kind;
    Factory make;
  };

  void add(std::string name, Kind kind, Factory make) { entries_.push_back({std::move(name), kind, std::move(make)}); }
  /// A line on the version and settings of a library.
  void describe(std::string line) { descriptions_.push_back(std::move(line)); }

  const std::vector<Entry> &entries() const { return entries_; }
  const std::vector<std::string> &descriptions() const { return descriptions_; }

private:
  std::vector<Entry> entries_;
  std::vector<std::string> descriptions_;
};

/// The name under which our own contender is registered; ratios are taken against it.
inline constexpr const char *kOurs = "burin";

/// What each peer's module exports, by this name.
using AddPeer = void (*)(Registry &);
#define BURIN_BENCH_PEER extern "C" __attribute__((visibility("default"))) void burin_bench_add_peer

} // namespace bench
