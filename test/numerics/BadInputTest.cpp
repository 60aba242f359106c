// Bad input, op by op: each op refuses it eagerly, compiled, and compiled for dynamic extents, by an error of the right kind that names the
// op, what was wrong with its value, and the line of the call. Texts of single messages are in test/unit.
#include "burin/burin.h"
#include "test/numerics/AxisRows.h"
#include "test/numerics/DynamicSpecs.h"
#include "test/numerics/SupportRows.h"
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <limits>
#include <numeric>
#include <regex>
#include <set>
#include <sstream>

namespace burin::test {

using Tensors = std::vector<Tensor>;
using Apply = std::function<Tensor(const Tensors &)>;

namespace {

/// What a message must say: the op, what is wrong, as parts of it, and a line of a file of these tests. Extents that are dynamic have names.
struct Message {
  std::string op;
  std::vector<std::string> parts;
  std::vector<std::string> extents = {};
};

} // namespace

static bool ends_with_a_line_of_a_test(const std::string &text) {
  static const std::regex place(R"(  \(at (\w+\.cpp):[1-9]\d*\)$)");
  std::smatch found;
  return std::regex_search(text, found, place) && std::filesystem::exists(std::string(BURIN_SOURCE_DIR "/test/numerics/") + found[1].str());
}

/// `call` must throw a `Kind` with this message; `how` says how it is made.
template <class Kind, class Call> static void expect_thrown(const Message &message, const std::string &how, Call call) {
  const std::string what = message.op + " " + how;
  try {
    call();
  } catch (const Kind &error) {
    const std::string text = error.what();
    EXPECT_TRUE(text.starts_with(message.op + ": ")) << what << ": " << text;
    for (const std::string &part : message.parts)
      EXPECT_NE(text.find(part), std::string::npos) << what << ": " << text << "\nlacks " << part;
    EXPECT_TRUE(ends_with_a_line_of_a_test(text)) << what << ": " << text;
    return;
  } catch (const std::exception &error) {
    // A row that asks for an extent can't be run where that is dynamic.
    if (std::string_view(error.what()).starts_with("extent: ")) return;
    ADD_FAILURE() << what << ": another kind of error: " << error.what();
    return;
  }
  ADD_FAILURE() << what << ": nothing was thrown";
}

static std::vector<TensorSpec> dynamic_specs_of(const Tensors &operands) {
  std::vector<TensorSpec> specs;
  for (const Tensor &operand : operands) specs.push_back(dynamic_spec(operand.dtype(), {operand.shape().begin(), operand.shape().end()}));
  return specs;
}

/// `apply` must refuse `operands` in all three ways.
template <class Kind> static void expect_refused(const Message &message, const Tensors &operands, const Apply &apply) {
  const auto compiled = [&](const Tensors &x) { return apply(x); };
  Message with_extents = message;
  with_extents.parts.insert(with_extents.parts.end(), message.extents.begin(), message.extents.end());
  expect_thrown<Kind>(with_extents, "eagerly", [&] { apply(operands); });
  expect_thrown<Kind>(with_extents, "compiled", [&] { function(compiled)(operands); });
  const std::vector<TensorSpec> specs = dynamic_specs_of(operands);
  if (!all_static(specs)) expect_thrown<Kind>(message, "dynamic", [&] { function(compiled).concrete(specs)(operands); });
}

static Tensors zeros_of(const std::vector<Extents> &shapes, DType dtype) {
  Tensors operands;
  for (const Extents &extents : shapes) operands.push_back(zeros(Shape(std::span<const std::int64_t>(extents)), dtype));
  return operands;
}

// --- element types -----------------------------------------------------------------------------------------------------

/// The ops and element types that docs/op-support.md, which another test holds to what is so, has holes for.
static std::vector<std::pair<std::string, DType>> refused_dtypes() {
  std::vector<std::pair<std::string, DType>> refused;
  std::ifstream page(BURIN_SOURCE_DIR "/docs/op-support.md");
  for (std::string line; std::getline(page, line);) {
    if (!line.starts_with("| `")) continue;
    std::istringstream cells(line);
    std::string cell, op;
    std::getline(cells, cell, '|');
    std::getline(cells, op, '|');
    op = op.substr(2, op.size() - 4);
    for (int i = 0; i < kDTypeCount && std::getline(cells, cell, '|'); ++i)
      if (cell == " – ") refused.emplace_back(op, static_cast<DType>(i));
  }
  return refused;
}

TEST(BadInput, EachOpOnEachDTypeThatItDoesNotTake) {
  const std::map<std::string, SupportRow> rows = rows_of_all_ops();
  const auto refused = refused_dtypes();
  EXPECT_GT(refused.size(), 500u);
  for (const auto &[op, dtype] : refused) {
    const SupportRow &row = rows.at(op);
    expect_refused<DTypeError>({op, {std::string(name(dtype))}}, operands_of(row, dtype),
                               [&, dtype = dtype](const Tensors &x) { return row.apply(x, dtype); });
  }
}

// --- axes --------------------------------------------------------------------------------------------------------------

TEST(BadInput, EachOpOnAnAxisOutOfRange) {
  for (const AxisRow &row : axis_rows())
    for (const int axis : {row.rank, -row.rank - 1, std::numeric_limits<int>::max(), std::numeric_limits<int>::min()})
      expect_refused<IndexError>({row.name, {"axis " + std::to_string(axis) + " is out of range"}}, zeros_of(row.operands, row.dtype),
                                 [&](const Tensors &x) { return row.apply(x, {axis}); });
}

TEST(BadInput, EachOpOnAnAxisThatIsListedTwice) {
  for (const AxisRow &row : axis_rows())
    if (row.several)
      for (const int again : {0, -row.rank})
        expect_refused<IndexError>({row.name, {"is listed twice for"}}, zeros_of(row.operands, row.dtype),
                                   [&](const Tensors &x) { return row.apply(x, {0, again}); });
}

/// The functions that the headers of ops declare with an axis, or several, among their parameters.
static std::set<std::string> ops_with_axes() {
  std::set<std::string> names;
  const std::regex declaration(R"(\n(?:[A-Z]\w*|std::vector<Tensor>) (\w+)\(([^;]*?)\);)"),
      axis(R"(\bint axis|\bAxes &|optional<int> axis)"), with_options(R"(const (FftOptions|CrossEntropyOptions) &)");
  std::set<std::filesystem::path> headers = {BURIN_SOURCE_DIR "/include/burin/Ops.h"};
  for (const auto &file : std::filesystem::directory_iterator(BURIN_SOURCE_DIR "/include/burin/ops")) headers.insert(file.path());
  for (const std::filesystem::path &header : headers) {
    std::stringstream text;
    text << std::ifstream(header).rdbuf();
    const std::string source = text.str();
    for (auto found = std::sregex_iterator(source.begin(), source.end(), declaration); found != std::sregex_iterator(); ++found)
      if (std::regex_search((*found)[2].str(), axis) || std::regex_search((*found)[2].str(), with_options)) names.insert((*found)[1]);
  }
  return names;
}

TEST(BadInput, TheRowsOfAxesAreThoseOfAllOpsThatTakeAny) {
  std::set<std::string> rows;
  for (const AxisRow &row : axis_rows()) rows.insert(row.name);
  EXPECT_EQ(rows, ops_with_axes());
}

// --- extents -----------------------------------------------------------------------------------------------------------

TEST(BadInput, EachElementwiseOpOnExtentsThatDoNotBroadcast) {
  int ops = 0;
  for (const Row &row : op_table()) {
    if (!row.elementwise || row.cases[0].size() < 2) continue;
    ++ops;
    std::vector<Extents> extents(row.cases[0].size(), {2, 3});
    extents.back() = {2, 4};
    const Tensors operands = zeros_of(extents, row.dtypes[0]);
    const Apply apply = [&](const Tensors &x) { return row.apply(x); };
    expect_refused<ShapeError>({row.name, {"shapes don't broadcast"}, {"[2,3]", "[2,4]"}}, operands, apply);
  }
  EXPECT_GT(ops, 20);
}

TEST(BadInput, ExtentsThatOnlyACallKnowsToDiffer) {
  const TensorSpec n{DType::F32, {kDynamic}, "", {"n"}};
  auto f = function([](Tensor x, Tensor y) { return add(x, y); });
  const auto same = f.concrete(n, n);
  try {
    same(zeros({3}), zeros({4}));
    FAIL() << "nothing was thrown";
  } catch (const ShapeError &error) {
    EXPECT_NE(std::string(error.what()).find("n"), std::string::npos);
    EXPECT_NE(std::string(error.what()).find("3"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("4"), std::string::npos) << error.what();
  }
}

TEST(BadInput, NegativeExtents) {
  const Tensors x = {zeros({1, 3})};
  const auto refuses = [&](std::string op, std::string part, const Apply &apply) {
    expect_refused<ShapeError>({std::move(op), {std::move(part)}}, x, apply);
  };
  refuses("shape", "-2", [](const Tensors &) { return zeros({3, -2}); });
  refuses("shape", "-2", [](const Tensors &) { return ones({3, -2}); });
  refuses("shape", "-2", [](const Tensors &) { return full({3, -2}, 1); });
  refuses("shape", "-2", [](const Tensors &) { return iota({3, -2}); });
  refuses("eye", "-2", [](const Tensors &) { return eye(3, -2); });
  refuses("linspace", "-2", [](const Tensors &) { return linspace(0, 1, -2); });
  refuses("reshape", "-2", [](const Tensors &x) { return reshape(x[0], {3, -2}); });
  refuses("shape", "-2", [](const Tensors &x) { return broadcast_to(x[0], {-2, 2, 3}); });
  refuses("tile", "-2", [](const Tensors &x) { return tile(x[0], {1, -2}); });
  refuses("repeat", "-2", [](const Tensors &x) { return repeat(x[0], -2, 0); });
  refuses("pad", "-2", [](const Tensors &x) { return pad(x[0], {{0, -2}}); });
  refuses("split", "-2", [](const Tensors &x) { return split(x[0], -2)[0]; });
  refuses("one_hot", "-2", [](const Tensors &x) { return one_hot(cast(x[0], DType::I32), -2); });
  refuses("bincount", "-2", [](const Tensors &x) { return bincount(cast(x[0], DType::I32), -2); });
  refuses("segment_sum", "-2", [](const Tensors &x) { return segment_sum(x[0], constant({0}), -2); });
  refuses("segment_max", "-2", [](const Tensors &x) { return segment_max(x[0], constant({0}), -2); });
  refuses("top_k", "-2", [](const Tensors &x) { return top_k(x[0], -2).values; });
  refuses("dynamic_slice", "-2", [](const Tensors &x) { return dynamic_slice(x[0], {0, 0}, {1, -2}); });
  refuses("fft", "-2", [](const Tensors &x) { return fft(x[0], {.n = -2}); });
  refuses("shape", "-2", [](const Tensors &) { return uniform({3, -2}, 1); });
  refuses("shape", "-2", [](const Tensors &) { return normal({3, -2}, 1); });
  refuses("shape", "-2", [](const Tensors &) { return randint({3, -2}, 1, 0, 5); });
  refuses("permutation", "-2", [](const Tensors &) { return permutation(-2, 1); });
}

TEST(BadInput, MoreBytesThanThereAre) {
  static constexpr std::int64_t kHuge = std::int64_t(1) << 40;
  const Tensors x = {zeros({1, 3})};
  const auto refuses = [&](std::string op, const Apply &apply) { expect_refused<ShapeError>({std::move(op), {"2^63 - 1"}}, x, apply); };
  refuses("zeros", [](const Tensors &) { return zeros({kHuge, kHuge}); });
  refuses("full", [](const Tensors &) { return full({kHuge, kHuge}, 1); });
  refuses("zeros", [](const Tensors &) { return zeros({std::int64_t(1) << 61}); }); // elements, but not bytes
  refuses("iota", [](const Tensors &) { return iota({kHuge, kHuge}); });
  refuses("eye", [](const Tensors &) { return eye(kHuge, kHuge); });
  refuses("broadcast_to", [](const Tensors &x) { return broadcast_to(x[0], {kHuge, kHuge, 2, 3}); });
  refuses("tile", [](const Tensors &x) { return tile(x[0], {kHuge, kHuge}); });
  refuses("repeat", [](const Tensors &x) { return repeat(x[0], std::numeric_limits<std::int64_t>::max(), 0); });
  refuses("pad", [](const Tensors &x) { return pad(x[0], {{std::numeric_limits<std::int64_t>::max(), 0}}); });
  refuses("one_hot", [](const Tensors &x) { return one_hot(cast(x[0], DType::I32), std::numeric_limits<std::int64_t>::max()); });
  refuses("segment_sum", [](const Tensors &x) { return segment_sum(x[0], constant({0}), std::numeric_limits<std::int64_t>::max()); });
  refuses("uniform", [](const Tensors &) { return uniform({kHuge, kHuge}, 1); });
}

// --- indices -----------------------------------------------------------------------------------------------------------

namespace {

/// An op that is given `index`, which has no place along an axis of `extent` elements.
struct IndexRow {
  std::string name;
  std::vector<std::int64_t> shape; ///< of the index tensor
  Tensor (*apply)(const Tensor &x, const Tensor &index);
  std::int64_t extent;
  bool counts_back = true; ///< a negative index counts from the end
  bool takes_other_extents = true; ///< the index tensor's extents need not be x's
};

} // namespace

static const std::vector<IndexRow> &index_rows() {
  static const std::vector<IndexRow> rows = {
      {"take", {2}, [](const Tensor &x, const Tensor &index) { return take(x, index, 1); }, 3},
      {"gather", {2}, [](const Tensor &x, const Tensor &index) { return gather(x, index, 1); }, 3},
      {"gather_nd", {2, 1}, [](const Tensor &x, const Tensor &index) { return gather_nd(x, index); }, 2},
      {"take_along_axis", {2, 1}, [](const Tensor &x, const Tensor &index) { return take_along_axis(x, index, 1); }, 3, true, false},
      {"embedding", {2}, [](const Tensor &x, const Tensor &index) { return embedding(x, index); }, 2},
      {"scatter", {2}, [](const Tensor &x, const Tensor &index) { return scatter(x, index, 1, Scatter::Add, 1); }, 3},
      {"scatter_nd", {2, 1}, [](const Tensor &x, const Tensor &index) { return scatter_nd(x, index, 1); }, 2},
      {"put_along_axis", {2, 1}, [](const Tensor &x, const Tensor &index) { return put_along_axis(x, index, 1, 1); }, 3, true, false},
      {"index", {2}, [](const Tensor &x, const Tensor &index) { return x.index({index, 0}); }, 2},
      {"dynamic_slice", {}, [](const Tensor &x, const Tensor &index) { return dynamic_slice(x, {0, index}, {1, 1}); }, 3},
      {"dynamic_update_slice",
       {},
       [](const Tensor &x, const Tensor &index) { return dynamic_update_slice(x, zeros({1, 1}), {0, index}); },
       3},
      {"segment_sum", {2}, [](const Tensor &x, const Tensor &index) { return segment_sum(x, index, 2); }, 2, false, false},
      {"segment_max", {2}, [](const Tensor &x, const Tensor &index) { return segment_max(x, index, 2); }, 2, false, false},
      {"bincount", {2}, [](const Tensor &, const Tensor &index) { return bincount(index, 3); }, 3, false},
  };
  return rows;
}

TEST(BadInput, IndicesOutOfRangeKnownAndUnknown) {
  const Tensor x = zeros({2, 3});
  for (const IndexRow &row : index_rows())
    for (const DType dtype : {DType::I32, DType::I64, DType::U8, DType::U64})
      for (const std::int64_t index : {row.extent, row.counts_back ? -row.extent - 1 : std::int64_t(-1)}) {
        if (index < 0 && is_unsigned_integer(dtype)) continue;
        const Tensor indices = full(Shape(std::span<const std::int64_t>(row.shape)), Operand(index), dtype);
        const Message message{row.name, {" " + std::to_string(index) + " ", std::to_string(row.extent)}};
        const auto known = [&](const Tensors &operands) { return row.apply(operands[0], indices); };
        if (row.takes_other_extents) expect_refused<IndexError>(message, {x}, known);
        else expect_thrown<IndexError>(message, "eagerly", [&] { known({x}); });
        expect_refused<IndexError>(message, {x, indices}, [&](const Tensors &operands) { return row.apply(operands[0], operands[1]); });
      }
}

// --- values ------------------------------------------------------------------------------------------------------------

static const DType kIntegers[] = {DType::I8, DType::I16, DType::I32, DType::I64, DType::U8, DType::U16, DType::U32, DType::U64};

/// `apply` must give `expected` in all three ways.
static void expect_given(const std::vector<double> &expected, const Tensors &operands, const Apply &apply) {
  const auto compiled = [&](const Tensors &x) { return apply(x); };
  EXPECT_EQ(to_array(apply(operands)).values, expected);
  EXPECT_EQ(to_array(function(compiled)(operands)).values, expected);
  EXPECT_EQ(to_array(function(compiled).concrete(dynamic_specs_of(operands))(operands)).values, expected);
}

TEST(BadInput, N5_IntegersDividedByZeroAndShiftedOutOfRange) {
  for (const DType dtype : kIntegers) {
    SCOPED_TRACE(name(dtype));
    const auto numbers = [&](double a, double b, double c) { return cast(constant({a, b, c}), dtype); };
    const double least = is_signed_integer(dtype) ? -7 : 7, bits = 8 * static_cast<double>(byte_size(dtype));
    expect_given({0, 0, 0}, {numbers(7, least, 0), numbers(0, 0, 0)}, [](const Tensors &x) { return floor_divide(x[0], x[1]); });
    expect_given({0, 0, 0}, {numbers(7, least, 0), numbers(0, 0, 0)}, [](const Tensors &x) { return remainder(x[0], x[1]); });
    expect_given({0, 0, 4}, {numbers(7, least, 1), numbers(bits, 100, 2)}, [](const Tensors &x) { return bitwise_left_shift(x[0], x[1]); });
    expect_given({0, least < 0 ? -1.0 : 0, 1}, {numbers(7, least, 4), numbers(bits, 100, 2)},
                 [](const Tensors &x) { return bitwise_right_shift(x[0], x[1]); });
  }
}

TEST(BadInput, MatricesThatAnOpCannotWorkWith) {
  for (const DType dtype : {DType::F32, DType::F64}) {
    const Tensor singular = cast(constant({{1, 2}, {2, 4}}), dtype), indefinite = cast(constant({{1, 2}, {2, 1}}), dtype),
                 special = full({2, 2}, NAN, dtype), regular = cast(constant({{2, 0}, {0, 1}}), dtype);
    const std::string what = std::string(name(dtype)) + "[2,2]";
    const auto refuses = [&](std::string op, std::string part, const Tensor &x, const Apply &apply) {
      expect_refused<CheckError>({std::move(op), {what, std::move(part)}}, {x}, apply);
    };
    refuses("cholesky", "not positive definite", indefinite, [](const Tensors &x) { return cholesky(x[0]); });
    refuses("inv", "singular", singular, [](const Tensors &x) { return inv(x[0]); });
    refuses("solve", "singular", singular, [](const Tensors &x) { return solve(x[0], x[0]); });
    refuses("triangular_solve", "singular", zeros({2, 2}, dtype), [](const Tensors &x) { return triangular_solve(x[0], x[0]); });
    refuses("svd", "NaN", special, [](const Tensors &x) { return svd(x[0]).s; });
    refuses("eigh", "NaN", special, [](const Tensors &x) { return eigh(x[0]).eigenvalues; });
    expect_given({0}, {singular}, [](const Tensors &x) { return reshape(det(x[0]), {1}); });
    expect_given({2}, {regular}, [](const Tensors &x) { return reshape(det(x[0]), {1}); });
  }
}

} // namespace burin::test
