#include "data.h"
#include <algorithm>
#include <charconv>
#include <memory>
#include <numeric>
#include <string>
#include <string_view>
#include <zlib.h>

namespace bn = burin;

bn::Tensor Digits::images() const {
  return bn::constant(pixels, bn::Shape{static_cast<std::int64_t>(size()), kPixels});
}

bn::Tensor Digits::classes() const { return bn::constant(labels); }

// --- reading -------------------------------------------------------------------------------------------------------

static std::string read_gzip(const std::filesystem::path &path) {
  const auto fail = [&](const std::string &why) { throw bn::IoError("cannot read " + path.string() + ": " + why); };
  if (!std::filesystem::exists(path)) fail("no such file");
  if (!std::filesystem::is_regular_file(path)) fail("it is no regular file");
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzopen(path.c_str(), "rb"), &gzclose);
  if (!file) fail("it can't be opened");
  std::string text;
  char chunk[1 << 14];
  int count;
  while ((count = gzread(file.get(), chunk, sizeof chunk)) > 0) text.append(chunk, static_cast<std::size_t>(count));
  int status = Z_OK;
  std::string message = gzerror(file.get(), &status);
  if (message.starts_with(path.string() + ": ")) message.erase(0, path.string().size() + 2);
  if (count < 0 || (status != Z_OK && status != Z_STREAM_END)) fail(message); // broken, or cut short
  return text;
}

/// The start of `text`, which may be anything.
static std::string quoted(std::string_view text) {
  std::string result(text.substr(0, 16));
  std::replace_if(result.begin(), result.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return "'" + result + (text.size() > 16 ? "...'" : "'");
}

/// One row of the file: takes its fields from the front.
class Row {
public:
  Row(std::string_view text, std::string place) : rest_(text), place_(std::move(place)) {}

  int field(int most) {
    if (at_end()) fail("expected " + std::to_string(Digits::kPixels + 1) + " numbers, found " + std::to_string(taken_));
    const std::string_view text = rest_.substr(0, rest_.find(','));
    int value = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 0 || value > most)
      fail("number " + std::to_string(taken_ + 1) + ": expected 0 to " + std::to_string(most) + ", found " + quoted(text));
    done_ = text.size() == rest_.size();
    rest_.remove_prefix(done_ ? text.size() : text.size() + 1);
    ++taken_;
    return value;
  }
  void finish() const {
    if (!at_end()) fail("expected " + std::to_string(taken_) + " numbers, found more");
  }

private:
  bool at_end() const { return done_; }
  [[noreturn]] void fail(const std::string &why) const { throw bn::IoError(place_ + ": " + why); }

  std::string_view rest_;
  std::string place_;
  int taken_ = 0;
  bool done_ = false;
};

Digits read_digits(const std::filesystem::path &path) {
  const std::string text = read_gzip(path);
  Digits digits;
  std::size_t line = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string_view line_text(text.data() + begin, end - begin);
    if (line_text.ends_with('\r')) line_text.remove_suffix(1);
    begin = end + 1;
    Row row(line_text, path.string() + ":" + std::to_string(++line));
    for (int i = 0; i < Digits::kPixels; ++i) digits.pixels.push_back(static_cast<float>(row.field(16)) / 16.0f);
    digits.labels.push_back(row.field(Digits::kClasses - 1));
    row.finish();
  }
  if (digits.labels.empty()) throw bn::IoError("cannot read " + path.string() + ": it has no images");
  return digits;
}

// --- splitting -----------------------------------------------------------------------------------------------------

// std::shuffle and the distributions of <random> differ between standard libraries; this one doesn't (splitmix64).
static std::uint64_t next(std::uint64_t &generator) {
  std::uint64_t z = generator += 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

std::vector<std::int64_t> shuffled(std::size_t size, std::uint64_t &generator) {
  std::vector<std::int64_t> order(size);
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t i = size; i > 1; --i) std::swap(order[i - 1], order[next(generator) % i]);
  return order;
}

Split split(const Digits &digits, std::size_t held_out, std::uint64_t seed) {
  if (held_out >= digits.size())
    throw bn::Error("there are " + std::to_string(digits.size()) + " images: too few to hold " + std::to_string(held_out) + " out");
  const std::vector<std::int64_t> order = shuffled(digits.size(), seed);
  Split parts;
  for (std::size_t i = 0; i < order.size(); ++i) {
    Digits &part = i < held_out ? parts.held_out : parts.train;
    const auto first = digits.pixels.begin() + order[i] * Digits::kPixels;
    part.pixels.insert(part.pixels.end(), first, first + Digits::kPixels);
    part.labels.push_back(digits.labels[static_cast<std::size_t>(order[i])]);
  }
  return parts;
}
