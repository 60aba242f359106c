#include "model.h"
#include <cmath>
#include <random>

namespace bn = burin;

// --- weights -------------------------------------------------------------------------------------------------------

// f32[rows, columns], uniform between -sqrt(6 / rows) and sqrt(6 / rows).
static bn::Tensor random_weights(std::int64_t rows, std::int64_t columns, std::uint64_t seed) {
  std::mt19937_64 generator(seed);
  const double bound = std::sqrt(6.0 / static_cast<double>(rows));
  std::vector<float> values(static_cast<std::size_t>(rows * columns));
  for (float &value : values)
    value = static_cast<float>(bound * (std::ldexp(static_cast<double>(generator() >> 11), -52) - 1.0));
  return bn::constant(values, bn::Shape{rows, columns});
}

Perceptron::Parameter::Parameter(const bn::Tensor &initial, const std::string &name)
    : value(initial, name), momentum(bn::zeros(initial.shape()), name + "_momentum") {}

Perceptron::Perceptron(std::int64_t inputs, std::int64_t hidden, std::int64_t classes, std::uint64_t seed)
    : w1(random_weights(inputs, hidden, seed), "w1"), b1(bn::zeros({hidden}), "b1"),
      w2(random_weights(hidden, classes, seed + 1), "w2"), b2(bn::zeros({classes}), "b2") {}

// --- forward -------------------------------------------------------------------------------------------------------

Perceptron::Activations Perceptron::forward(const bn::Tensor &images) const {
  const auto scope = bn::name_scope("forward");
  const bn::Tensor hidden = bn::relu(bn::matmul(images, w1.value) + b1.value);
  return {hidden, bn::matmul(hidden, w2.value) + b2.value};
}

bn::Tensor cross_entropy(const bn::Tensor &logits, const bn::Tensor &labels) {
  const auto scope = bn::name_scope("loss");
  const bn::Tensor target = bn::one_hot(labels, logits.shape()[1]);
  return bn::mean(bn::logsumexp(logits, 1) - bn::sum(logits * target, 1));
}

bn::Tensor accuracy(const bn::Tensor &logits, const bn::Tensor &labels) {
  return bn::mean(bn::cast(bn::argmax(logits, 1) == labels, bn::DType::F32));
}

// --- backward ------------------------------------------------------------------------------------------------------

void Perceptron::Parameter::descend(const bn::Tensor &gradient, const bn::Tensor &rate) {
  const auto scope = bn::name_scope(value.name());
  constexpr float kMomentum = 0.9f;
  momentum.assign(kMomentum * momentum + gradient);
  value.assign_sub(rate * momentum); // reads what the line above assigned
}

bn::Tensor Perceptron::train(const bn::Tensor &images, const bn::Tensor &labels, const bn::Tensor &rate) {
  const auto [hidden, logits] = forward(images);
  const bn::Tensor loss = cross_entropy(logits, labels);

  const auto scope = bn::name_scope("backward");
  // The chain rule, from the loss back: d_x stands for the derivative of the loss by x.
  const auto batch = static_cast<float>(images.shape()[0]); // known at the trace: shapes are static
  const bn::Tensor d_logits = (bn::softmax(logits) - bn::one_hot(labels, logits.shape()[1])) / batch;
  const bn::Tensor d_w2 = bn::matmul(bn::transpose(hidden), d_logits);
  const bn::Tensor d_hidden = bn::matmul(d_logits, bn::transpose(w2.value));
  const bn::Tensor d_sum = bn::where(hidden > 0.0f, d_hidden, 0.0f); // through relu
  const bn::Tensor d_w1 = bn::matmul(bn::transpose(images), d_sum);

  w1.descend(d_w1, rate);
  b1.descend(bn::sum(d_sum, 0), rate);
  w2.descend(d_w2, rate);
  b2.descend(bn::sum(d_logits, 0), rate);
  return loss;
}
