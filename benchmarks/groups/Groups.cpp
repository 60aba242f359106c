#include "Groups.h"

namespace bench {

Buffer uniform(std::int64_t size, std::uint64_t seed, float low, float high) {
  Buffer buffer(size);
  std::uint64_t state = seed;
  for (std::size_t i = 0; i < buffer.size(); ++i) {
    // splitmix64 (Steele, Lea, Flood 2014): std::mt19937 takes a second for 1e8 values.
    std::uint64_t bits = (state += 0x9e3779b97f4a7c15);
    bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9;
    bits = (bits ^ (bits >> 27)) * 0x94d049bb133111eb;
    buffer[i] = low + (high - low) * static_cast<float>((bits ^ (bits >> 31)) >> 40) * 0x1p-24f;
  }
  return buffer;
}

std::vector<double> exact_matmul(std::span<const double> x, std::span<const float> y, std::int64_t rows,
                                 std::int64_t columns, std::int64_t inner) {
  std::vector<double> result(static_cast<std::size_t>(rows * columns));
  for (std::int64_t row = 0; row < rows; ++row) {
    double *out = result.data() + row * columns;
    for (std::int64_t k = 0; k < inner; ++k) {
      const double factor = x[static_cast<std::size_t>(row * inner + k)];
      const float *in = y.data() + k * columns;
      for (std::int64_t column = 0; column < columns; ++column) out[column] += factor * in[column];
    }
  }
  return result;
}

std::vector<double> as_doubles(std::span<const float> values) { return {values.begin(), values.end()}; }

std::vector<float> as_floats(std::span<const double> values) { return {values.begin(), values.end()}; }

} // namespace bench
