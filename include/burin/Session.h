#pragma once
#include "burin/detail/SessionCore.h"
#include <initializer_list>
#include <memory>
#include <source_location>
#include <span>
#include <vector>

namespace burin {

/// A run of a graph that was prepared, and gives an `R`: made by `Session::callable`. Safe to call from many threads.
template <class R> class Callable {
public:
  /// Feeds `values`, in the order in which the feeds were listed. A C++ number for a scalar becomes one of its own dtype.
  ///
  /// Throws ShapeError or DTypeError for a value that doesn't fit, Error for another number of values or a closed session.
  template <class... V> R operator()(const V &...values) const { return call(static_cast<const Tensor &>(as_tensor(values))...); }

private:
  friend class Session;
  Callable(R skeleton, std::shared_ptr<const detail::SessionCore> core, std::shared_ptr<const detail::Prepared> prepared)
      : skeleton_(std::move(skeleton)), core_(std::move(core)), prepared_(std::move(prepared)) {}

  static const Tensor &as_tensor(const Tensor &value) { return value; }
  template <Element E> static Tensor as_tensor(E value) { return Tensor::scalar(value); }

  template <class... V> R call(const V &...values) const {
    const std::array<const Tensor *, sizeof...(V)> feeds{&values...};
    detail::FetchedTensors results;
    detail::run(*core_, *prepared_, feeds, results);
    return detail::rebuild(skeleton_, results);
  }

  R skeleton_; // with empty tensors
  std::shared_ptr<const detail::SessionCore> core_;
  std::shared_ptr<const detail::Prepared> prepared_;
};

/// Runs parts of a graph: only what the fetches need, each set of fetches and feeds compiled once.
///
///     bn::Session session(graph);
///     bn::Tensor value = session.run(y, {{x, input}});
///     auto [loss, bias] = session.run(std::pair(loss, "dense/bias:0"), {{x, input}});
///
/// Effects (assignments, prints, checks) happen only if they are fetched, or if what is fetched depends on them by
/// `control_dependencies`; then in the order in which they were recorded. Safe to use from many threads.
class Session {
public:
  using Location = std::source_location;

  explicit Session(Graph graph) : graph_(std::move(graph)), core_(detail::make_session_core(graph_)) {}
  Session(Session &&) noexcept = default;
  Session &operator=(Session &&) = delete;
  ~Session() { close(); }

  /// Gives `fetches` with a concrete tensor in place of each tensor, operation, variable and name in it; an empty one for an
  /// operation without outputs.
  ///
  /// Any tensor of the graph can be fed; what makes it doesn't run then. A fed tensor that is fetched is the feed.
  /// Throws Error for a placeholder that is needed and not fed, an unknown name (with the nearest ones), a tensor that is fed
  /// twice and a closed session; DTypeError and ShapeError for a value that doesn't fit; TraceError for what belongs to another
  /// graph; and what the run itself throws.
  template <class T> auto run(const T &fetches, std::initializer_list<Feed> feeds = {}, Location location = Location::current()) {
    return run_flat(fetches, {feeds.begin(), feeds.size()}, location);
  }
  template <class T> auto run(const T &fetches, std::span<const Feed> feeds, Location location = Location::current()) {
    return run_flat(fetches, feeds, location);
  }
  /// Several at once: `session.run({loss, "dense/bias", step}, {{x, input}})`.
  std::vector<Tensor> run(std::initializer_list<Fetch> fetches, std::initializer_list<Feed> feeds = {},
                          Location location = Location::current());

  /// Compiles the run now, for fast calls: `auto f = session.callable(loss, {x, y}); f(a, b)`. Throws as `run` does.
  template <class T> auto callable(const T &fetches, std::initializer_list<Fetch> feeds = {}, Location location = Location::current()) {
    const auto &wanted = wanted_of(fetches);
    detail::FlatFetches flat;
    detail::flatten(wanted, flat);
    auto prepared = detail::prepare(core(location), {flat.data(), flat.size()}, {feeds.begin(), feeds.size()}, location);
    detail::FetchedTensors nothing;
    nothing.fill_empty(flat.size());
    auto skeleton = detail::fetched(wanted, nothing);
    return Callable<decltype(skeleton)>(std::move(skeleton), core_, std::move(prepared));
  }

  /// Releases all that was compiled. Whoever uses the session, or a callable of it, afterwards gets an Error.
  void close() {
    if (core_) detail::close(*core_);
  }
  bool is_closed() const { return !core_ || detail::is_closed(*core_); }
  const Graph &graph() const { return graph_; }

private:
  detail::SessionCore &core(Location location) const {
    if (!core_) detail::throw_closed(location);
    return *core_;
  }

  /// A name that was written as a literal is a name, not an array of characters.
  template <class T> static decltype(auto) wanted_of(const T &fetches) {
    if constexpr (std::is_array_v<T>) return std::string_view(fetches);
    else return (fetches);
  }
  template <class T> auto run_flat(const T &fetches, std::span<const Feed> feeds, Location location) {
    const auto &wanted = wanted_of(fetches);
    detail::FlatFetches flat;
    detail::flatten(wanted, flat);
    detail::FetchedTensors results;
    detail::run(core(location), {flat.data(), flat.size()}, feeds, results, location);
    return detail::fetched(wanted, results);
  }

  Graph graph_;
  std::shared_ptr<detail::SessionCore> core_;
};

} // namespace burin
