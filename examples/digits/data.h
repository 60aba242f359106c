#pragma once
#include <burin/burin.h>
#include <cstdint>
#include <filesystem>
#include <vector>

/// Images of handwritten digits, 8 by 8 pixels each, and what they show.
struct Digits {
  static constexpr int kSide = 8, kPixels = kSide * kSide, kClasses = 10;

  std::vector<float> pixels;        ///< row-major, kPixels for each image, from 0 (white) to 1 (black)
  std::vector<std::int64_t> labels; ///< 0 to 9

  std::size_t size() const { return labels.size(); }
  burin::Tensor images() const;  ///< f32[size, kPixels]
  burin::Tensor classes() const; ///< i64[size]
};

/// Reads rows of kPixels numbers from 0 to 16 and a class, separated by commas; gzipped or not.
/// Throws burin::IoError, with the line where there is one.
Digits read_digits(const std::filesystem::path &path);

struct Split {
  Digits train, held_out;
};

/// Shuffles, the same way for the same `seed` on any machine, and holds `held_out` images out of training.
/// Throws burin::Error if that leaves nothing to train on.
Split split(const Digits &digits, std::size_t held_out, std::uint64_t seed);

/// The numbers 0 to size - 1 in an order that depends on `generator` alone.
std::vector<std::int64_t> shuffled(std::size_t size, std::uint64_t &generator);
