#pragma once
#include "test/numerics/Array.h"
#include <string>

/// The numerics table: a row for each public op. Adding an op adds a row; its tests follow: eager and compiled, each
/// dtype, rank 0, empty tensors, extent 1 on either side, special values.
namespace burin::test {

using Extents = std::vector<std::int64_t>;

struct Row {
  std::string name;                        ///< of the public function
  std::vector<DType> dtypes;               ///< the first one is tested on all cases, the others on one
  std::vector<std::vector<Extents>> cases; ///< the operands' extents
  std::function<Tensor(const std::vector<Tensor> &)> apply;
  std::function<Array(const std::vector<Array> &)> reference; ///< in double
  double low = -3, high = 3;               ///< the range of the made-up operands
  bool whole = false;                      ///< they are whole numbers, so that sums and products are exact
  double ulps = 0;                         ///< the error allowed, in units of the result dtype's last place
  bool elementwise = false;                ///< the same bits eagerly and compiled (rule N6)
  bool specials = false;                   ///< tested on NaN, infinities, zeros, subnormals, too
  std::string static_only = {};            ///< why no extent of its operands can be dynamic, where none can
};

const std::vector<Row> &op_table();

// What the files of rows share. Elementwise rows have all shapes, NaN and infinities, and equal bits eagerly and compiled.
Row unary(std::string name, std::vector<DType> dtypes, Tensor (*op)(const Operand &), double (*scalar)(double), double low, double high,
          double ulps);
Row binary(std::string name, std::vector<DType> dtypes, Tensor (*op)(const Operand &, const Operand &), double (*scalar)(double, double),
           double low, double high, double ulps);
/// On whole operands; without special values.
Row ternary(std::string name, std::vector<DType> dtypes, Tensor (*op)(const Operand &, const Operand &, const Operand &),
            double (*scalar)(double, double, double), double low, double high, double ulps);
/// For ops whose result at infinities is not documented.
Row without_specials(Row row);
/// On operands that stay in every dtype's range.
Row whole(Row row);

/// All elements that go into one of the result, in order, then what `combine` makes of them. No axes: all.
Array reduced(const Array &x, const std::vector<int> &axes, bool keep, double (*combine)(const std::vector<double> &));

/// A row on whole operands from 0 to 3, exact unless `ulps` says otherwise.
Row row(std::string name, std::vector<DType> dtypes, std::vector<std::vector<Extents>> cases,
        std::function<Tensor(const std::vector<Tensor> &)> apply, std::function<Array(const std::vector<Array> &)> reference,
        double ulps = 0);

// Parts of the table that stand in files of their own.
void add_indexing_rows(std::vector<Row> &rows);
void add_kernel_rows(std::vector<Row> &rows);
void add_linear_algebra_rows(std::vector<Row> &rows);
void add_math_rows(std::vector<Row> &rows);
void add_composite_rows(std::vector<Row> &rows);
void add_random_rows(std::vector<Row> &rows);

} // namespace burin::test
