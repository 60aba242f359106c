#pragma once
#include "burin/Operand.h"

/// Losses. Floating dtypes. What is one number for each element, or for each example, is reduced to a scalar, or not.
namespace burin {

/// How a loss comes out: as it is, as its sum, or as its mean.
enum class Reduction { None, Sum, Mean };

/// (prediction - target)^2.
Tensor mse(const Operand &prediction, const Operand &target, Reduction reduction = Reduction::Mean);
/// |prediction - target|.
Tensor mae(const Operand &prediction, const Operand &target, Reduction reduction = Reduction::Mean);
/// d^2 / 2 for d = |prediction - target| up to `delta`, from there on delta (d - delta / 2) (Huber, 1964).
Tensor huber(const Operand &prediction, const Operand &target, double delta = 1, Reduction reduction = Reduction::Mean);

/// What a loss is given: logits, or the probabilities that sigmoid or softmax makes of them.
enum class Prediction { Logits, Probabilities };

/// -target log(p) - (1 - target) log(1 - p), with p the probability. Of logits z as max(z, 0) - z target + log(1 + exp(-|z|)),
/// without overflow.
Tensor binary_cross_entropy(const Operand &prediction, const Operand &target, Prediction given = Prediction::Logits,
                            Reduction reduction = Reduction::Mean);

struct CrossEntropyOptions {
  int axis = -1;                           ///< the classes
  Prediction given = Prediction::Logits;
  double label_smoothing = 0;              ///< this much of each target is spread evenly over all classes (Szegedy et al., 2016)
  Reduction reduction = Reduction::Mean;   ///< over the examples
};
/// -sum over classes of target log(probability). `target` is either of integers, the class of each example: the shape of `prediction`
/// without the classes; or floating, the probability of each class: the shape of `prediction`. A class out of range gives NaN.
/// Throws ShapeError for another shape, IndexError for an axis out of range.
Tensor cross_entropy(const Operand &prediction, const Operand &target, const CrossEntropyOptions &options = {});

} // namespace burin
