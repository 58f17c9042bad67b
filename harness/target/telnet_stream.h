// A stream to a board behind telnet with a login, as the WiPy has it.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>

#include "harness/base/result.h"
#include "harness/target/byte_stream.h"

namespace harness {

/// Logs in over an open connection and gives a stream without telnet's own octets: options that the other
/// side offers or asks for are refused. Source: RFC 854; test-conventions 5.1. Error: no login came, or it
/// was not accepted; the message tells what was seen.
[[nodiscard]] boost::asio::awaitable<Result<std::unique_ptr<ByteStream>>> log_in_by_telnet(
    std::unique_ptr<ByteStream> line, const std::string& user, const std::string& password);

}  // namespace harness
