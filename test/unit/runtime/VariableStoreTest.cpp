#include "runtime/VariableStore.h"
#include <atomic>
#include <cstring>
#include <gtest/gtest.h>
#include <memory>
#include <thread>
#include <vector>

using namespace burin::runtime;
using burin::DType;

static BufferRef value_of(std::int64_t value) {
  BufferRef buffer = allocate(sizeof value);
  std::memcpy(buffer->data(), &value, sizeof value);
  return buffer;
}

static std::int64_t number(const BufferRef &buffer) {
  std::int64_t value = 0;
  std::memcpy(&value, buffer->data(), sizeof value);
  return value;
}

/// As a compiled call does it: in place when nobody else holds the buffer.
static void add(VariableState &variable, std::int64_t amount) {
  const std::int64_t sum = number(variable.current()) + amount;
  if (variable.unique())
    std::memcpy(variable.current()->data(), &sum, sizeof sum);
  else
    variable.replace(value_of(sum));
}

TEST(VariableStore, S3_AReadValueDoesNotChangeLater) {
  VariableState variable("v", DType::I64, {}, value_of(1));
  const BufferRef before = variable.read();
  variable.assign(value_of(2));
  EXPECT_EQ(number(before), 1);
  const BufferRef held = variable.read();
  VariableState *all[] = {&variable};
  {
    const VariableLock lock(all);
    EXPECT_FALSE(variable.unique());
    add(variable, 10);
  }
  EXPECT_EQ(number(held), 2);
  EXPECT_EQ(number(variable.read()), 12);
}

TEST(VariableStore, S4_HasNoBufferWhileUninitialised) {
  VariableState variable("w", DType::F32, {2, 3});
  EXPECT_EQ(variable.read(), nullptr);
  EXPECT_FALSE(variable.unique());
  EXPECT_EQ(variable.name(), "w");
  EXPECT_EQ(variable.dtype(), DType::F32);
  EXPECT_EQ(variable.extents(), (std::vector<std::int64_t>{2, 3}));
}

TEST(VariableStore, S5_UpdatesInPlaceWhenNobodyElseHoldsTheBuffer) {
  VariableState variable("v", DType::I64, {}, value_of(1));
  VariableState *all[] = {&variable};
  const VariableLock lock(all);
  const void *data = variable.current()->data();
  EXPECT_TRUE(variable.unique());
  add(variable, 1);
  EXPECT_EQ(variable.current()->data(), data);
  EXPECT_EQ(number(variable.current()), 2);
}

TEST(VariableStore, S6_NoUpdateIsLostAndNoneIsSeenInHalf) {
  VariableState a("a", DType::I64, {}, value_of(0)), b("b", DType::I64, {}, value_of(0));
  std::atomic<bool> done{false};
  // Opposite orders, and one listed twice: neither may deadlock.
  VariableState *forth[] = {&a, &b, &a}, *back[] = {&b, &a};
  const auto update = [&](std::span<VariableState *const> variables) {
    for (int i = 0; i < 2000; ++i) {
      const VariableLock lock(variables);
      add(a, 1);
      add(b, 1);
      ASSERT_EQ(number(a.current()), number(b.current()));
    }
  };
  std::thread reader([&] {
    for (std::int64_t last = 0; !done;) {
      const std::int64_t now = number(a.read());
      ASSERT_GE(now, last);
      last = now;
    }
  });
  std::vector<std::thread> writers;
  for (int t = 0; t < 4; ++t) writers.emplace_back(update, t % 2 ? std::span<VariableState *const>(forth) : back);
  for (auto &writer : writers) writer.join();
  done = true;
  reader.join();
  EXPECT_EQ(number(a.read()), 8000);
  EXPECT_EQ(number(b.read()), 8000);
}

TEST(VariableStore, S6_LocksAnyNumberOfVariables) {
  std::vector<std::unique_ptr<VariableState>> variables;
  std::vector<VariableState *> all;
  for (int i = 0; i < 100; ++i) {
    variables.push_back(std::make_unique<VariableState>("v", DType::I64, std::vector<std::int64_t>{}, value_of(i)));
    all.push_back(variables.back().get());
    all.push_back(variables.front().get());
  }
  { const VariableLock none(std::span<VariableState *const>{}); }
  const VariableLock lock(all);
  // The holder itself may read, as a host callback would.
  EXPECT_EQ(number(variables[7]->read()), 7);
}
