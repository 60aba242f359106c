// burin_resave IN OUT ...: loads each file and saves what it holds; .npz files compressed if OUT ends with -z.npz.
#include "burin/Npy.h"
#include <exception>
#include <iostream>
#include <string_view>

int main(int argc, char **argv) {
  for (int i = 1; i + 1 < argc; i += 2) try {
      const std::string_view out = argv[i + 1];
      if (out.ends_with(".npy")) burin::save_npy(out, burin::load_npy(argv[i]));
      else burin::save_npz(out, burin::load_npz(argv[i]), out.ends_with("-z.npz") ? burin::Compression::Yes : burin::Compression::No);
    } catch (const std::exception &error) {
      std::cerr << error.what() << "\n";
      return 1;
    }
  return 0;
}
