// Coroutines of one thread that run at the same time.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <utility>
#include <vector>

namespace harness {

/// Returns when the last of them has ended; throws then what one of them threw.
inline boost::asio::awaitable<void> all_of(std::vector<boost::asio::awaitable<void>> parts) {
    namespace asio = boost::asio;
    const auto executor = co_await asio::this_coro::executor;
    asio::experimental::channel<void(boost::system::error_code)> ended(executor, parts.size());
    std::exception_ptr failure;
    for (asio::awaitable<void>& part : parts)
        asio::co_spawn(executor, std::move(part), [&](std::exception_ptr thrown) {
            if (thrown) failure = thrown;
            ended.try_send(boost::system::error_code{});
        });
    for (std::size_t i = 0; i < parts.size(); ++i) co_await ended.async_receive(asio::use_awaitable);
    if (failure) std::rethrow_exception(failure);
}

}  // namespace harness
