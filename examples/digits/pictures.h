#pragma once
#include "data.h"
#include <ostream>
#include <span>

/// Draws the images at `positions` side by side, and under each what it was taken for and what it is.
void draw(std::ostream &stream, const Digits &digits, std::span<const std::int64_t> predictions,
          std::span<const std::size_t> positions);

/// Up to `count` positions to look at: mistakes, then others; half of each where there are so many.
std::vector<std::size_t> interesting(const Digits &digits, std::span<const std::int64_t> predictions, std::size_t count);
