// Waiting for a board that starts with its stream.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>

#include "harness/target/byte_stream.h"

namespace harness {

/// Reads until the board shows the prompt of its friendly REPL; gives up when it was silent for `silence`, or
/// three times that is over: a board may start without one. Nothing is to be sent before, because some
/// consoles do not survive octets that come before they are set up. What came is dropped.
[[nodiscard]] boost::asio::awaitable<void> wait_for_first_prompt(ByteStream& stream,
                                                                 std::chrono::milliseconds silence);

}  // namespace harness
