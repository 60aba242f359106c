// The most probable states of a hidden Markov model (Viterbi): a scan forwards that keeps the best way into each state, and
// one in reverse that follows it back.
#include <burin/burin.h>
#include <cmath>
#include <cstdio>
#include <string>

namespace bn = burin;

int main() {
  // The village doctor of https://en.wikipedia.org/wiki/Viterbi_algorithm: healthy or fever, seen as normal, cold, dizzy.
  const bn::Tensor start = bn::log(bn::constant({0.6, 0.4}));
  const bn::Tensor transition = bn::log(bn::constant({{0.7, 0.3}, {0.4, 0.6}}));             // from, to
  const bn::Tensor emission = bn::log(bn::constant({{0.5, 0.1}, {0.4, 0.3}, {0.1, 0.6}})); // what is seen, state

  const auto viterbi = bn::function(
      [&](bn::Tensor seen) {
        const bn::Tensor likelihoods = bn::take(emission, seen, 0);
        const std::int64_t count = seen.shape()[0], states = start.shape()[0];
        const bn::Tensor first = start + bn::reshape(bn::slice(likelihoods, {0, 0}, {1, states}), {states});
        const auto forwards = [&](bn::Tensor score, bn::Tensor likelihood) {
          const bn::Tensor ways = bn::reshape(score, {states, 1}) + transition;
          return std::pair(bn::max(ways, 0) + likelihood, bn::argmax(ways, 0));
        };
        const auto [score, cameFrom] = bn::scan(forwards, first, bn::slice(likelihoods, {1, 0}, {count, states}));
        const auto backwards = [](bn::Tensor state, bn::Tensor from) { return std::pair(bn::take(from, state), state); };
        const bn::Tensor last = bn::argmax(score, 0);
        const auto [begin, rest] = bn::scan(backwards, last, cameFrom, {.reverse = true});
        return std::pair(bn::exp(bn::max(score)), bn::concat({bn::reshape(begin, {1}), rest}, 0));
      },
      {.name = "viterbi"});

  const auto [probability, path] = viterbi(bn::constant({0, 1, 2}));
  std::string names;
  for (const std::int64_t state : path.to_vector<std::int64_t>()) names += state == 0 ? " healthy" : " fever";
  std::printf("most probable:%s, with probability %.5f\n", names.c_str(), probability.item<double>());
  const bool is_right = names == " healthy healthy fever" && std::fabs(probability.item<double>() - 0.01512) < 1e-15;
  std::printf("%s\n", is_right ? "as expected" : "NOT as expected");
  return is_right ? 0 : 1;
}
