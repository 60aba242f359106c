#pragma once
#include "lib/api/Errors.h"
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// NumPy's .npy format: a header in the syntax of a Python dictionary, then the values.
namespace burin::detail {

/// What a call is about: for its errors.
struct FileCall {
  std::string_view op;
  std::string file;
  std::source_location location;

  template <class... Parts> [[noreturn]] void fail(const Parts &...parts) const {
    throw_error<IoError>(op, location, "'", file, "': ", parts...);
  }
};

/// Bytes, from the first to the last.
class ByteSource {
public:
  virtual ~ByteSource() = default;
  /// How many there are in all, as far as is known before they are read.
  virtual std::uint64_t size() const = 0;
  /// Up to `count` of them; less only at the end. Throws IoError.
  virtual std::size_t read(void *to, std::size_t count) = 0;
};

/// `text`, a question mark for each byte that a terminal might not take.
std::string printable(std::string_view text);

/// The bytes in front of the tensor's values.
std::string npy_header(const Tensor &tensor);

/// Reads header and values. Throws IoError.
Tensor read_npy(ByteSource &source, const FileCall &call);

} // namespace burin::detail
