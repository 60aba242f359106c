#include "lib/api/NpyFormat.h"
#include "lib/api/NpyHeader.h"
#include "lib/api/TensorImpl.h"
#include <algorithm>
#include <array>
#include <cstring>
#include <span>

namespace burin::detail {

static constexpr std::string_view kMagic = "\x93NUMPY";

// --- writing -------------------------------------------------------------------------------------------------------

std::string npy_header(const Tensor &tensor) {
  std::string text = "{'descr': '" + std::string(npy_descr(tensor.dtype())) + "', 'fortran_order': False, 'shape': (";
  for (std::int64_t extent : tensor.shape()) text += std::to_string(extent) + (tensor.rank() == 1 ? "," : ", ");
  if (tensor.rank() > 1) text.resize(text.size() - 2);
  text += "), }";
  // The values start at a multiple of 64, for those who map files into memory.
  constexpr std::size_t front = kMagic.size() + 4;
  text.append(63 - (front + text.size()) % 64, ' ');
  text += '\n';
  std::string header(kMagic);
  header += {'\x01', '\x00', static_cast<char>(text.size() & 0xff), static_cast<char>(text.size() >> 8)};
  return header + text;
}

// --- reading -------------------------------------------------------------------------------------------------------

static void read_all(ByteSource &source, void *to, std::size_t count, std::string_view what, const FileCall &call) {
  const std::size_t read = source.read(to, count);
  if (read != count) call.fail("the file is truncated: it ends ", read, " bytes into ", what, " of ", count, " bytes");
}

/// The text of the dictionary, and with it how long all in front of the values is.
static std::string read_header_text(ByteSource &source, std::uint64_t &front, const FileCall &call) {
  std::array<unsigned char, 8> start;
  read_all(source, start.data(), start.size(), "the magic string", call);
  if (std::memcmp(start.data(), kMagic.data(), kMagic.size()) != 0) call.fail("this is no .npy file: it does not start with \\x93NUMPY");
  const int major = start[6], minor = start[7];
  if (major < 1 || major > 3 || minor != 0) call.fail("version ", major, ".", minor, " of the format is not known, only 1.0, 2.0 and 3.0");
  const std::size_t digits = major == 1 ? 2 : 4;
  std::array<unsigned char, 4> length{};
  read_all(source, length.data(), digits, "the header's length", call);
  const std::uint32_t count = length[0] | length[1] << 8 | length[2] << 16 | static_cast<std::uint32_t>(length[3]) << 24;
  front = start.size() + digits + count;
  if (front > source.size()) call.fail("the file is truncated: its header has ", count, " bytes, the file ", source.size());
  std::string text(count, '\0');
  read_all(source, text.data(), count, "the header", call);
  return text;
}

static void swap_bytes(std::byte *data, std::size_t bytes, std::size_t size) {
  for (std::byte *number = data; number != data + bytes; number += size) std::reverse(number, number + size);
}

/// Copies elements in Fortran's order (the first index runs fastest) into ours.
template <std::size_t Size> static void reorder(const std::byte *from, std::byte *to, const Shape &shape) {
  const auto rank = static_cast<std::size_t>(shape.rank());
  std::array<std::int64_t, kMaxRank> strides{}, index{};
  std::int64_t stride = 1;
  for (std::size_t i = 0; i < rank; ++i) {
    strides[i] = stride;
    stride *= shape.extents()[i];
  }
  const std::int64_t row = shape.extents()[rank - 1], rows = stride / row;
  for (std::int64_t done = 0; done < rows; ++done) {
    std::int64_t offset = 0;
    for (std::size_t i = 0; i + 1 < rank; ++i) offset += index[i] * strides[i];
    for (std::int64_t i = 0; i < row; ++i, to += Size)
      std::memcpy(to, from + static_cast<std::size_t>(offset + i * strides[rank - 1]) * Size, Size);
    for (std::size_t i = rank - 1; i-- > 0;) {
      if (++index[i] < shape.extents()[i]) break;
      index[i] = 0;
    }
  }
}

static void reorder(const std::byte *from, std::byte *to, const Shape &shape, std::size_t size) {
  switch (size) {
  case 1: return reorder<1>(from, to, shape);
  case 2: return reorder<2>(from, to, shape);
  case 4: return reorder<4>(from, to, shape);
  case 8: return reorder<8>(from, to, shape);
  default: return reorder<16>(from, to, shape);
  }
}

/// NumPy reads any byte but 0 as true; ours are 0 and 1.
static void normalise_bools(std::byte *data, std::size_t bytes) {
  for (std::byte *element = data; element != data + bytes; ++element) *element = std::byte{*element != std::byte{0}};
}

static std::size_t value_bytes(const NpyHeader &header, const FileCall &call) {
  try {
    return checked_bytes(header.dtype, header.shape, call.op, call.location);
  } catch (const ShapeError &) {
    call.fail("the header's shape ", header.shape.to_string(), " has more than 2^63 - 1 bytes of ", name(header.dtype));
  }
}

Tensor read_npy(ByteSource &source, const FileCall &call) {
  std::uint64_t front = 0;
  const NpyHeader header = parse_npy_header(read_header_text(source, front, call), call);
  const std::size_t bytes = value_bytes(header, call);
  if (const std::uint64_t found = source.size() - front; found != bytes)
    call.fail(found < bytes ? "the file is truncated: " : "", "the header says ", describe(header.dtype, header.shape), ", which takes ",
              bytes, " bytes, but ", found, " follow");
  Tensor result = uninitialised(header.dtype, header.shape, call.op, call.location);
  auto *data = static_cast<std::byte *>(result.impl()->data);
  read_all(source, data, bytes, "the values", call);
  std::byte end;
  if (source.read(&end, 1) != 0) call.fail("values follow behind the last one");
  if (header.big_endian) swap_bytes(data, bytes, byte_size(header.dtype) / (is_complex(header.dtype) ? 2 : 1));
  if (header.dtype == DType::Bool) normalise_bools(data, bytes);
  if (!header.fortran_order || header.shape.rank() < 2 || bytes == 0) return result;
  const Tensor ordered = uninitialised(header.dtype, header.shape, call.op, call.location);
  reorder(data, static_cast<std::byte *>(ordered.impl()->data), header.shape, byte_size(header.dtype));
  return ordered;
}

} // namespace burin::detail
