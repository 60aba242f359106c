// Learns to read handwritten digits: a perceptron of two layers, trained by gradient descent with momentum.
//
//   digits [digits.csv.gz]
//
// Three functions do the work, each traced and compiled once: `step` learns from one batch, `evaluate` prints how good the
// weights are, `predict` classifies. Exit status 0 if 95 % of the held-out images are read correctly.
#include "data.h"
#include "model.h"
#include "pictures.h"
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <numbers>

namespace bn = burin;

static constexpr std::int64_t kHidden = 64, kBatch = 32;
static constexpr std::size_t kHeldOut = 360;
static constexpr int kEpochs = 40, kStepsPerReport = 220;
static constexpr float kFirstRate = 0.05f;
static constexpr std::uint64_t kSeed = 20;
static constexpr double kRequiredAccuracy = 0.95;

using Clock = std::chrono::steady_clock;

static double microseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::micro>(Clock::now() - start).count();
}

/// Runs `make`, which traces and compiles function `name`, and says how long that took.
static void report_compilation(const char *name, const auto &make) {
  const auto start = Clock::now();
  make();
  std::printf("traced and compiled %-8s in %6.1f ms\n", name, microseconds_since(start) / 1000);
}

/// From kFirstRate down to 0, along half a cosine.
static float rate_at(std::size_t step, std::size_t steps) {
  return kFirstRate * static_cast<float>(0.5 + 0.5 * std::cos(std::numbers::pi * static_cast<double>(step) / static_cast<double>(steps)));
}

static std::filesystem::path default_data() {
  const auto beside = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "data" / "digits.csv.gz";
  return std::filesystem::exists(beside) ? beside : std::filesystem::path(DIGITS_DATA);
}

static int run(const std::filesystem::path &path) {
  const auto [train, held_out] = split(read_digits(path), kHeldOut, kSeed);
  std::printf("%zu images to learn from, %zu held out\n", train.size(), held_out.size());
  const bn::Tensor images = train.images(), labels = train.classes();
  const bn::Tensor held_out_images = held_out.images(), held_out_labels = held_out.classes();

  Perceptron model(Digits::kPixels, kHidden, Digits::kClasses, kSeed);
  bn::PrintOptions report;
  report.stream = bn::PrintStream::Stdout;
  report.precision = 4;

  // Captured by reference, the model's variables are read and assigned whenever compiled code runs.
  const auto step = bn::function(
      [&](bn::Tensor images, bn::Tensor labels, bn::Tensor rate) { return model.train(images, labels, rate); }, {.name = "step"});
  const auto evaluate = bn::function([&](bn::Tensor step, bn::Tensor images, bn::Tensor labels) {
    const bn::Tensor logits = model.forward(images).logits;
    bn::print(report, "step", step, " loss", cross_entropy(logits, labels), " accuracy", accuracy(logits, labels));
  }, {.name = "evaluate"});
  const auto predict = bn::function([&](bn::Tensor images) { return bn::argmax(model.forward(images).logits, 1); }, {.name = "predict"});

  // The first call would do this, too; here it is apart, to be timed. A spec stands for each tensor.
  const auto scalar = [](bn::DType dtype) { return bn::TensorSpec{dtype, {}}; };
  const bn::TensorSpec batch_images{bn::DType::F32, {kBatch, Digits::kPixels}}, batch_labels{bn::DType::I64, {kBatch}};
  report_compilation("step", [&] { step.concrete(batch_images, batch_labels, scalar(bn::DType::F32)); });
  report_compilation("evaluate", [&] { evaluate.concrete(scalar(bn::DType::I64), held_out_images, held_out_labels); });
  report_compilation("predict", [&] { predict.concrete(held_out_images); });

  const std::size_t batches = train.size() / kBatch, steps = kEpochs * batches;
  std::uint64_t generator = kSeed;
  std::vector<double> times;
  for (std::size_t done = 0; done < steps;) {
    const std::vector<std::int64_t> order = shuffled(train.size(), generator);
    for (std::size_t i = 0; i < batches; ++i, ++done) {
      if (done % kStepsPerReport == 0) evaluate(static_cast<std::int64_t>(done), held_out_images, held_out_labels);
      const bn::Tensor picked = bn::Tensor::from_span(std::span(order).subspan(i * kBatch, kBatch), {kBatch});
      const bn::Tensor batch = bn::take(images, picked), batch_classes = bn::take(labels, picked); // at once: eagerly
      const bn::Tensor rate = bn::constant(rate_at(done, steps));
      const auto start = Clock::now();
      step(batch, batch_classes, rate);
      times.push_back(microseconds_since(start));
    }
  }
  evaluate(static_cast<std::int64_t>(steps), held_out_images, held_out_labels);
  std::nth_element(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2), times.end());
  std::printf("%zu steps on %lld images each, %.1f us a step (median)\n\n", steps, static_cast<long long>(kBatch), times[times.size() / 2]);

  // What functions return and what variables hold are fetched as plain vectors.
  const std::vector<std::int64_t> predictions = predict(held_out_images).to_vector<std::int64_t>();
  draw(std::cout, held_out, predictions, interesting(held_out, predictions, 6));
  const std::vector<float> weights = model.w1.value.to_vector<float>();
  const auto [least, greatest] = std::minmax_element(weights.begin(), weights.end());
  std::printf("\nweights of the first layer: %zu, from %.3f to %.3f\n", weights.size(), *least, *greatest);

  std::size_t right = 0;
  for (std::size_t i = 0; i < predictions.size(); ++i) right += predictions[i] == held_out.labels[i];
  const double accuracy = static_cast<double>(right) / static_cast<double>(held_out.size());
  std::printf("held-out accuracy: %.4f (%zu/%zu)\n", accuracy, right, held_out.size());
  return accuracy >= kRequiredAccuracy ? 0 : 1;
}

int main(int argc, char **argv) {
  if (argc > 2) {
    std::fprintf(stderr, "usage: %s [digits.csv.gz]\n", argv[0]);
    return 2;
  }
  try {
    return run(argc == 2 ? std::filesystem::path(argv[1]) : default_data());
  } catch (const std::exception &error) {
    std::fprintf(stderr, "digits: %s\n", error.what());
    return 1;
  }
}
