// One warm CPython that forks a child per program (fork_server.py), so that its start is paid once. A child
// is as isolated as a process of its own; what that means and how it is proved: fork_server.py and
// self_check.py.
//
// The children are the server's, not ours, but they are captured, limited and killed by the same code as
// any child (harness/process/capture.h). Only the exit status is asked from the server. When the server dies,
// its children become ours.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/process/process.h"

namespace harness {

struct ForkServerSettings {
    std::filesystem::path interpreter;
    /// fork_server.py as a file.
    std::filesystem::path script;
    /// The whole environment of the server, which the programs inherit.
    std::vector<std::string> environment;
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

    /// Runs `program` (absolute) in `folder` as `python3 -BS program` would. Several may run at once. A
    /// server that died or hangs is started again, and the request repeated once; an Error means that this
    /// failed too and says what the server said. open_files and separate_stderr of `limits` are not used; the
    /// settings' count.
    [[nodiscard]] boost::asio::awaitable<Result<ProcessResult>> run(std::filesystem::path program,
                                                                    std::filesystem::path folder,
                                                                    Limits limits);

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
