// A Kalman filter as a scan: the level of the Nile at Aswan, 1871 to 1970, by the local level model of Durbin and Koopman, Time
// Series Analysis by State Space Methods, chapter 2.
#include <burin/burin.h>
#include <cmath>
#include <cstdio>
#include <vector>

namespace bn = burin;

static const std::vector<double> kNile = {
    1120, 1160, 963,  1210, 1160, 1160, 813,  1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799,  958, 1140,
    1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774,  840,  874, 694, 940,  833, 701,  916, 692,  1020, 1050, 969,
    831,  726,  456,  824,  702,  1120, 1100, 832,  764,  821,  768, 845, 864,  862, 698,  845, 744,  796,  1040, 759,
    781,  865,  845,  944,  984,  897,  822,  1010, 771,  676,  649, 846, 812,  742, 801,  1040, 860, 874,  848, 890,
    744,  749,  838,  1050, 918,  986,  797,  923,  975,  815,  1020, 906, 901, 1170, 912, 746, 919,  718,  714, 740};

int main() {
  const auto filter = bn::function(
      [](bn::Tensor volumes, bn::Tensor noise, bn::Tensor drift) {
        const auto step = [&](const std::pair<bn::Tensor, bn::Tensor> &predicted, bn::Tensor volume) {
          const auto &[level, variance] = predicted;
          const bn::Tensor gain = variance / (variance + noise);
          const bn::Tensor next = level + gain * (volume - level), certain = variance * (1.0 - gain);
          return std::pair(std::pair(next, certain + drift), std::pair(next, certain));
        };
        return bn::scan(step, std::pair(0.0, 1e7), volumes).second; // an initial variance that says: anything
      },
      {.name = "kalman"});

  const auto [levels, variances] = filter(bn::Tensor::from_vector(kNile), bn::constant(15099.0), bn::constant(1469.1));
  const std::vector<double> level = levels.to_vector<double>(), variance = variances.to_vector<double>();
  std::printf("level: %.4f in 1871, %.4f in 1920, %.4f in 1970; variance at the end %.4f\n", level[0], level[49], level[99], variance[99]);
  // By NumPy 1.24, scalar by scalar; the last ones are also the book's (798.37, 4032.16).
  const auto is_near = [](double a, double b) { return std::fabs(a - b) < 1e-9 * b; };
  const bool is_right = is_near(level[0], 1118.3114615242446) && is_near(level[49], 849.0705660142463) &&
                        is_near(level[99], 798.3702926083641) && is_near(variance[99], 4032.157941808477);
  std::printf("%s\n", is_right ? "as expected" : "NOT as expected");
  return is_right ? 0 : 1;
}
