#pragma once
#include "lib/api/EagerCache.h"
#include "lib/api/OpenForm.h"
#include <array>
#include <memory>
#include <span>
#include <string_view>

namespace burin::detail {

/// The eager ops without attributes that the calling thread ran last, with the code that they ran: a thread that does the same again finds
/// it without a lock, and without looking at shapes but to compare them.
class RecentOps {
public:
  struct Code {
    std::shared_ptr<OpenCode> owner;            ///< of the others
    const Program *program = nullptr;           ///< for these shapes; or
    const compiler::Executable *open = nullptr; ///< for all shapes of `form`
    OpenForm form = {};
  };

  /// Null if there is none. It stays until the thread runs another op.
  static const Code *find(std::string_view op, std::span<const Tensor> operands);
  /// Keeps it, instead of another one. Does nothing for an op that is too long or has too many operands, and at the end of a thread.
  static void keep(std::string_view op, std::span<const Tensor> operands, Code code);

private:
  static constexpr std::size_t kEntries = 64, kMostOperands = 3, kMostLetters = 23;
  struct Entry {
    std::array<char, kMostLetters> op;
    unsigned char letters = 0, operands = 0;
    int vector_bits = 0;
    std::array<DType, kMostOperands> dtypes;
    std::array<Shape, kMostOperands> shapes;
    Code code;

    bool is_of(std::string_view op, std::span<const Tensor> operands) const;
  };
  static Entry &place(std::string_view op, std::span<const Tensor> operands);

  std::array<Entry, kEntries> entries_;
};

} // namespace burin::detail
