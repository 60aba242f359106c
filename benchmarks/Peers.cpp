#include "Peers.h"
#include <dlfcn.h>
#include <filesystem>

namespace bench {

namespace {

struct Peer {
  const char *module; ///< CMakeLists.txt builds burin_bench_<module>.so where it finds the library
  const char *name;
};
constexpr Peer kPeers[] = {{"cpp", "C++"},       {"eigen", "Eigen"},       {"numpy", "NumPy"},   {"jax", "JAX"},
                           {"onednn", "oneDNN"}, {"openblas", "OpenBLAS"}, {"torch", "libtorch"}};

/// Empty when loaded; else why not.
std::string load(const std::filesystem::path &path, Registry &registry) {
  if (!std::filesystem::exists(path)) return "not found when the benchmarks were built";
  void *module = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL); // never closed: its contenders live until the end
  if (!module) return dlerror();
  const auto add = reinterpret_cast<AddPeer>(dlsym(module, "burin_bench_add_peer"));
  if (!add) return dlerror();
  add(registry);
  return "";
}

} // namespace

std::string own_path() { return std::filesystem::read_symlink("/proc/self/exe"); }

std::vector<std::string> load_peers(Registry &registry) {
  std::vector<std::string> missing;
  const std::filesystem::path folder = std::filesystem::path(own_path()).parent_path();
  for (const Peer &peer : kPeers) {
    const std::string reason = load(folder / ("burin_bench_" + std::string(peer.module) + ".so"), registry);
    if (!reason.empty()) missing.push_back(std::string(peer.name) + " is left out: " + reason);
  }
  return missing;
}

} // namespace bench
