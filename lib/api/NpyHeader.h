#pragma once
#include "lib/api/NpyFormat.h"

namespace burin::detail {

/// What the dictionary in front of the values says.
struct NpyHeader {
  DType dtype = DType::F32;
  bool big_endian = false;
  bool fortran_order = false;
  Shape shape;
};

/// Parses `{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }`. Throws IoError for anything else.
NpyHeader parse_npy_header(std::string_view text, const FileCall &call);

/// The type's name in that dictionary: `<f4`.
std::string_view npy_descr(DType dtype);

} // namespace burin::detail
