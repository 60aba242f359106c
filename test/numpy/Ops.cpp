#include "test/numpy/Ops.h"
#include <sstream>

namespace burin::numpy {

static std::map<std::string, Apply> &registry() {
  static std::map<std::string, Apply> all;
  return all;
}

const std::map<std::string, Apply> &ops() { return registry(); }

Group::Group(std::initializer_list<NamedOp> ops) {
  for (const NamedOp &op : ops)
    if (!registry().emplace(op.name, op.apply).second) throw Error("two ops of the comparison have the name " + op.name);
}

DType dtype_named(std::string_view wanted) {
  for (int i = 0; i < kDTypeCount; ++i)
    if (name(static_cast<DType>(i)) == wanted) return static_cast<DType>(i);
  throw Error("no dtype has the name " + std::string(wanted));
}

const std::string &Attributes::text(const std::string &name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) throw Error("the case has no attribute " + name);
  return found->second;
}

template <class T> static T parsed(const std::string &name, const std::string &text) {
  std::istringstream stream(text);
  T value{};
  if (!(stream >> value) || stream.peek() != std::istringstream::traits_type::eof())
    throw Error("attribute " + name + " is no number: " + text);
  return value;
}

std::int64_t Attributes::integer(const std::string &name) const { return parsed<std::int64_t>(name, text(name)); }
double Attributes::real(const std::string &name) const { return std::stod(text(name)); }
DType Attributes::dtype(const std::string &name) const { return dtype_named(text(name)); }

std::vector<std::int64_t> Attributes::integers(const std::string &name) const {
  std::vector<std::int64_t> result;
  std::istringstream stream(text(name));
  for (std::string item; std::getline(stream, item, ',');) result.push_back(parsed<std::int64_t>(name, item));
  return result;
}

} // namespace burin::numpy
