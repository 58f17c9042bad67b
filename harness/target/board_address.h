// Where a board is, as a person writes it, and how it is opened.
//
// Forms (those of MicroPython's runner keep their meaning; source: test-conventions 5.1):
//   port:DEVICE, /dev/…   a serial line
//   aN, uN, cN            /dev/ttyACMN, /dev/ttyUSBN, COMN; also behind port:
//   exec:COMMAND          a shell command, the board is its standard input and output
//   execpty:COMMAND       words of a command that prints /dev/pts/N; no shell, no quoting
//   HOST:PORT             a TCP connection; [ADDRESS]:PORT for IPv6
//   A.B.C.D               telnet with a login, port 23
//   socket:PATH           a Unix-domain socket
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/result.h"
#include "harness/target/byte_stream.h"

namespace harness {

struct BoardAddress {
    enum class Kind { Serial, Command, CommandTerminal, Tcp, Telnet, UnixSocket };
    Kind kind = Kind::Serial;
    std::string text;   ///< as it was written
    std::string place;  ///< device, command, host or path
    std::string port;   ///< of Tcp and Telnet
    unsigned baudrate = 115200;
    std::string user = "micro";       ///< of Telnet
    std::string password = "python";  ///< of Telnet

    /// Opening it anew starts the board anew: it is a program of ours.
    [[nodiscard]] bool starts_board() const { return kind == Kind::Command || kind == Kind::CommandTerminal; }
    /// Fit for a target's name: no spaces, no separators: "ttyACM0", "exec:qemu-system-arm", "10.0.0.5:8000".
    [[nodiscard]] std::string short_name() const;
};

/// Nothing when the text has none of the forms: it may be a target's name.
[[nodiscard]] std::optional<BoardAddress> parse_board_address(std::string_view text);

/// Error: it cannot be reached; the message says what was tried and what to look at.
[[nodiscard]] boost::asio::awaitable<Result<std::unique_ptr<ByteStream>>> open_board(
    const BoardAddress& address, std::chrono::milliseconds timeout);

}  // namespace harness
