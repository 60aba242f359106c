#include "lib/api/NpyHeader.h"
#include <array>
#include <charconv>
#include <optional>
#include <vector>

namespace burin::detail {

static constexpr std::array<std::string_view, kDTypeCount> kDescr = {"|b1", "|i1", "<i2", "<i4", "<i8", "|u1", "<u2", "<u4",
                                                                     "<u8", "<f2", "<V2", "<f4", "<f8", "<c8", "<c16"};

std::string_view npy_descr(DType dtype) { return kDescr[static_cast<std::size_t>(dtype)]; }

namespace {

class Parser {
public:
  Parser(std::string_view text, const FileCall &call) : text_(text), rest_(text), call_(call) {}

  NpyHeader run() {
    expect('{');
    while (!accept('}')) {
      entry();
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    skip_blanks();
    if (!rest_.empty()) wrong("nothing more");
    if (!descr_ || !fortran_order_ || !shape_) call_.fail("the header lacks descr, fortran_order or shape: ", shown());
    header_.fortran_order = *fortran_order_;
    header_.shape = Shape(*shape_, call_.location);
    read_descr();
    return header_;
  }

private:
  void entry() {
    const std::string_view key = string();
    expect(':');
    if (key == "descr") descr_ = once(descr_, descr());
    else if (key == "fortran_order") fortran_order_ = once(fortran_order_, boolean());
    else if (key == "shape") shape_ = once(shape_, shape());
    else call_.fail("the header has an entry that is not known, '", printable(key), "'");
  }

  template <class T> std::optional<T> once(const std::optional<T> &former, T value) const {
    if (former) call_.fail("the header has an entry twice: ", shown());
    return value;
  }

  std::string_view descr() {
    skip_blanks();
    if (rest_.starts_with('[') || rest_.starts_with('(') || rest_.starts_with('{'))
      call_.fail("structures are not supported, only numbers: ", shown());
    return string();
  }

  std::string_view string() {
    skip_blanks();
    const char quote = rest_.empty() ? '\0' : rest_[0];
    if (quote != '\'' && quote != '"') wrong("a text in quotation marks");
    const std::size_t end = rest_.find(quote, 1);
    if (end == std::string_view::npos) wrong("a text that ends");
    const std::string_view value = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    return value;
  }

  bool boolean() {
    if (accept("True")) return true;
    if (accept("False")) return false;
    wrong("True or False");
  }

  std::vector<std::int64_t> shape() {
    std::vector<std::int64_t> extents;
    expect('(');
    while (!accept(')')) {
      extents.push_back(extent());
      if (extents.size() > kMaxRank) call_.fail("the tensor has more than ", kMaxRank, " dimensions: ", shown());
      if (!accept(',')) {
        expect(')');
        if (extents.size() == 1) wrong("a comma: (3) is no tuple"); // as Python has it
        break;
      }
    }
    return extents;
  }

  std::int64_t extent() {
    skip_blanks();
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (error == std::errc::result_out_of_range) call_.fail("an extent does not fit 64 bits: ", shown());
    if (error != std::errc()) wrong("an extent");
    if (value < 0) call_.fail("an extent is negative: ", shown());
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    accept("L"); // Python 2 wrote long integers so
    return value;
  }

  void read_descr() {
    for (std::size_t i = 0; i < kDescr.size(); ++i) {
      if (descr_->size() < 2 || descr_->substr(1) != kDescr[i].substr(1)) continue;
      const char order = (*descr_)[0];
      header_.dtype = static_cast<DType>(i);
      header_.big_endian = order == '>' && byte_size(header_.dtype) > 1;
      const bool opaque = header_.dtype == DType::BF16; // NumPy turns <V2 to |V2
      if (order == '<' || (order == '>' && !opaque) || (order == '|' && (opaque || byte_size(header_.dtype) == 1))) return;
    }
    const char kind = descr_->size() > 1 ? (*descr_)[1] : '\0';
    call_.fail("elements of type '", printable(*descr_), "' are not supported", kind == 'O' || *descr_ == "O" ? " (Python objects)" : "",
               kind == 'U' || kind == 'S' ? " (text)" : "", "; known are booleans, integers, floats and complex numbers");
  }

  void skip_blanks() {
    while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\n' || rest_[0] == '\t' || rest_[0] == '\r')) rest_.remove_prefix(1);
  }
  bool accept(std::string_view word) {
    skip_blanks();
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  bool accept(char character) { return accept(std::string_view(&character, 1)); }
  void expect(char character) {
    if (!accept(character)) wrong(std::string("'") + character + "'");
  }

  [[noreturn]] void wrong(const std::string &expected) const {
    call_.fail("the header is wrong at character ", text_.size() - rest_.size(), ": expected ", expected, " in ", shown());
  }
  std::string shown() const { return printable(text_.substr(0, 200)); }

  std::string_view text_, rest_;
  const FileCall &call_;
  NpyHeader header_;
  std::optional<std::string_view> descr_;
  std::optional<bool> fortran_order_;
  std::optional<std::vector<std::int64_t>> shape_;
};

} // namespace

std::string printable(std::string_view text) {
  std::string result;
  for (const char character : text) result += character >= ' ' && character <= '~' ? character : character == '\n' ? ' ' : '?';
  return result;
}

NpyHeader parse_npy_header(std::string_view text, const FileCall &call) { return Parser(text, call).run(); }

} // namespace burin::detail
