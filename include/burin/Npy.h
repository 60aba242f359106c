#pragma once
#include "burin/Tensor.h"
#include <filesystem>
#include <map>
#include <string>

/// Tensors in NumPy's files. All element types but bf16 are NumPy's own; bf16, which NumPy lacks, is kept as its type `V2`, as the
/// ml_dtypes package keeps it: `array.view(ml_dtypes.bfloat16)` in Python.
///
/// These throw IoError, naming the file, if it can't be read or written or is not what NumPy would have written.
namespace burin {

/// Writes a concrete tensor as an `.npy` file of version 1.0, replacing what was there.
/// Throws SymbolicValueError for a symbolic tensor.
void save_npy(const std::filesystem::path &path, const Tensor &tensor, std::source_location location = std::source_location::current());

/// The tensor in an `.npy` file of version 1.0, 2.0 or 3.0. Files in Fortran's order or of big-endian numbers are read right.
/// Throws for other element types (text, objects, structures, dates), more than `kMaxRank` dimensions, and a size that is not
/// what the header says.
Tensor load_npy(const std::filesystem::path &path, std::source_location location = std::source_location::current());

/// Whether an archive's entries are deflated.
enum class Compression : bool { No, Yes };

/// Writes an `.npz` archive: an `.npy` for each name. Names are valid UTF-8 and not empty. The same tensors give the same bytes.
void save_npz(const std::filesystem::path &path, const std::map<std::string, Tensor> &tensors, Compression compression = Compression::No,
              std::source_location location = std::source_location::current());

/// All tensors of an `.npz` archive by name, whether it is compressed or not.
std::map<std::string, Tensor> load_npz(const std::filesystem::path &path, std::source_location location = std::source_location::current());

} // namespace burin
