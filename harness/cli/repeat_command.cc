#include "harness/cli/repeat_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <sstream>

namespace harness {

std::string shell_word(std::string_view word) {
    const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
               std::string_view("/._-+=:,@%").find(c) != std::string_view::npos;
    });
    if (plain) return std::string(word);
    std::string quoted = "'";
    for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return quoted + "'";
}

std::vector<std::string> split_words(std::string_view text) {
    std::istringstream stream{std::string(text)};
    std::vector<std::string> words;
    for (std::string word; stream >> word;) words.push_back(word);
    return words;
}

namespace {

/// A file as the user named it, so that it is found from the project's folder too. In NAME=FILE the file.
std::string from_anywhere(const std::string& text) {
    const std::size_t equals = text.find('=');
    const std::size_t start = equals == std::string::npos ? 0 : equals + 1;
    std::error_code error;
    const std::filesystem::path path = std::filesystem::absolute(text.substr(start), error);
    return error ? text : text.substr(0, start) + path.lexically_normal().string();
}

/// A command that is looked for on PATH stays one.
std::string program_from_anywhere(const std::string& text) {
    return text.find('/') == std::string::npos ? text : from_anywhere(text);
}

/// A board's target as it was asked for; every other target by its name.
std::string target_wish(const std::string& name, const RunOptions& options) {
    for (const std::string& text : options.targets)
        if (const auto wish = parse_board_wish(text); wish && wish->name == name) return text;
    return name;
}

template <class Add>
void add_board_options(const RunOptions& options, const Add& add) {
    const BoardOptions usual;
    const BoardOptions& given = options.board;
    if (given.baudrate != usual.baudrate) add("--baudrate", std::to_string(given.baudrate));
    if (given.user != usual.user) add("--user", given.user);
    if (given.password != usual.password) add("--password", given.password);
    if (!given.power_cycle.empty()) add("--power-cycle", given.power_cycle);
    if (!options.begin.empty()) add("--begin", from_anywhere(options.begin));
}

}  // namespace

std::string repeat_command(const Job& job, const RunOptions& options) {
    std::vector<std::string> words{"./run-tests"};
    const auto add = [&](std::string_view option, std::string_view value) {
        words.emplace_back(option);
        words.push_back(shell_word(value));
    };
    if (job.mode == Mode::Mpy) words.emplace_back("--via-mpy");
    if (job.emitter != Emitter::Bytecode) add("--emit", word(job.emitter));
    if (!job.target.starts_with("check-")) add("--target", target_wish(job.target, options));
    add_board_options(options, add);
    if (!job.arch.empty()) add("--arch", job.arch);
    for (const std::string& file : options.mpy_cross) add("--mpy-cross", from_anywhere(file));
    for (const std::string& file : options.micropython) add("--micropython", from_anywhere(file));
    if (!options.cpython.empty()) add("--cpython", program_from_anywhere(options.cpython));
    for (const std::string& wish : options.firmware)
        add("--firmware",
            wish.substr(0, wish.find('=') + 1) + from_anywhere(wish.substr(wish.find('=') + 1)));
    if (!options.micropython_tests.empty())
        add("--micropython-tests", from_anywhere(options.micropython_tests));
    if (!options.micropython_tree.empty()) add("--micropython-tree", from_anywhere(options.micropython_tree));
    if (!options.tests_release.empty()) add("--tests-release", options.tests_release);
    for (const std::string& file : options.skip_rules) add("--skip-rules", from_anywhere(file));
    if (!options.mpy_cross_flags.empty()) add("--mpy-cross-flags", options.mpy_cross_flags);
    if (!options.heap_size.empty()) add("--heapsize", options.heap_size);
    if (!options.icount.empty()) words.emplace_back("--icount");
    if (options.keep_path) words.emplace_back("--keep-path");
    for (const std::string& file : options.known_failures) add("--known-failures", from_anywhere(file));
    for (const std::string& file : options.quarantine) add("--quarantine", from_anywhere(file));
    if (options.no_known_failures) words.emplace_back("--no-known-failures");
    if (options.timeout_seconds != RunOptions{}.timeout_seconds)
        add("--timeout", fmt::format("{}", options.timeout_seconds));
    words.push_back(
        shell_word(job.test->suite == "conformance" ? "conformance:" + job.test->id : job.test->id));
    return fmt::format("{}", fmt::join(words, " "));
}

}  // namespace harness
