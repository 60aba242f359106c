#include "pictures.h"
#include <algorithm>
#include <string>
#include <string_view>

static constexpr std::string_view kShades = " .:-=+*#%@";
static constexpr int kGap = 3, kWidth = 2 * Digits::kSide; // two characters a pixel make it square

static std::string row_of(const Digits &digits, std::size_t position, int row) {
  std::string text;
  for (int column = 0; column < Digits::kSide; ++column) {
    const auto pixel = position * Digits::kPixels + static_cast<std::size_t>(row * Digits::kSide + column);
    const auto shade = static_cast<std::size_t>(digits.pixels[pixel] * static_cast<float>(kShades.size() - 1));
    text.append(2, kShades[shade]);
  }
  return text;
}

static std::string caption(std::int64_t predicted, std::int64_t label) {
  std::string text = std::to_string(predicted);
  text += predicted == label ? ", right" : ", but it is " + std::to_string(label);
  return text + std::string(static_cast<std::size_t>(kWidth) - text.size(), ' ');
}

void draw(std::ostream &stream, const Digits &digits, std::span<const std::int64_t> predictions,
          std::span<const std::size_t> positions) {
  const std::string gap(kGap, ' ');
  for (int row = 0; row < Digits::kSide; ++row) {
    for (const std::size_t position : positions) stream << row_of(digits, position, row) << gap;
    stream << '\n';
  }
  for (const std::size_t position : positions) stream << caption(predictions[position], digits.labels[position]) << gap;
  stream << '\n';
}

std::vector<std::size_t> interesting(const Digits &digits, std::span<const std::int64_t> predictions, std::size_t count) {
  std::vector<std::size_t> wrong, right;
  for (std::size_t i = 0; i < digits.size(); ++i) (predictions[i] == digits.labels[i] ? right : wrong).push_back(i);
  wrong.resize(std::min(wrong.size(), std::max(count / 2, count - std::min(count, right.size()))));
  right.resize(std::min(right.size(), count - wrong.size()));
  wrong.insert(wrong.end(), right.begin(), right.end());
  return wrong;
}
