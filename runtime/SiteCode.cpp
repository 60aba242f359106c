#include "runtime/SiteCode.h"
#include "burin/Error.h"
#include "runtime/Print.h"
#include <algorithm>
#include <charconv>

namespace burin::runtime {

namespace {

class Writer {
public:
  explicit Writer(std::string_view kind) { add(kind); }
  Writer &add(std::string_view field) {
    code_.append(std::to_string(field.size())).append(":").append(field);
    return *this;
  }
  Writer &add(std::int64_t number) { return add(std::string_view(std::to_string(number))); }
  std::string take() { return std::move(code_); }

private:
  std::string code_;
};

[[noreturn]] void fail(const std::string &why) { throw IoError("the code of an effect is damaged: " + why); }

class Reader {
public:
  explicit Reader(std::string_view code) : rest_(code) {}

  std::string text() {
    std::size_t size = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), size);
    const auto digits = static_cast<std::size_t>(end - rest_.data());
    if (error != std::errc() || digits == rest_.size() || *end != ':' || size > rest_.size() - digits - 1) fail("a field has no end");
    std::string field(rest_.substr(digits + 1, size));
    rest_.remove_prefix(digits + 1 + size);
    return field;
  }
  /// Within `least` and `most`, both included.
  std::int64_t number(std::int64_t least, std::int64_t most) {
    const std::string field = text();
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
    if (error != std::errc() || end != field.data() + field.size() || value < least || value > most)
      fail("expected a number from " + std::to_string(least) + " to " + std::to_string(most));
    return value;
  }
  bool flag() { return number(0, 1) != 0; }
  bool at_end() const { return rest_.empty(); }
  void end() const {
    if (!at_end()) fail("something follows its end");
  }

private:
  std::string_view rest_;
};

constexpr std::int64_t kAny = std::int64_t{1} << 62;

} // namespace

// --- prints --------------------------------------------------------------------------------------------------------

std::string PrintEffect::encode() const {
  if (site_.sink == PrintSink::Callback) return {};
  Writer code("print");
  code.add(site_.format.summarize).add(site_.format.precision).add(site_.separator).add(site_.end).add(site_.location);
  code.add(static_cast<std::int64_t>(site_.sink)).add(site_.path).add(static_cast<std::int64_t>(site_.log_level));
  for (const PrintSite::Piece &piece : site_.pieces) code.add(piece.operand).add(piece.joined).add(piece.text);
  return code.take();
}

/// Of a print of so many tensors.
static PrintSite read_print(Reader &code, std::size_t tensors) {
  PrintSite site;
  site.format.summarize = code.number(-1, kAny);
  site.format.precision = static_cast<int>(code.number(-1, 1 << 20));
  site.separator = code.text();
  site.end = code.text();
  site.location = code.text();
  site.sink = static_cast<PrintSink>(code.number(0, static_cast<std::int64_t>(PrintSink::Log)));
  site.path = code.text();
  site.log_level = static_cast<LogLevel>(code.number(0, static_cast<std::int64_t>(LogLevel::Error)));
  while (!code.at_end()) {
    PrintSite::Piece piece;
    piece.operand = static_cast<int>(code.number(-1, static_cast<std::int64_t>(tensors) - 1));
    piece.joined = code.flag();
    piece.text = code.text();
    site.pieces.push_back(std::move(piece));
  }
  return site;
}

static std::shared_ptr<const EffectSite> decode_print(Reader &code, const std::vector<CheckedTensor> &tensors) {
  PrintSite site = read_print(code, tensors.size());
  for (const CheckedTensor &tensor : tensors) site.operands.push_back({tensor.dtype, tensor.extents});
  return std::make_shared<PrintEffect>(std::move(site));
}

bool may_fail_by_itself(const EffectSite &site) {
  const auto *print = dynamic_cast<const PrintEffect *>(&site);
  return print && print->sink() == PrintSink::File;
}

PrintSite decode_print(std::string_view text) {
  Reader code(text);
  if (code.text() != "print") fail("it is that of another op");
  return read_print(code, std::size_t{1} << 30);
}

// --- checks --------------------------------------------------------------------------------------------------------

std::string CheckEffect::encode() const { return Writer("check").add(message_).add(location_).take(); }
std::string CheckFiniteEffect::encode() const { return Writer("check_finite").add(location_).take(); }
std::string NumericsEffect::encode() const { return Writer("numerics").add(op_).add(location_).add(elementwise_).take(); }

static bool broadcasts(const CheckedTensor &from, const CheckedTensor &to) {
  const auto skipped = static_cast<std::ptrdiff_t>(to.extents.size()) - static_cast<std::ptrdiff_t>(from.extents.size());
  return skipped >= 0 && std::equal(from.extents.begin(), from.extents.end(), to.extents.begin() + skipped,
                                    [](std::int64_t a, std::int64_t b) { return a == b || a == 1; });
}

static std::shared_ptr<const EffectSite> decode_check(Reader &code, std::vector<CheckedTensor> tensors) {
  if (tensors.empty() || tensors[0].dtype != DType::Bool) fail("a check has no condition");
  const std::string message = code.text(), location = code.text();
  return std::make_shared<CheckEffect>(message, location, std::move(tensors));
}

static std::shared_ptr<const EffectSite> decode_check_finite(Reader &code, const std::vector<CheckedTensor> &tensors) {
  if (tensors.size() != 1) fail("check_finite takes one tensor");
  return std::make_shared<CheckFiniteEffect>(code.text(), tensors[0]);
}

static std::shared_ptr<const EffectSite> decode_numerics(Reader &code, std::vector<CheckedTensor> tensors) {
  if (tensors.empty()) fail("a check of numerics has no tensor");
  const std::string op = code.text(), location = code.text();
  const bool elementwise = code.flag();
  for (const CheckedTensor &tensor : tensors)
    if (elementwise && !broadcasts(tensor, tensors[0])) fail("an elementwise op has operands of other shapes");
  return std::make_shared<NumericsEffect>(op, location, elementwise, std::move(tensors));
}

std::shared_ptr<const EffectSite> decode_site(std::string_view text, std::string_view op, std::vector<CheckedTensor> tensors) {
  Reader code(text);
  const std::string kind = code.text();
  if (kind != op && !(kind == "numerics" && op == "check_finite")) fail("it is that of another op");
  std::shared_ptr<const EffectSite> site;
  if (kind == "print") site = decode_print(code, tensors);
  else if (kind == "check") site = decode_check(code, std::move(tensors));
  else if (kind == "check_finite") site = decode_check_finite(code, tensors);
  else if (kind == "numerics") site = decode_numerics(code, std::move(tensors));
  else fail("its kind is not known");
  code.end();
  return site;
}

} // namespace burin::runtime
