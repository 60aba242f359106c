// Makes docs/op-support.md by trying each op on each element type, eagerly, compiled, and with dynamic extents; goes red when that is not
// what the page says. The ops and their order are those of docs/ops/*.txt.
#include "burin/burin.h"
#include "test/numerics/DynamicSpecs.h"
#include "test/numerics/SupportRows.h"
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <regex>
#include <set>
#include <sstream>

namespace burin::test {

using Tensors = std::vector<Tensor>;

static constexpr const char *kIntroduction = R"(<!-- Made by test/numerics/SupportTest.cpp, which says how to take over a change. -->
# What each op takes

Each op of [ops.md](ops.md) on operands of each element type: **✓** it runs eagerly, in a compiled function, and in one whose extents are
dynamic; **○** it runs eagerly and compiled, but no extent of it can be dynamic; **–** it throws what the last column says, in all
three ways. Ops without tensors among their operands are asked for a result of that type. Control flow and effects take all
types, `constant` takes the C++ types that these are.

Why there are holes:

- Functions of floats don't take integers and bools: which floating type is meant is for a `cast` to say. Where NumPy and the array API
  agree on one, it is f64 (`divide`, `mean`, `var`, `std`, `norm`, linear algebra, Fourier transforms).
- Arithmetic doesn't take bools. They are combined by `logical_and`, `&` and their kin, counted by `sum` and `mean`, chosen from by
  `where`; or cast.
- What compares or orders elements, rounds them, or divides with a remainder doesn't take complex numbers: they have no order.
- `pow`, `rsqrt`, `fma`, `prod`, scans, segments, `isnan` and its kin, functions beside `exp`, `log`, `sin`, `cos` and `sqrt`, and linear
  algebra would make sense of complex numbers, but are made for real ones; `real`, `imag` and `abs` give these.
- LAPACK has no 16-bit floats, and random bits come as words of 32 and 64 bits.
)";

// --- trying ------------------------------------------------------------------------------------------------------------

/// A message without what differs from one element type, or call, to another.
static std::string general(const std::string &message) {
  static const std::string name = R"((bool|[iu](8|16|32|64)|b?f16|f32|f64|c64|c128)\b)";
  static const std::regex place(R"(  \(at [^)]*\)$)"), operand("\\b" + name + R"(\[[^\]]*\]( made by \w+)?)"),
      found("(found a? ?|tensor of )" + name);
  std::string text = std::regex_replace(message, place, "");
  text = std::regex_replace(text, operand, "…");
  return std::regex_replace(text, found, "$1…");
}

/// What `call` throws, or nothing.
template <class Call> static std::string failure(Call call) {
  try {
    call();
  } catch (const Error &error) { return general(error.what()); }
  return {};
}

namespace {

struct Support {
  std::vector<std::string> failures; ///< of each element type; empty: it runs
  bool dynamic = true;
  std::string why_static = {};
};

/// The calls of a row on several element types, as one function of all their operands: compiled at once.
class AllCalls {
public:
  AllCalls(const SupportRow &row, std::vector<DType> dtypes) : row_(row), dtypes_(std::move(dtypes)) {
    for (DType dtype : dtypes_)
      for (const Tensor &operand : operands_of(row, dtype)) operands_.push_back(operand);
  }

  void compiled() const { function(calls())(operands_); }

  /// Throws for the extents that the op needs to know.
  void dynamic(int only_axis) const {
    std::vector<TensorSpec> specs;
    for (DType dtype : dtypes_)
      for (const TensorSpec &spec : dynamic_specs(dtype, row_.operands, only_axis)) specs.push_back(spec);
    if (all_static(specs)) throw Error("no such extent");
    auto all = function(calls());
    all.concrete(specs)(operands_);
  }

private:
  std::function<Tensors(Tensors)> calls() const {
    return [this](Tensors operands) {
      Tensors results;
      const std::size_t count = row_.operands.size();
      for (std::size_t i = 0; i < dtypes_.size(); ++i)
        results.push_back(row_.apply(
            Tensors(operands.begin() + static_cast<long>(i * count), operands.begin() + static_cast<long>((i + 1) * count)), dtypes_[i]));
      return results;
    };
  }

  const SupportRow &row_;
  std::vector<DType> dtypes_;
  Tensors operands_;
};

} // namespace

static bool has_extents(const SupportRow &row) {
  return std::any_of(row.operands.begin(), row.operands.end(), [](const Extents &extents) {
    return std::any_of(extents.begin(), extents.end(), [](std::int64_t extent) { return extent > 1; });
  });
}

static Support tried(const SupportRow &row) {
  Support support;
  std::vector<DType> taken;
  for (int i = 0; i < kDTypeCount; ++i) {
    const auto dtype = static_cast<DType>(i);
    const Tensors operands = operands_of(row, dtype);
    support.failures.push_back(failure([&] { row.apply(operands, dtype); }));
    if (support.failures.back().empty()) taken.push_back(dtype);
    else
      EXPECT_EQ(failure([&] { AllCalls(row, {dtype}).compiled(); }), support.failures.back())
          << row.name << " compiled for " << name(dtype);
  }
  const AllCalls calls(row, taken);
  EXPECT_EQ(failure([&] { calls.compiled(); }), "") << row.name << " compiled, which runs eagerly";
  if (!has_extents(row)) return support;
  std::string why = failure([&] { calls.dynamic(-1); });
  support.dynamic = why.empty();
  for (int axis = 0; axis < 4 && !support.dynamic; ++axis) support.dynamic = failure([&] { calls.dynamic(axis); }).empty();
  if (!support.dynamic) support.why_static = row.static_only.empty() ? why : row.static_only;
  return support;
}

// --- the page ----------------------------------------------------------------------------------------------------------

struct Group {
  std::string title;
  std::vector<std::string> ops;
};

static std::vector<Group> groups_of_ops() {
  std::set<std::filesystem::path> files;
  for (const auto &file : std::filesystem::directory_iterator(BURIN_SOURCE_DIR "/docs/ops")) files.insert(file.path());
  std::vector<Group> groups;
  for (const std::filesystem::path &path : files) {
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
      if (line.starts_with("# ")) groups.push_back({line.substr(2), {}});
      else if (!line.empty() && std::isalpha(static_cast<unsigned char>(line[0])))
        groups.back().ops.push_back(line.substr(0, line.find(' ')));
    }
  }
  return groups;
}

/// Messages that differ in the mend alone become one with both.
static void add_note(std::vector<std::string> &notes, const std::string &failure) {
  const std::size_t mend = failure.rfind("; ");
  for (std::string &note : notes) {
    if (note == failure) return;
    if (mend == std::string::npos || !note.starts_with(failure.substr(0, mend + 2))) continue;
    if (note.find(failure.substr(mend)) == std::string::npos) note += failure.substr(mend);
    return;
  }
  notes.push_back(failure);
}

static std::string line_of(const std::string &op, const Support &support) {
  std::string line = "| `" + op + "` |";
  std::vector<std::string> notes;
  for (std::string failure : support.failures) {
    if (failure.starts_with(op + ": ")) failure.erase(0, op.size() + 2);
    line += failure.empty() ? support.dynamic ? " ✓ |" : " ○ |" : " – |";
    if (!failure.empty()) add_note(notes, failure);
  }
  if (!support.dynamic) notes.push_back("extents are known when it is traced: " + support.why_static);
  line += " ";
  for (const std::string &note : notes) line += (&note == &notes.front() ? "" : "; ") + note;
  return line + " |\n";
}

static std::string page() {
  const std::map<std::string, SupportRow> rows = rows_of_all_ops();
  std::string text = kIntroduction;
  for (const Group &group : groups_of_ops()) {
    if (group.title == "Control flow" || group.title == "Effects") continue;
    text += "\n## " + group.title + "\n\n| op |";
    for (int i = 0; i < kDTypeCount; ++i) text += " " + std::string(name(static_cast<DType>(i))) + " |";
    text += " |\n|---|";
    for (int i = 0; i <= kDTypeCount; ++i) text += "---|";
    text += "\n";
    for (const std::string &op : group.ops) {
      if (op == "constant" || op == "random_key") continue;
      const auto row = rows.find(op);
      if (row == rows.end()) ADD_FAILURE() << op << " of docs/ops has no row in the numerics table or in support_rows";
      else text += line_of(op, tried(row->second));
    }
  }
  return text;
}

TEST(OpSupport, EachOpOnEachDTypeIsWhatThePageSays) {
  const std::string path = BURIN_SOURCE_DIR "/docs/op-support.md", made = page();
  std::ifstream file(path);
  std::stringstream found;
  found << file.rdbuf();
  if (found.str() == made) return;
  const std::string copy = testing::TempDir() + "op-support.md";
  std::ofstream(copy) << made;
  ADD_FAILURE() << "docs/op-support.md says something else; to take over what was found: cp " << copy << " " << path;
}

} // namespace burin::test
