#pragma once
#include <burin/burin.h>

/// A perceptron of two layers, for classification: logits = relu(images w1 + b1) w2 + b2.
///
/// Its weights are variables, so that functions which use it see and change them on every call.
class Perceptron {
public:
  /// Weights are uniform with He's variance, the same for the same seed.
  Perceptron(std::int64_t inputs, std::int64_t hidden, std::int64_t classes, std::uint64_t seed);

  /// What a forward pass leaves for the backward pass.
  struct Activations {
    burin::Tensor hidden; ///< after relu
    burin::Tensor logits;
  };
  Activations forward(const burin::Tensor &images) const;

  /// Moves all weights a step against the gradient of the loss of `labels`, with momentum; returns the loss.
  burin::Tensor train(const burin::Tensor &images, const burin::Tensor &labels, const burin::Tensor &rate);

  /// A weight and its momentum.
  struct Parameter {
    Parameter(const burin::Tensor &initial, const std::string &name);
    void descend(const burin::Tensor &gradient, const burin::Tensor &rate);

    burin::Variable value, momentum;
  };
  Parameter w1, b1, w2, b2;
};

/// Mean softmax cross entropy of `logits` with the classes `labels`.
burin::Tensor cross_entropy(const burin::Tensor &logits, const burin::Tensor &labels);

/// How many of the rows of `logits` have their greatest element at the class that `labels` says, as a fraction.
burin::Tensor accuracy(const burin::Tensor &logits, const burin::Tensor &labels);
