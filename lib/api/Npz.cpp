// .npz archives: zip files of .npy files. libzip knows the container.
#include "burin/Npy.h"
#include "lib/api/NpyFormat.h"
#include "lib/api/TensorImpl.h"
#include <array>
#include <fstream>
#include <memory>
#include <vector>
#include <zip.h>

namespace burin {

using namespace detail;

namespace {

struct Discard {
  void operator()(zip_t *archive) const { zip_discard(archive); }
  void operator()(zip_file_t *entry) const { zip_fclose(entry); }
};
using Archive = std::unique_ptr<zip_t, Discard>;
using Entry = std::unique_ptr<zip_file_t, Discard>;

/// How many bytes follow the first one of a character, or -1 if `first` starts none.
int continuations(unsigned char first) {
  return first == 0 ? -1 : first < 0x80 ? 0 : first < 0xc2 ? -1 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : first < 0xf5 ? 3 : -1;
}

/// Valid, without zeros.
bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto first = static_cast<unsigned char>(text[i]);
    const int more = continuations(first);
    if (more < 0 || text.size() - i <= static_cast<std::size_t>(more)) return false;
    for (int j = 1; j <= more; ++j)
      if ((static_cast<unsigned char>(text[i + static_cast<std::size_t>(j)]) & 0xc0) != 0x80) return false;
    // Overlong forms, surrogates, and what lies beyond Unicode.
    const auto second = more ? static_cast<unsigned char>(text[i + 1]) : 0;
    if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) || (first == 0xf0 && second < 0x90) ||
        (first == 0xf4 && second > 0x8f))
      return false;
    i += static_cast<std::size_t>(more) + 1;
  }
  return true;
}

constexpr std::string_view kSuffix = ".npy";
// Deflate never does better; who claims more lies, perhaps to have memory taken.
constexpr std::uint64_t kLargestRatio = 1032;

Archive open(const FileCall &call, int flags) {
  int number = 0;
  Archive archive(zip_open(call.file.c_str(), flags, &number));
  if (archive) return archive;
  zip_error_t error;
  zip_error_init_with_code(&error, number);
  const std::string reason = zip_error_strerror(&error);
  zip_error_fini(&error);
  call.fail("can't be opened as a zip archive: ", reason);
}

class EntrySource : public ByteSource {
public:
  EntrySource(zip_t *archive, zip_uint64_t index, std::uint64_t size, const FileCall &call)
      : call_(call), size_(size), entry_(zip_fopen_index(archive, index, 0)) {
    if (!entry_) call.fail("can't be read: ", zip_strerror(archive));
  }
  std::uint64_t size() const override { return size_; }
  std::size_t read(void *to, std::size_t count) override {
    std::size_t done = 0;
    while (done < count) {
      const zip_int64_t read = zip_fread(entry_.get(), static_cast<char *>(to) + done, count - done);
      if (read < 0) call_.fail("can't be read: ", zip_error_strerror(zip_file_get_error(entry_.get())));
      if (read == 0) break;
      done += static_cast<std::size_t>(read);
    }
    return done;
  }

private:
  const FileCall &call_;
  std::uint64_t size_;
  Entry entry_;
};

std::pair<std::string, Tensor> read_entry(zip_t *archive, zip_uint64_t index, const FileCall &call) {
  zip_stat_t stat;
  if (zip_stat_index(archive, index, 0, &stat) != 0) call.fail("entry ", index, " can't be read: ", zip_strerror(archive));
  if (!(stat.valid & ZIP_STAT_NAME) || !(stat.valid & ZIP_STAT_SIZE)) call.fail("entry ", index, " has no name or no size");
  const std::string_view file = stat.name;
  if (!file.ends_with(kSuffix) || file == kSuffix) call.fail("entry '", printable(file), "' is no .npy file");
  if (!is_utf8(file)) call.fail("the name of entry ", index, " is no valid UTF-8: ", printable(file));
  if ((stat.valid & ZIP_STAT_COMP_SIZE) && stat.size / kLargestRatio > stat.comp_size)
    call.fail("entry '", file, "' claims to have ", stat.size, " bytes, which ", stat.comp_size, " compressed ones can't hold");
  const FileCall entry{call.op, call.file + "/" + std::string(file), call.location};
  EntrySource source(archive, index, stat.size, entry);
  return {std::string(file.substr(0, file.size() - kSuffix.size())), read_npy(source, entry)};
}

/// Adds one file that is made of `parts`, which must live until the archive is closed.
void add_entry(zip_t *archive, const std::string &name, std::span<const zip_buffer_fragment_t> parts, Compression compression,
               const FileCall &call) {
  zip_source_t *source = zip_source_buffer_fragment(archive, parts.data(), parts.size(), 0);
  if (!source) call.fail("can't be written: ", zip_strerror(archive));
  const zip_int64_t index = zip_file_add(archive, (name + std::string(kSuffix)).c_str(), source, ZIP_FL_ENC_UTF_8);
  if (index < 0) {
    zip_source_free(source);
    call.fail("'", name, "' can't be added: ", zip_strerror(archive));
  }
  const auto number = static_cast<zip_uint64_t>(index);
  const bool fails = zip_set_file_compression(archive, number, compression == Compression::Yes ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 0) != 0;
  // 1980-01-01, as NumPy has it: the day must not show in the bytes.
  if (fails || zip_file_set_dostime(archive, number, 0, 1 << 5 | 1, 0) != 0) call.fail("can't be written: ", zip_strerror(archive));
}

/// libzip would remove the file.
void write_empty(const std::filesystem::path &path, const FileCall &call) {
  constexpr char end_of_directory[22] = {'P', 'K', 5, 6};
  std::ofstream file(path, std::ios::binary);
  if (!file.write(end_of_directory, sizeof end_of_directory).flush()) call.fail("can't be written");
}

} // namespace

void save_npz(const std::filesystem::path &path, const std::map<std::string, Tensor> &tensors, Compression compression,
              std::source_location location) {
  const FileCall call{"save_npz", path.string(), location};
  std::vector<std::string> headers;
  std::vector<std::array<zip_buffer_fragment_t, 2>> parts;
  headers.reserve(tensors.size());
  parts.reserve(tensors.size());
  for (const auto &[name, tensor] : tensors) {
    if (name.empty() || !is_utf8(name)) call.fail("a tensor's name must be valid UTF-8 and not empty: '", printable(name), "'");
    const void *data = checked_data(tensor, tensor.defined() ? tensor.dtype() : DType::F32, "save_npz", location);
    std::string &header = headers.emplace_back(npy_header(tensor));
    // libzip reads only, whatever its types say.
    parts.push_back(
        {{{reinterpret_cast<zip_uint8_t *>(header.data()), header.size()},
          {static_cast<zip_uint8_t *>(const_cast<void *>(data)), checked_bytes(tensor.dtype(), tensor.shape(), call.op, location)}}});
  }
  if (tensors.empty()) return write_empty(path, call);
  Archive archive = open(call, ZIP_CREATE | ZIP_TRUNCATE);
  std::size_t next = 0;
  for (const auto &[name, tensor] : tensors) {
    const auto &[header, values] = parts[next];
    add_entry(archive.get(), name, std::span(parts[next]).first(values.length ? 2 : 1), compression, call);
    ++next;
  }
  if (zip_close(archive.get()) != 0) call.fail("can't be written: ", zip_strerror(archive.get()));
  (void)archive.release(); // closing freed it
}

std::map<std::string, Tensor> load_npz(const std::filesystem::path &path, std::source_location location) {
  const FileCall call{"load_npz", path.string(), location};
  const Archive archive = open(call, ZIP_RDONLY);
  const zip_int64_t count = zip_get_num_entries(archive.get(), 0);
  std::map<std::string, Tensor> tensors;
  for (zip_int64_t i = 0; i < count; ++i) {
    auto [name, tensor] = read_entry(archive.get(), static_cast<zip_uint64_t>(i), call);
    if (!tensors.emplace(name, std::move(tensor)).second) call.fail("there are two entries '", name, ".npy'");
  }
  return tensors;
}

} // namespace burin
