// The Mandelbrot set as a PNG: one loop over the whole picture; points that got away stay where they are.
#include "png.h"
#include <burin/burin.h>
#include <cstdio>

namespace bn = burin;

constexpr std::int64_t kWidth = 320, kHeight = 240;
constexpr int kMostTrips = 200;

int main() {
  const auto mandelbrot = bn::function(
      [](bn::Tensor x, bn::Tensor y) {
        const auto step = [&](bn::Tensor, bn::Tensor re, bn::Tensor im, bn::Tensor trips) {
          const bn::Tensor re2 = re * re, im2 = im * im;
          const bn::Tensor is_near = re2 + im2 <= 4.0;
          return std::tuple(bn::where(is_near, re2 - im2 + x, re), bn::where(is_near, re * im * 2.0 + y, im),
                            trips + bn::cast(is_near, bn::DType::I32));
        };
        const bn::Tensor start = bn::zeros({kHeight, kWidth}, bn::DType::F64);
        return std::get<2>(bn::for_range(kMostTrips, step, std::tuple(start, start, bn::zeros({kHeight, kWidth}, bn::DType::I32))));
      },
      {.name = "mandelbrot"});

  const bn::Tensor x = bn::arange(0, kWidth, 1, bn::DType::F64) * (3.0 / kWidth) - 2.25;
  const bn::Tensor y = bn::reshape(bn::arange(0, kHeight, 1, bn::DType::F64) * (2.25 / kHeight) - 1.125, {kHeight, 1});
  const bn::Tensor trips = mandelbrot(x, y);

  std::vector<std::uint8_t> pixels;
  for (const int count : trips.to_vector<int>()) pixels.push_back(static_cast<std::uint8_t>(count == kMostTrips ? 0 : 255 - (count * 37) % 200));
  if (!png::write("mandelbrot.png", kWidth, kHeight, pixels)) return 1;

  const int total = bn::sum(trips).item<int>(), inside = bn::sum(bn::cast(bn::equal(trips, kMostTrips), bn::DType::I32)).item<int>();
  std::printf("%d trips, %d points inside; written to mandelbrot.png\n", total, inside);
  const bool is_right = total == 3839585 && inside == 17414; // by NumPy 1.24, the same operations in f64
  std::printf("%s\n", is_right ? "as expected" : "NOT as expected");
  return is_right ? 0 : 1;
}
