// Reads through bytecode ahead of MLIR, whose reader makes room for any count that it is told, follows references to any depth, and
// builds types and attributes without asking whether their parts fit. Held to what a trace's bytecode has, none of that can happen:
//   - each count is at most the bytes that are left; each index that MLIR doesn't check itself is in range
//   - types are scalars, tensors of them, functions of those, and text
//   - attributes are those below, in at most a few levels, and their data have the size that their types say
#include "compiler/pipeline/BytecodeCheck.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include <array>
#include <limits>
#include <optional>
#include <vector>

namespace burin::compiler {

namespace {

// The first version with isolated regions, and the last without orders of uses and native properties, which MLIR takes as they come.
constexpr uint64_t kVersion = 2;
constexpr llvm::StringLiteral kNoResources = "\x01"; // the number 0: of groups of them
constexpr int kMaxRegions = 64, kMaxAttributes = 32; // levels

struct Objection {
  std::string text;
};

[[noreturn]] void object(const std::string &text) { throw Objection{text}; }

/// Bytes, from the first to the last.
class Cursor {
public:
  explicit Cursor(llvm::StringRef bytes) : rest(bytes) {}

  bool atEnd() const { return rest.empty(); }
  llvm::StringRef take(uint64_t size) {
    if (size > rest.size()) object("it ends too soon");
    const llvm::StringRef taken = rest.take_front(size);
    rest = rest.drop_front(size);
    return taken;
  }
  uint8_t byte() { return static_cast<uint8_t>(take(1)[0]); }

  /// As many zero bits as there are further bytes, a one, and the number.
  uint64_t number() {
    const uint8_t first = byte();
    const auto further = static_cast<unsigned>(first ? llvm::countr_zero(first) : 8);
    uint64_t value = first;
    const llvm::StringRef more = take(further);
    if (further == 8) value = 0;
    for (unsigned i = 0; i < further; ++i)
      value |= static_cast<uint64_t>(static_cast<uint8_t>(more[i])) << (8 * (further == 8 ? i : i + 1));
    return further == 8 ? value : value >> (further + 1);
  }
  int64_t signedNumber() {
    const uint64_t value = number();
    return static_cast<int64_t>((value >> 1) ^ (~(value & 1) + 1));
  }
  /// How many there are of what takes at least a byte each.
  uint64_t count() {
    const uint64_t value = number();
    if (value > rest.size()) object("it counts " + std::to_string(value) + " of what " + std::to_string(rest.size()) + " bytes hold");
    return value;
  }
  uint64_t index(uint64_t size) {
    const uint64_t value = number();
    if (value >= size) object("an index is " + std::to_string(value) + ", of " + std::to_string(size));
    return value;
  }
  /// The content of a section, and its number.
  std::pair<unsigned, llvm::StringRef> section() {
    const unsigned id = byte();
    return {id, take(number())};
  }
  llvm::StringRef text() {
    const size_t size = rest.find('\0');
    if (size == rest.npos) object("a text has no end");
    return take(size + 1).drop_back();
  }

private:
  llvm::StringRef rest;
};

enum Section : unsigned { kString, kDialect, kAttributes, kOffsets, kIr, kResources, kResourceOffsets, kSections };

/// A type, as far as others depend on it.
struct TypeEntry {
  enum Kind { Scalar, Complex, Tensor, Function, Text } kind = Text;
  bool isInteger = false;
  uint64_t bits = 0;                    ///< of a scalar
  std::vector<uint64_t> parts;          ///< types that it is made of
  std::vector<int64_t> extents;
};

class BytecodeCheck {
public:
  BytecodeCheck(llvm::StringRef bytes, std::string (*textObjection)(llvm::StringRef), Extents extents)
      : file(bytes), textObjection(textObjection), allowsDynamic(extents == Extents::MayBeDynamic) {}

  void run() {
    file.take(4); // the magic number
    if (const uint64_t version = file.number(); version != kVersion) object("its version of bytecode is " + std::to_string(version));
    file.text(); // the producer
    std::array<std::optional<llvm::StringRef>, kSections> sections;
    while (!file.atEnd()) {
      const auto [id, content] = file.section();
      if (id >= kSections || sections[id]) object("a section is not known, or there twice");
      sections[id] = content;
    }
    for (const auto &section : sections)
      if (!section) object("a section is missing");
    if (!sections[kResources]->empty() || *sections[kResourceOffsets] != kNoResources) object("it has resources");
    readStrings(*sections[kString]);
    readDialects(*sections[kDialect]);
    readEntries(*sections[kAttributes], *sections[kOffsets]);
    checkTypes();
    for (size_t i = 0; i < attributes.size(); ++i) checkAttribute(i, 0);
    Cursor ir(*sections[kIr]);
    readBlock(ir, 0, /*mayHaveArguments=*/false);
    if (!ir.atEnd()) object("something follows its operations");
  }

private:
  // --- strings, dialects, names of operations ---

  void readStrings(llvm::StringRef content) {
    Cursor cursor(content);
    strings = cursor.count();
  }

  void readDialects(llvm::StringRef content) {
    Cursor cursor(content);
    const uint64_t count = cursor.count();
    for (uint64_t i = 0; i < count; ++i)
      if (cursor.number() & 1) object("a dialect has a version");
    dialects = count;
    while (!cursor.atEnd()) {
      cursor.index(dialects);
      for (uint64_t left = cursor.count(); left > 0; --left, ++operations) cursor.index(strings);
    }
  }

  // --- types and attributes ---

  struct Entry {
    llvm::StringRef data;
    bool isText = false;
    std::optional<std::vector<uint64_t>> parts; ///< the attributes that it is made of, once it was looked at
    bool isOpen = false;                        ///< it is being looked at
    int levels = 0;
  };

  void readEntries(llvm::StringRef content, llvm::StringRef offsets) {
    Cursor cursor(offsets), data(content);
    attributes.resize(cursor.count());
    types.resize(cursor.count());
    for (auto *list : {&attributes, &types})
      for (size_t next = 0; next < list->size();) {
        cursor.index(dialects);
        const uint64_t count = cursor.count();
        if (count > list->size() - next) object("a group of types or attributes is too large");
        for (uint64_t i = 0; i < count; ++i) {
          const uint64_t size = cursor.number();
          (*list)[next++] = {data.take(size >> 1), (size & 1) == 0, std::nullopt, false, 0};
        }
      }
    if (!cursor.atEnd()) object("something follows the offsets");
  }

  void checkText(llvm::StringRef data) {
    Cursor cursor(data);
    if (const std::string objection = textObjection(cursor.text()); !objection.empty()) object(objection);
  }

  void checkTypes() {
    for (const Entry &entry : types) {
      if (entry.isText) {
        checkText(entry.data);
        known.emplace_back();
      } else {
        known.push_back(readType(Cursor(entry.data)));
      }
    }
    for (const TypeEntry &type : known)
      for (uint64_t part : type.parts) {
        if (part >= known.size()) object("a type is made of one that isn't there");
        const TypeEntry::Kind kind = known[part].kind;
        const bool fits = type.kind == TypeEntry::Complex  ? kind == TypeEntry::Scalar && !known[part].isInteger
                          : type.kind == TypeEntry::Tensor ? kind == TypeEntry::Scalar || kind == TypeEntry::Complex
                                                           : kind != TypeEntry::Function;
        if (!fits) object("a type is made of one that doesn't fit");
      }
  }

  TypeEntry readType(Cursor cursor) {
    const auto list = [&](std::vector<uint64_t> &to) {
      for (uint64_t left = cursor.count(); left > 0; --left) to.push_back(cursor.number());
    };
    switch (const uint64_t code = cursor.number()) {
    case 0: {
      const uint64_t width = cursor.number() >> 2;
      if (width != 1 && width != 8 && width != 16 && width != 32 && width != 64) object("integers have " + std::to_string(width) + " bits");
      return {TypeEntry::Scalar, true, width, {}, {}};
    }
    case 2: {
      TypeEntry type{TypeEntry::Function, false, 0, {}, {}};
      list(type.parts);
      list(type.parts);
      return type;
    }
    case 3:
    case 4: return {TypeEntry::Scalar, false, 16, {}, {}};
    case 5: return {TypeEntry::Scalar, false, 32, {}, {}};
    case 6: return {TypeEntry::Scalar, false, 64, {}, {}};
    case 9: return {TypeEntry::Complex, false, 0, {cursor.number()}, {}};
    case 13: {
      TypeEntry type{TypeEntry::Tensor, false, 0, {}, {}};
      for (uint64_t left = cursor.count(); left > 0; --left) {
        type.extents.push_back(cursor.signedNumber());
        const bool isDynamic = allowsDynamic && type.extents.back() == std::numeric_limits<int64_t>::min();
        if (type.extents.back() < 0 && !isDynamic) object("a tensor has no static shape");
      }
      type.parts.push_back(cursor.number());
      return type;
    }
    default: object("traces have no types of kind " + std::to_string(code));
    }
  }

  const TypeEntry &typeAt(Cursor &cursor) { return known[cursor.index(known.size())]; }

  /// Looks at the attribute and what it is made of. Returns how many levels it has.
  int checkAttribute(uint64_t index, int depth) {
    if (index >= attributes.size()) object("an attribute is made of one that isn't there");
    Entry &entry = attributes[index];
    if (entry.parts) return entry.levels;
    if (entry.isOpen || depth > kMaxAttributes) object("attributes are nested too deeply");
    entry.isOpen = true;
    std::vector<uint64_t> parts;
    if (entry.isText) checkText(entry.data);
    else readAttribute(Cursor(entry.data), parts);
    int levels = 0;
    for (uint64_t part : parts) levels = std::max(levels, checkAttribute(part, depth + 1) + 1);
    if (levels > kMaxAttributes) object("attributes are nested too deeply");
    entry.levels = levels;
    entry.parts = std::move(parts);
    return levels;
  }

  void readAttribute(Cursor cursor, std::vector<uint64_t> &parts) {
    const auto part = [&] { parts.push_back(cursor.number()); };
    switch (const uint64_t code = cursor.number()) {
    case 0: // an array
      for (uint64_t left = cursor.count(); left > 0; --left) part();
      return;
    case 1: // a dictionary
      for (uint64_t left = cursor.count(); left > 0; --left) part(), part();
      return;
    case 2: cursor.index(strings); return;
    case 4: return part(); // a symbol
    case 6: typeAt(cursor); return;
    case 7: return; // a unit
    case 8: // an integer
      if (const TypeEntry &type = typeAt(cursor); type.kind != TypeEntry::Scalar || !type.isInteger) object("an integer has another type");
      return;
    case 9:
      if (const TypeEntry &type = typeAt(cursor); type.kind != TypeEntry::Scalar || type.isInteger) object("a float has another type");
      return;
    case 11: return part();         // a line of a file
    case 14: part(), part(); return; // a name of a location
    case 15: return;                // no location
    case 17: return checkArray(cursor);
    case 18: return checkElements(cursor);
    default: object("traces have no attributes of kind " + std::to_string(code));
    }
  }

  void checkArray(Cursor &cursor) {
    const TypeEntry &type = typeAt(cursor);
    const uint64_t size = cursor.number(), bytes = cursor.count();
    const uint64_t each = type.bits == 1 ? 1 : type.bits / 8;
    if (type.kind != TypeEntry::Scalar || bytes % each != 0 || size != bytes / each) object("an array has another size than its type says");
  }

  /// One value, or one for each element. Booleans are bytes, or one bit each.
  void checkElements(Cursor &cursor) {
    const TypeEntry &type = typeAt(cursor);
    if (type.kind != TypeEntry::Tensor) object("elements are those of no tensor");
    const TypeEntry &element = known[type.parts[0]];
    const uint64_t bits = element.kind == TypeEntry::Complex ? 2 * known[element.parts[0]].bits : element.bits;
    const uint64_t bytes = cursor.count(), each = bits == 1 ? 1 : bits / 8;
    uint64_t count = 1;
    if (llvm::any_of(type.extents, [](int64_t extent) { return extent < 0; }))
      object("elements are those of a tensor without a static shape");
    for (int64_t extent : type.extents)
      if (extent != 0 && __builtin_mul_overflow(count, static_cast<uint64_t>(extent), &count)) object("a shape is too large");
    if (llvm::is_contained(type.extents, 0)) count = 0;
    const bool isWhole = bytes % each == 0 && bytes / each == count;
    if (bytes != each && !isWhole) object("elements have another size than their type says");
  }

  // --- operations ---

  void readBlock(Cursor &cursor, int depth, bool mayHaveArguments) {
    const uint64_t header = cursor.number();
    if (header & 1) {
      if (!mayHaveArguments) object("a module has arguments");
      for (uint64_t left = cursor.count(); left > 0; --left) {
        cursor.index(types.size());
        cursor.index(attributes.size());
      }
    }
    for (uint64_t left = header >> 1; left > 0; --left) readOperation(cursor, depth);
  }

  void readOperation(Cursor &cursor, int depth) {
    enum : unsigned { kAttrs = 1, kResults = 2, kOperands = 4, kRegions = 16 };
    cursor.index(operations);
    const unsigned mask = cursor.byte();
    if (mask & ~unsigned{kAttrs | kResults | kOperands | kRegions}) object("an operation has parts that traces don't have");
    cursor.index(attributes.size()); // the location
    if (mask & kAttrs) cursor.index(attributes.size());
    if (mask & kResults)
      for (uint64_t left = cursor.count(); left > 0; --left) cursor.index(types.size());
    if (mask & kOperands)
      for (uint64_t left = cursor.count(); left > 0; --left) cursor.number();
    if (mask & kRegions) readRegions(cursor, depth + 1);
  }

  void readRegions(Cursor &cursor, int depth) {
    if (depth > kMaxRegions) object("regions are nested too deeply");
    const uint64_t header = cursor.number(), regions = header >> 1;
    if (regions > kMaxRegions) object("an operation has " + std::to_string(regions) + " regions");
    if ((header & 1) == 0) {
      for (uint64_t i = 0; i < regions; ++i) readRegion(cursor, depth);
      return;
    }
    const auto [id, content] = cursor.section();
    if (id != kIr) object("a region is in another section");
    Cursor inner(content);
    for (uint64_t i = 0; i < regions; ++i) readRegion(inner, depth);
  }

  void readRegion(Cursor &cursor, int depth) {
    const uint64_t blocks = cursor.number();
    if (blocks == 0) return;
    if (blocks != 1) object("a region has " + std::to_string(blocks) + " blocks");
    cursor.count(); // of its values
    readBlock(cursor, depth, /*mayHaveArguments=*/true);
  }

  Cursor file;
  std::string (*textObjection)(llvm::StringRef);
  bool allowsDynamic;
  uint64_t strings = 0, dialects = 0, operations = 0;
  std::vector<Entry> attributes, types;
  std::vector<TypeEntry> known;
};

} // namespace

std::string objectionToBytecode(llvm::StringRef bytes, std::string (*textObjection)(llvm::StringRef text), Extents extents) {
  try {
    BytecodeCheck(bytes, textObjection, extents).run();
    return {};
  } catch (const Objection &objection) { return objection.text; }
}

} // namespace burin::compiler
