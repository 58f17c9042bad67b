// Runs the real program on miniature suites and compares everything it says. fixtures/miniature/README.md
// explains the folders.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

#include "harness/base/files.h"
#include "harness/process/process.h"

namespace harness {
namespace {
namespace fs = std::filesystem;
using nlohmann::json;

const fs::path kSource = MPYCONFORM_SOURCE_DIR;
const fs::path kFixtures = kSource / "fixtures" / "miniature";

std::vector<std::string> names_of_cases() {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(kFixtures))
        if (entry.is_directory()) names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

/// Times, paths and versions differ between machines; everything else has to stay.
std::string normalised(std::string text, const fs::path& tree) {
    replace_all(text, tree.string(), "TREE");
    replace_all(text, kSource.string(), "ROOT");
    text = std::regex_replace(text, std::regex(R"( in \d+(\.\d+)? s\b| in \d+:\d\d min)"), " in TIME");
    text = std::regex_replace(
        text, std::regex(R"(\d+ of \d+ (artifacts|expectations) w(as|ere) in the cache\n)"), "");
    text = std::regex_replace(text, std::regex(R"(CPython 3\.\d+\.\d+)"), "CPython VERSION");
    text = std::regex_replace(text, std::regex(R"(after \d+ lines|\d+ lines were printed)"), "after N lines");
    // The unittest module is ours, but its line numbers are nobody's concern here.
    text = std::regex_replace(text, std::regex(R"((unittest/__init__\.py\\*", line )\d+)"), "$1N");
    // Lines that appear while the run goes on come in the order in which jobs end.
    std::istringstream lines(text);
    std::string head;
    std::string tail;
    std::vector<std::string> live;
    const std::regex live_line(
        R"(^(FAIL|CRASH|TIME|HANG|ERROR|KNOWN|FLAKY|CHANGED|GONE|TIMEOUT|crash|timeout|fail)\b.*  .*)");
    for (std::string line; std::getline(lines, line);) {
        const bool is_live = tail.empty() && std::regex_match(line, live_line);
        if (is_live)
            live.push_back(line);
        else if (live.empty())
            head += line + "\n";
        else
            tail += line + "\n";
    }
    std::sort(live.begin(), live.end());
    for (const std::string& line : live) head += line + "\n";
    return head + tail;
}

std::string normalised_report(const std::string& text, const fs::path& tree) {
    json report = json::parse(text);
    for (const char* key : {"run", "environment", "mpyconform"}) report.erase(key);
    for (json& result : report["results"]) {
        result.erase("measured");
        // How much of a flood arrives before the limit is a matter of octets, not of verdicts.
        if (result.contains("actual_octets")) {
            result.erase("actual");
            result.erase("difference");
            result.erase("actual_octets");
        }
    }
    return normalised(report.dump(1) + "\n", tree);
}

ProcessResult run_program(const std::vector<std::string>& words) {
    Command command;
    command.argv = {MPYCONFORM_PROGRAM, "run"};
    command.argv.insert(command.argv.end(), words.begin(), words.end());
    command.environment =
        inherited_environment({{"MPYCONFORM_ROOT", kSource.string()}, {"COLUMNS", "120"}},
                              {"MICROPY_MICROPYTHON", "MICROPY_MPYCROSS", "MICROPY_CPYTHON3"});
    Limits limits;
    limits.wall = std::chrono::seconds(100);
    ProcessResult result;
    boost::asio::io_context loop;
    boost::asio::co_spawn(
        loop,
        [&]() -> boost::asio::awaitable<void> {
            auto finished = co_await run_process(command, limits);
            if (finished)
                result = std::move(*finished);
            else
                result.trouble = finished.error().text();
        },
        [](std::exception_ptr thrown) {
            if (thrown) std::rethrow_exception(thrown);
        });
    loop.run();
    return result;
}

void compare(const fs::path& file, const std::string& seen) {
    if (std::getenv("MPYCONFORM_UPDATE_GOLDEN") != nullptr) {
        ASSERT_TRUE(write_file_atomically(file, seen));
        return;
    }
    const auto expected = read_file(file);
    ASSERT_TRUE(expected) << expected.error().text();
    EXPECT_EQ(*expected, seen) << "differs from " << file;
}

/// Ways a program can end, through the warm start of a runtime and in processes of their own: the same
/// report.
class WarmStart : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(WarmStart, GivesTheReportThatFreshProcessesGive) {
    const auto& [target, timeout] = GetParam();
    for (const char* name : {"endings", "expectations", "workspace"}) {
        SCOPED_TRACE(name);
        const fs::path tree = kFixtures / name / "tree";
        std::string reports[2];
        for (const bool fresh : {false, true}) {
            const auto temporary = TemporaryDirectory::create("warm-start-");
            ASSERT_TRUE(temporary);
            const fs::path report = temporary->path() / "report.json";
            std::vector<std::string> words{
                "--micropython-tests", tree.string(), "--tests-release", "1.29.0",       "--target", target,
                "--timeout",           timeout,       "--json",          report.string()};
            // The time limit is short because an emulated target has many times of it, and two programs use
            // it up. Whether a flood or the time limit comes first depends on the host.
            words.insert(words.end(), {"-e", "flood"});
            if (fresh) words.emplace_back("--fresh-processes");
            words.emplace_back("micropython");
            const ProcessResult result = run_program(words);
            ASSERT_EQ(result.ending, Ending::Exited) << result.trouble << result.output;
            const auto written = read_file(report);
            ASSERT_TRUE(written) << result.output;
            // A warm start that was given up says so in a note.
            EXPECT_EQ(json::parse(*written)["run"]["notes"], json::array()) << *written;
            reports[fresh ? 1 : 0] = normalised_report(*written, tree);
            replace_all(reports[fresh ? 1 : 0], "--fresh-processes ", "");
        }
        EXPECT_EQ(reports[0], reports[1]);
    }
}

INSTANTIATE_TEST_SUITE_P(Runtimes, WarmStart,
                         testing::Values(std::pair("unix-armel", "0.5"), std::pair("unix-x64-1.29", "2")),
                         [](const auto& made) {
                             std::string name = made.param.first;
                             std::erase_if(name, [](char c) { return c == '-' || c == '.'; });
                             return name;
                         });

class Miniature : public testing::TestWithParam<std::string> {};

TEST_P(Miniature, SaysWhatItAlwaysSays) {
    const fs::path folder = kFixtures / GetParam();
    const fs::path tree = folder / "tree";
    const auto command = read_file(folder / "command");
    ASSERT_TRUE(command);
    const auto temporary = TemporaryDirectory::create("miniature-");
    ASSERT_TRUE(temporary);
    const fs::path report = temporary->path() / "report.json";

    std::vector<std::string> words{
        "--micropython-tests", tree.string(), "--tests-release", "1.29.0", "--json", report.string()};
    std::istringstream stream(*command);
    for (std::string word; stream >> word;) {
        replace_all(word, "TREE", tree.string());
        words.push_back(word);
    }
    const bool names_a_target = command->find("--target") != std::string::npos;
    if (!names_a_target) words.insert(words.end(), {"--target", "unix-x64"});
    words.emplace_back("micropython");

    const ProcessResult result = run_program(words);
    ASSERT_EQ(result.ending, Ending::Exited) << result.trouble << result.output;
    std::string console = result.output;
    replace_all(console, report.string(), "REPORT");
    compare(folder / "status", fmt::format("{}\n", result.exit_code));
    compare(folder / "console.txt", normalised(console, tree));
    const auto written = read_file(report);
    if (written) compare(folder / "report.json", normalised_report(*written, tree));
    EXPECT_EQ(written.has_value(), result.exit_code != 2) << "a run that starts leaves a report";
    for (const char* left : {"left_behind"}) EXPECT_FALSE(fs::exists(tree / "basics" / left)) << left;
}

INSTANTIATE_TEST_SUITE_P(All, Miniature, testing::ValuesIn(names_of_cases()), [](const auto& param) {
    std::string name = param.param;
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
});

}  // namespace
}  // namespace harness
