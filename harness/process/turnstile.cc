#include "harness/process/turnstile.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>

namespace harness {
namespace asio = boost::asio;

asio::awaitable<Turnstile::Pass> Turnstile::enter() {
    const auto executor = co_await asio::this_coro::executor;
    while (taken_) {
        auto wake =
            std::make_shared<asio::steady_timer>(executor, std::chrono::steady_clock::time_point::max());
        waiting_.push_back(wake);
        co_await wake->async_wait(asio::as_tuple(asio::use_awaitable));
        const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() == asio::cancellation_type::none) continue;
        // Whoever was woken and does not go in wakes the next one instead.
        if (std::erase(waiting_, wake) == 0 && !taken_) leave();
        throw boost::system::system_error(asio::error::operation_aborted);
    }
    taken_ = true;
    co_return Pass(*this);
}

void Turnstile::leave() {
    taken_ = false;
    if (waiting_.empty()) return;
    waiting_.front()->cancel();
    waiting_.pop_front();
}

}  // namespace harness
