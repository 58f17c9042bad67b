// One warm CPython that forks a child per program (fork_server.py), so that its start is paid once. A child
// is as isolated as a process of its own; what that means and how it is proved: fork_server.py and
// self_check.py. How children are captured, limited and killed: harness/process/fork_server.h.
#pragma once

#include <sys/types.h>

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/process/fork_server.h"

namespace harness {

struct PythonServerSettings {
    std::filesystem::path interpreter;
    /// fork_server.py as a file.
    std::filesystem::path script;
    /// The whole environment of the server, which the programs inherit.
    std::vector<std::string> environment;
    unsigned open_files = 1024;      ///< test-conventions 4.5
    std::uint64_t memory_bytes = 0;  ///< as ForkServerSettings::memory_bytes
    /// How long one answer of the server may take.
    std::chrono::milliseconds answer_limit{10'000};
};

class PythonServer {
  public:
    explicit PythonServer(PythonServerSettings settings);

    /// Runs `program` (absolute) in `folder` as `python3 -BS program` would. Several may run at once. Errors
    /// and limits as ForkServer::run().
    [[nodiscard]] boost::asio::awaitable<Result<ProcessResult>> run(std::filesystem::path program,
                                                                    std::filesystem::path folder,
                                                                    Limits limits);

    /// Kills the server now; the next run() starts another one.
    void stop() { server_.stop(); }
    [[nodiscard]] int starts() const { return server_.starts(); }
    [[nodiscard]] pid_t pid() const { return server_.pid(); }

  private:
    ForkServer server_;
};

}  // namespace harness
