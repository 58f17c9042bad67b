// For tests of coroutines: runs one to its end.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>
#include <utility>

namespace harness::testing {

/// On an io_context of the caller's, which may be used for the next one.
template <class T>
T run_coroutine(boost::asio::io_context& context, boost::asio::awaitable<T> coroutine) {
    std::optional<T> result;
    std::exception_ptr thrown;
    boost::asio::co_spawn(context, std::move(coroutine), [&](std::exception_ptr error, T value) {
        thrown = error;
        if (!error) result.emplace(std::move(value));
    });
    context.restart();
    context.run();
    if (thrown) std::rethrow_exception(thrown);
    return std::move(*result);
}

/// On an io_context of its own, which is gone afterwards: nothing that the coroutine leaves behind may be
/// used.
template <class T>
T run_coroutine(boost::asio::awaitable<T> coroutine) {
    boost::asio::io_context context(1);
    return run_coroutine(context, std::move(coroutine));
}

}  // namespace harness::testing
