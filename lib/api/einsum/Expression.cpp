#include "lib/api/einsum/Expression.h"
#include "lib/api/Errors.h"
#include <algorithm>
#include <cctype>

namespace burin::detail::einsum {

namespace {

/// One operand's part of the text, or the result's.
struct Term {
  Labels before, behind; ///< of the ellipsis
  bool has_ellipsis = false;
};

class Parser {
public:
  Parser(std::string_view text, std::span<const Shape> shapes, std::span<const std::string> operands, std::source_location location)
      : shapes_(shapes), operands_(operands), location_(location) {
    for (char c : text)
      if (!std::isspace(static_cast<unsigned char>(c))) text_ += c;
  }

  Expression run() {
    const std::size_t arrow = text_.find("->");
    const std::vector<Term> terms = read_operands(std::string_view(text_).substr(0, arrow));
    for (std::size_t i = 0; i < terms.size(); ++i) add_operand(i, terms[i]);
    read_extents();
    if (arrow == std::string::npos) infer_result();
    else add_result(read_term(std::string_view(text_).substr(arrow + 2), "the result"));
    return std::move(expression_);
  }

private:
  template <class... Parts> [[noreturn]] void fail(const Parts &...parts) const {
    throw_error<ShapeError>("einsum", location_, parts..., " in \"", text_, "\"");
  }

  // Capitals come first, as in ASCII.
  static Label label_of(char c) { return c <= 'Z' ? c - 'A' : c - 'a' + 26; }

  Term read_term(std::string_view text, const std::string &whose) const {
    Term term;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      if (text.substr(i, 3) == "...") {
        if (term.has_ellipsis) fail("more than one ellipsis for ", whose);
        term.has_ellipsis = true;
        i += 2;
      } else if (std::isalpha(static_cast<unsigned char>(c))) {
        (term.has_ellipsis ? term.behind : term.before).push_back(label_of(c));
      } else {
        fail("expected letters, commas, \"...\" and \"->\", found '", c, "'");
      }
    }
    return term;
  }

  std::vector<Term> read_operands(std::string_view text) const {
    std::vector<Term> terms;
    while (true) {
      const std::size_t comma = text.find(',');
      terms.push_back(read_term(text.substr(0, comma), "operand " + std::to_string(terms.size())));
      if (comma == std::string_view::npos) break;
      text.remove_prefix(comma + 1);
    }
    if (terms.size() != shapes_.size()) fail("the text has ", terms.size(), " operands, the call ", shapes_.size());
    return terms;
  }

  void add_operand(std::size_t index, const Term &term) {
    const std::size_t named = term.before.size() + term.behind.size(), rank = static_cast<std::size_t>(shapes_[index].rank());
    if (named > rank || (named < rank && !term.has_ellipsis))
      fail("operand ", index, " has ", named, " labels", term.has_ellipsis ? " beside its ellipsis" : "", ", but is ", operands_[index]);
    Labels labels = term.before;
    for (std::size_t i = rank - named; i > 0; --i) labels.push_back(kLetters + static_cast<Label>(i) - 1);
    ellipsis_ = std::max(ellipsis_, rank - named);
    labels.insert(labels.end(), term.behind.begin(), term.behind.end());
    expression_.operands.push_back(std::move(labels));
  }

  void read_extents() {
    expression_.extents.assign(kLetters + ellipsis_, -1);
    std::vector<std::size_t> set_by(expression_.extents.size());
    for (std::size_t i = 0; i < shapes_.size(); ++i)
      for (std::size_t axis = 0; axis < expression_.operands[i].size(); ++axis) {
        const Label label = expression_.operands[i][axis];
        std::int64_t &extent = expression_.extents[static_cast<std::size_t>(label)];
        const std::int64_t here = shapes_[i][static_cast<int>(axis)];
        if (extent == -1 || extent == 1) {
          extent = here;
          set_by[static_cast<std::size_t>(label)] = i;
        } else if (here != 1 && here != extent) {
          const std::size_t other = set_by[static_cast<std::size_t>(label)];
          fail(describe(label), " has extent ", extent, " in operand ", other, " ", operands_[other], " and ", here, " in operand ", i, " ",
               operands_[i]);
        }
      }
  }

  void add_ellipsis(Labels &labels) const {
    for (std::size_t i = ellipsis_; i > 0; --i) labels.push_back(kLetters + static_cast<Label>(i) - 1);
  }

  void infer_result() {
    add_ellipsis(expression_.result);
    for (Label label = 0; label < kLetters; ++label) {
      std::ptrdiff_t uses = 0;
      for (const Labels &operand : expression_.operands) uses += std::count(operand.begin(), operand.end(), label);
      if (uses == 1) expression_.result.push_back(label);
    }
  }

  void add_result(const Term &term) {
    Labels &result = expression_.result;
    result = term.before;
    if (term.has_ellipsis) add_ellipsis(result);
    else if (ellipsis_ > 0) fail("the operands have an ellipsis, the result has none");
    result.insert(result.end(), term.behind.begin(), term.behind.end());
    for (std::size_t i = 0; i < result.size(); ++i) {
      if (expression_.extent(result[i]) == -1) fail(describe(result[i]), " of the result is in no operand");
      if (std::find(result.begin(), result.begin() + static_cast<std::ptrdiff_t>(i), result[i]) !=
          result.begin() + static_cast<std::ptrdiff_t>(i))
        fail(describe(result[i]), " is twice in the result");
    }
  }

  std::string text_;
  std::span<const Shape> shapes_;
  std::span<const std::string> operands_;
  std::source_location location_;
  std::size_t ellipsis_ = 0; // dimensions that it stands for
  Expression expression_;
};

} // namespace

std::string describe(Label label) {
  if (label >= kLetters) return "dimension -" + std::to_string(label - kLetters + 1) + " of the ellipsis";
  return std::string("label '") + static_cast<char>(label < 26 ? 'A' + label : 'a' + label - 26) + "'";
}

Expression parse(std::string_view text, std::span<const Shape> shapes, std::span<const std::string> operands,
                 std::source_location location) {
  return Parser(text, shapes, operands, location).run();
}

} // namespace burin::detail::einsum
