#include "harness/oracle/python_server.h"

#include <fmt/format.h>

namespace harness {
namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

ForkServerSettings fork_settings(PythonServerSettings settings) {
    ForkServerSettings made;
    made.name = settings.interpreter.string();
    made.command.argv.assign({settings.interpreter.string(), "-BS", settings.script.string()});
    made.command.environment = std::move(settings.environment);
    made.open_files = settings.open_files;
    made.memory_bytes = settings.memory_bytes;
    made.answer_limit = settings.answer_limit;
    return made;
}

}  // namespace

PythonServer::PythonServer(PythonServerSettings settings) : server_(fork_settings(std::move(settings))) {}

asio::awaitable<Result<ProcessResult>> PythonServer::run(fs::path program, fs::path folder, Limits limits) {
    // As CPython computes it for a script: the folder of the file that the path really leads to.
    std::error_code error;
    const fs::path real = fs::canonical(program, error);
    if (error) co_return io_error(fmt::format("cannot run {}: {}", program.string(), error.message()));
    std::vector<std::string> words;
    words.assign({folder.string(), real.parent_path().string(), program.string()});
    co_return co_await server_.run(std::move(words), program.string(), limits);
}

}  // namespace harness
