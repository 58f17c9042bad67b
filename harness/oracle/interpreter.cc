#include "harness/oracle/interpreter.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "harness/base/files.h"
#include "harness/process/process.h"

namespace harness {
namespace asio = boost::asio;

namespace {

constexpr const char* kQuestion =
    "import sys\n"
    "print(sys.implementation.name)\n"
    "print(sys.executable)\n"
    "print('%d.%d.%d' % sys.version_info[:3])\n"
    "print(sys.version.replace('\\n', ' '))\n"
    "print(sys.byteorder)\n";

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

bool is_too_old(const std::string& version) {
    int major = 0;
    int minor = 0;
    const char* const end = version.data() + version.size();
    const auto parsed = std::from_chars(version.data(), end, major);
    if (parsed.ptr != end) std::from_chars(parsed.ptr + 1, end, minor);
    return major < 3 || (major == 3 && minor < 8);
}

Error not_an_oracle(const std::string& command, const std::string& what) {
    return configuration_error(
        fmt::format("{} cannot tell what the tests must print: {}. CPython 3.8 or newer is needed; name one "
                    "with --cpython or MICROPY_CPYTHON3.",
                    command, what));
}

}  // namespace

asio::awaitable<Result<Interpreter>> ask_interpreter(std::string command,
                                                     std::vector<std::string> environment) {
    Command question;
    question.argv.assign({command, "-BSc", kQuestion});
    question.environment = std::move(environment);
    Limits limits;
    limits.output_bytes = 64 << 10;
    limits.separate_stderr = true;
    auto ran = co_await run_process(std::move(question), limits);
    if (!ran) {
        Error error = std::move(ran).error();
        error.message +=
            "; the tests' expected output needs CPython 3.8 or newer: install python3, or name one "
            "with --cpython or MICROPY_CPYTHON3";
        co_return error;
    }
    const std::vector<std::string> lines = lines_of(ran->output);
    if (ran->ending != Ending::Exited || ran->exit_code != 0 || lines.size() != 5) {
        const std::vector<std::string> errors = lines_of(ran->error_output);
        co_return not_an_oracle(command,
                                fmt::format("asked for its version it ended with status {}{}", ran->exit_code,
                                            errors.empty() ? "" : " and said: " + errors.back()));
    }
    if (lines[0] != "cpython") co_return not_an_oracle(command, "it is " + lines[0] + ", not CPython");
    if (is_too_old(lines[2])) co_return not_an_oracle(command, "it is CPython " + lines[2]);
    Interpreter interpreter;
    interpreter.executable = lines[1];
    interpreter.version = lines[2];
    interpreter.build = lines[3];
    interpreter.byte_order = lines[4];
    MPY_CO_TRY(interpreter.hash, file_hash(interpreter.executable));
    co_return interpreter;
}

}  // namespace harness
