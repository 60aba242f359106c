// Writes the generator's bits to standard output without end, stream after stream: what programs that judge generators read.
//     random-stream [SEED] | dieharder -g 200 -a
#include <burin/burin.h>
#include <cstdio>
#include <cstdlib>

int main(int count, char **arguments) {
  burin::Generator generator(count > 1 ? std::strtoull(arguments[1], nullptr, 0) : 1);
  while (true) {
    const burin::Tensor bits = burin::random_bits({1 << 20}, generator);
    const auto view = bits.view<std::uint32_t>();
    if (std::fwrite(view.data(), sizeof(std::uint32_t), view.size(), stdout) != view.size()) return 0;
  }
}
