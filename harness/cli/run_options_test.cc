// The options of MicroPython's own runner: every one of them works here or is refused by name with the
// reason.
#include "harness/cli/run_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace harness {
namespace {

using ::testing::HasSubstr;

/// Source: `run-tests.py --help` of 1.25.0 and 1.26.1; test-conventions 7.8 for 1.29. Aliases of one option
/// share a row.
struct StockOption {
    const char* name;
    const char* also;   ///< another name of it; empty = none
    const char* value;  ///< empty = it takes none
};
constexpr StockOption kStockOptions[] = {
    {"--test-instance", "-t", "a0"},
    {"--baudrate", "-b", "115200"},
    {"--user", "-u", "micro"},
    {"--password", "-p", "python"},
    {"--test-dirs", "-d", "basics"},
    {"--result-dir", "-r", "results"},
    {"--exclude", "-e", "async"},
    {"--include", "-i", "async"},
    {"--trace-output", "-c", ""},
    {"--dry-run", "", ""},
    {"--emit", "", "native"},
    {"--heapsize", "", "1M"},
    {"--via-mpy", "", ""},
    {"--mpy-cross-flags", "", "-march=x64"},
    {"--keep-path", "", ""},
    {"--jobs", "-j", "2"},
    {"--run-failures", "", ""},
    {"--print-failures", "", ""},
    {"--clean-failures", "", ""},
    {"--begin", "", "prologue.py"},
    {"--target-wiring", "", "wiring.py"},
};

/// What the parser says to a command line; empty when it takes it.
std::string said(std::vector<std::string> words) {
    CLI::App app;
    RunOptions options;
    add_run_options(app, options);
    std::reverse(words.begin(), words.end());
    try {
        app.parse(words);
    } catch (const CLI::ParseError& error) {
        return error.what();
    }
    return "";
}

TEST(StockOptions, EachWorksOrIsRefusedByNameWithTheReason) {
    for (const StockOption& option : kStockOptions)
        for (const std::string name : {option.name, option.also}) {
            if (name.empty()) continue;
            std::vector<std::string> words{name};
            if (*option.value != '\0') words.emplace_back(option.value);
            const std::string answer = said(words);
            if (answer.empty()) continue;
            EXPECT_THAT(answer, HasSubstr(option.name));
            EXPECT_THAT(answer, HasSubstr("is not supported: "));
        }
}

TEST(StockOptions, BothNamesMeanTheSame) {
    CLI::App app;
    RunOptions options;
    add_run_options(app, options);
    for (const StockOption& option : kStockOptions) {
        const CLI::Option* named = app.get_option_no_throw(option.name);
        ASSERT_NE(named, nullptr) << option.name;
        if (*option.also != '\0') {
            EXPECT_EQ(app.get_option_no_throw(option.also), named) << option.name;
        }
    }
}

TEST(StockOptions, OthersAreUnknown) {
    EXPECT_THAT(said({"--no-such-option"}), HasSubstr("not expected"));
}

TEST(RunOptions, WhatWorksReachesTheOptions) {
    CLI::App app;
    RunOptions options;
    add_run_options(app, options);
    app.parse(
        "--via-mpy --emit native -r out --skip-rules mine.toml -i a -e b -i c --keep-path --heapsize 1M",
        false);
    ASSERT_TRUE(complete_run_options(app, options));
    EXPECT_EQ(options.result_dir, "out");
    EXPECT_EQ(options.skip_rules, std::vector<std::string>{"mine.toml"});
    EXPECT_EQ(options.heap_size, "1M");
    EXPECT_TRUE(options.keep_path && options.via_mpy);
    ASSERT_EQ(options.filters.size(), 3U);
    EXPECT_TRUE(options.filters[0].include && !options.filters[1].include && options.filters[2].include);
    EXPECT_EQ(options.filters[1].pattern, "b");
}

}  // namespace
}  // namespace harness
