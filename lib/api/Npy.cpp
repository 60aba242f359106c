// .npy files.
#include "burin/Npy.h"
#include "lib/api/NpyFormat.h"
#include "lib/api/TensorImpl.h"
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <system_error>

namespace burin {

using namespace detail;

namespace {

struct CloseFile {
  void operator()(std::FILE *file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

std::string reason(int number) { return std::error_code(number, std::generic_category()).message(); }

File open(const std::filesystem::path &path, const char *mode, const FileCall &call) {
  File file(std::fopen(path.c_str(), mode));
  if (!file) call.fail("can't be opened: ", reason(errno));
  return file;
}

class FileSource : public ByteSource {
public:
  FileSource(const std::filesystem::path &path, const FileCall &call) : call_(call), file_(open(path, "rb", call)) {
    std::error_code error;
    size_ = std::filesystem::file_size(path, error);
    if (error) call.fail("can't be read: ", error.message()); // a directory, say
  }
  std::uint64_t size() const override { return size_; }
  std::size_t read(void *to, std::size_t count) override {
    const std::size_t read = count ? std::fread(to, 1, count, file_.get()) : 0;
    if (std::ferror(file_.get())) call_.fail("can't be read: ", reason(errno));
    return read;
  }

private:
  const FileCall &call_;
  File file_;
  std::uint64_t size_ = 0;
};

} // namespace

void save_npy(const std::filesystem::path &path, const Tensor &tensor, std::source_location location) {
  const FileCall call{"save_npy", path.string(), location};
  const auto *data = static_cast<const char *>(checked_data(tensor, tensor.defined() ? tensor.dtype() : DType::F32, "save_npy", location));
  const std::string header = npy_header(tensor);
  const std::size_t bytes = checked_bytes(tensor.dtype(), tensor.shape(), call.op, location);
  File file = open(path, "wb", call);
  bool written = std::fwrite(header.data(), 1, header.size(), file.get()) == header.size();
  written = written && (bytes == 0 || std::fwrite(data, 1, bytes, file.get()) == bytes);
  // What was buffered may fail only here.
  if (std::fclose(file.release()) != 0 || !written) call.fail("can't be written: ", reason(errno));
}

Tensor load_npy(const std::filesystem::path &path, std::source_location location) {
  const FileCall call{"load_npy", path.string(), location};
  FileSource source(path, call);
  return read_npy(source, call);
}

} // namespace burin
