#pragma once
#include <csignal>

namespace burin::runtime {

/// Held while a thread of ours is started: signals are the user's, and their handlers run on the user's threads.
class BlockSignals {
public:
  BlockSignals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~BlockSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  BlockSignals(const BlockSignals &) = delete;
  BlockSignals &operator=(const BlockSignals &) = delete;

private:
  sigset_t before_;
};

} // namespace burin::runtime
