// A server that forks a child for each program, so that the start of an interpreter is paid once: the
// client's side of the protocol, for whoever implements the other (harness/oracle/fork_server.py for CPython,
// harness/target/warm_start.c for MicroPython behind an emulator).
//
// The children are the server's, not ours, but they are captured, limited and killed by the same code as any
// child (harness/process/capture.h). Only the exit status is asked from the server. When the server dies, its
// children become ours.
//
// The protocol, on the server's descriptor 3, a stream socket. A request is a length (4 octets,
// little-endian) and that many octets: words separated by NUL. An answer is one line. One request is answered
// before the next is read.
//   run OUTPUT …   -> "pid N"     OUTPUT: the pipe to write to, opened by name; the other words are the
//   server's own reap N         -> "ended STATUS [MICROSECONDS KIBIBYTES]"   wait status, processor time and
//   peak of resident
//                     memory of a child that has ended or is dying
//   anything that fails             -> "error TEXT"
// A child is a session leader. It stays a zombie until it is reaped on request, so its number stays valid.
// End of file on the channel ends the server.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/process/process.h"

namespace harness {

struct ForkServerSettings {
    /// Starts the server: its environment is the whole environment that its programs inherit, unless a
    /// request says otherwise.
    Command command;
    /// For messages: "the fork server of NAME".
    std::string name;
    unsigned open_files = 1024;      ///< test-conventions 4.5
    std::uint64_t memory_bytes = 0;  ///< as Limits::memory_bytes: the backstop between two samples; 0 = none
    /// How long one answer of the server may take.
    std::chrono::milliseconds answer_limit{10'000};
};

/// All its coroutines run on one io_context, which it must not outlive.
class ForkServer {
  public:
    explicit ForkServer(ForkServerSettings settings);
    ForkServer(const ForkServer&) = delete;
    ForkServer& operator=(const ForkServer&) = delete;
    /// Kills the server and whatever it has forked.
    ~ForkServer();

    /// Sends `run OUTPUT words…` and captures what the child does. `what` names the program in an error.
    /// Several may run at once. A server that died or hangs is started again, and the request repeated once;
    /// an Error means that this failed too and says what the server said. open_files and separate_stderr of
    /// `limits` are not used; the settings' count. No word may hold a NUL.
    [[nodiscard]] boost::asio::awaitable<Result<ProcessResult>> run(std::vector<std::string> words,
                                                                    std::string what, Limits limits);

    /// Kills the server now. What it runs goes on; the next run() starts another one.
    void stop();

    /// How many times it was started; more than 1 means that it was lost.
    [[nodiscard]] int starts() const;
    /// Process id of the server; 0 when it is not running.
    [[nodiscard]] pid_t pid() const;

  private:
    class State;
    std::shared_ptr<State> state_;
};

}  // namespace harness
