// Edges in a picture: both Sobel filters as one convolution, the length of the gradient, and a half as large picture of it by max_pool.
#include <burin/burin.h>
#include <burin/ops/Convolution.h>
#include <cmath>
#include <cstdio>
#include <vector>

namespace bn = burin;

static constexpr std::int64_t kSide = 40;

/// A disc on a dark ground, 1 inside and 0 outside.
static bn::Tensor picture() {
  const auto distance = [](int axis) { return bn::square(bn::cast(bn::iota({kSide, kSide}, axis), bn::DType::F32) - 19.5f); };
  return bn::cast(distance(0) + distance(1) < 169, bn::DType::F32);
}

/// The same in plain loops: the length of the gradient at (row, column).
static float gradient_at(const std::vector<float> &image, std::int64_t row, std::int64_t column) {
  const auto pixel = [&](std::int64_t r, std::int64_t c) {
    return r < 0 || r >= kSide || c < 0 || c >= kSide ? 0 : image[static_cast<std::size_t>(r * kSide + c)];
  };
  float across = 0, down = 0;
  for (std::int64_t k = -1; k <= 1; ++k) {
    const float weight = k == 0 ? 2 : 1;
    across += weight * (pixel(row + k, column + 1) - pixel(row + k, column - 1));
    down += weight * (pixel(row + 1, column + k) - pixel(row - 1, column + k));
  }
  return std::sqrt(across * across + down * down);
}

int main() {
  // [height, width, input channels, output channels]: what changes from left to right, and from top to bottom.
  const bn::Tensor across = bn::constant({{-1.0f, 0.0f, 1.0f}, {-2.0f, 0.0f, 2.0f}, {-1.0f, 0.0f, 1.0f}});
  const bn::Tensor sobel = bn::reshape(bn::stack({across, bn::transpose(across)}, 2), {3, 3, 1, 2});
  const auto edges = bn::function(
      [&](bn::Tensor image) {
        const bn::Tensor batch = bn::reshape(image, {1, kSide, kSide, 1});
        const bn::Tensor slopes = bn::conv2d(batch, sobel, {.padding = bn::Padding::Same});
        const bn::Tensor length = bn::sqrt(bn::sum(bn::square(slopes), -1, bn::KeepDims::Yes));
        return std::pair(length, bn::max_pool(length, {2}));
      },
      {.name = "edges"});

  const bn::Tensor image = picture();
  const auto [full, half] = edges(image);
  const std::vector<float> pixels = image.to_vector<float>(), length = full.to_vector<float>(), small = half.to_vector<float>();
  for (std::int64_t row = 0; row < kSide / 2; ++row) {
    for (std::int64_t column = 0; column < kSide / 2; ++column)
      std::fputs(small[static_cast<std::size_t>(row * kSide / 2 + column)] > 2 ? "##" : "  ", stdout);
    std::puts("");
  }

  bool is_right = true;
  for (std::int64_t row = 0; row < kSide; ++row)
    for (std::int64_t column = 0; column < kSide; ++column)
      is_right &= std::fabs(length[static_cast<std::size_t>(row * kSide + column)] - gradient_at(pixels, row, column)) < 1e-6f;
  std::printf("%s\n", is_right ? "as expected" : "NOT as expected");
  return is_right ? 0 : 1;
}
