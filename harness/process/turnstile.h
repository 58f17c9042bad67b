// A lock for coroutines of one thread: one at a time, first come, first served. Not for threads.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <deque>
#include <memory>
#include <utility>

#include <boost/asio/steady_timer.hpp>

namespace harness {

class Turnstile {
  public:
    /// Held while inside; leaving wakes the next.
    class Pass {
      public:
        explicit Pass(Turnstile& turnstile) : turnstile_(&turnstile) {}
        Pass(Pass&& other) noexcept : turnstile_(std::exchange(other.turnstile_, nullptr)) {}
        Pass& operator=(Pass&&) = delete;
        Pass(const Pass&) = delete;
        Pass& operator=(const Pass&) = delete;
        ~Pass() {
            if (turnstile_ != nullptr) turnstile_->leave();
        }

      private:
        Turnstile* turnstile_;
    };

    Turnstile() = default;
    Turnstile(const Turnstile&) = delete;
    Turnstile& operator=(const Turnstile&) = delete;

    /// The turnstile has to outlive the pass. Throws operation_aborted, as Asio does, when the coroutine was
    /// cancelled while it waited.
    [[nodiscard]] boost::asio::awaitable<Pass> enter();

  private:
    void leave();

    bool taken_ = false;
    std::deque<std::shared_ptr<boost::asio::steady_timer>> waiting_;
};

}  // namespace harness
