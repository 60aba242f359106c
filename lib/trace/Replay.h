#pragma once
#include "lib/trace/Script.h"
#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

namespace burin::detail {

/// Does what a script did, step by step, to another trace: all of it, some of its steps, or what a file says.
class Replay {
public:
  /// `to` must live as long. Values have the script's numbers.
  explicit Replay(Trace &to) : to_(to) {}
  ~Replay();
  Replay(const Replay &) = delete;
  Replay &operator=(const Replay &) = delete;

  /// What value `number` is in the other trace.
  void put(std::size_t number, const Tensor &tensor);
  const Tensor &value(std::size_t number) const { return values_[number]; }
  /// From here on a concrete operand is `tensor`.
  void put_for(const Tensor &concrete, const Tensor &tensor) { instead_.emplace(concrete.impl(), tensor); }
  std::vector<Tensor> tensors(const Script::Slots &slots) const;

  /// Does a step of `script` and puts its values.
  void step(const Script &script, std::size_t number);
  /// Gives their results. `number`: of the region, or of the mark of names.
  std::vector<Tensor> act(const Script::Recipe &recipe, std::size_t number);
  std::vector<Tensor> act(const Script::Control &control);
  std::vector<Tensor> act(const Script::Cut &cut);

  /// What `step` records on its way and is asked for, before it is done. `on_the_way` gives it afterwards.
  void want(const ScriptPlace &place) { wanted_[place.step].push_back({place, {}, {}}); }
  /// What it is to be instead.
  void feed(const ScriptPlace &place, const Tensor &feed) { wanted_[place.step].push_back({place, feed, {}}); }
  Tensor on_the_way(const ScriptPlace &place) const;

private:
  struct Wanted {
    ScriptPlace place;
    Tensor feed; ///< undefined for one that is only asked for
    Tensor given;
  };
  void step_on_the_way(const Script &script, std::size_t number, std::vector<Wanted> &wanted);
  void put_all(std::size_t first, std::span<const Tensor> results);

  Trace &to_;
  std::vector<Tensor> values_;
  std::map<std::size_t, std::unique_ptr<Region>> regions_;
  std::unordered_map<std::size_t, std::size_t> marks_;
  std::unordered_map<const TensorImpl *, Tensor> instead_;
  std::map<std::size_t, std::vector<Wanted>> wanted_; // by step
};

} // namespace burin::detail
