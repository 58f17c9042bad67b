// Where an expectation comes from, and the cache.
#include "harness/oracle/oracle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fstream>
#include <optional>

#include "harness/base/files.h"
#include "harness/process/process.h"
#include "harness/testing/run_coroutine.h"

namespace harness {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using std::chrono::milliseconds;
using ::testing::HasSubstr;
using testing::run_coroutine;
using Kind = Expectation::Kind;

class OracleTest : public ::testing::Test {
  protected:
    void SetUp() override {
        auto made = TemporaryDirectory::create("oracle-test-");
        ASSERT_TRUE(made);
        folder_.emplace(std::move(*made));
        tests_ = fs::canonical(folder_->path()) / "tests";
        fs::create_directory(tests_);
        options_.environment = inherited_environment();
        options_.cache_folder = folder_->path() / "cache";
    }

    fs::path write(const std::string& name, std::string_view text) {
        EXPECT_TRUE(write_file_atomically(tests_ / name, text));
        return tests_ / name;
    }

    harness::Test test(const std::string& name, std::string_view source) {
        harness::Test made;
        made.id = name;
        made.path = write(name, source);
        made.working_directory = made.path.parent_path();
        return made;
    }

    Result<Answer> ask(Oracle& oracle, const harness::Test& about, Emitter emitter = Emitter::Bytecode) {
        return run_coroutine(context_, oracle.expect(OracleRequest{about, emitter}));
    }

    /// The text of an answer; what was wrong if there is none.
    std::string text(const harness::Test& about, OracleStatistics* statistics = nullptr) {
        Oracle oracle(options_);
        const auto answer = ask(oracle, about);
        if (statistics != nullptr) *statistics = oracle.statistics();
        return answer ? answer->expectation.text : answer.error().text();
    }

    /// Every file of the cache that holds an expectation.
    std::vector<fs::path> entries() const {
        std::vector<fs::path> found;
        for (const auto& entry : fs::recursive_directory_iterator(options_.cache_folder / "oracle"))
            if (entry.is_regular_file() &&
                entry.path().filename().native().starts_with(entry.path().parent_path().filename().native()))
                found.push_back(entry.path());
        return found;
    }

    asio::io_context context_{1};
    std::optional<TemporaryDirectory> folder_;
    fs::path tests_;
    OracleOptions options_;
};

TEST_F(OracleTest, StatedTextWinsOverEverything) {
    harness::Test about = test("a.py", "print('python')\n");
    about.expectation.exp_file = write("a.py.exp", "file\n");
    about.expectation.stated = "stated\n";
    Oracle oracle(options_);
    const auto answer = ask(oracle, about);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->expectation.text, "stated\n");
    EXPECT_EQ(answer->expectation.source, "stated");
}

TEST_F(OracleTest, TheFileOfTheEmitterWinsOverThePlainOne) {
    harness::Test about = test("a.py", "print('python')\n");
    about.expectation.exp_file = write("a.py.exp", "plain\r\n");
    about.expectation.emitter_exp_files = {{Emitter::Native, write("a.py.native.exp", "native\n")}};
    Oracle oracle(options_);
    const auto native = ask(oracle, about, Emitter::Native);
    const auto bytecode = ask(oracle, about, Emitter::Bytecode);
    ASSERT_TRUE(native && bytecode);
    EXPECT_EQ(native->expectation.text, "native\n");
    EXPECT_EQ(native->expectation.source, "a.py.native.exp");
    EXPECT_EQ(bytecode->expectation.text, "plain\r\n");
    EXPECT_EQ(bytecode->expectation.source, "a.py.exp");
    EXPECT_EQ(bytecode->expectation.kind, Kind::Text);
    // CPython was never needed.
    EXPECT_EQ(oracle.statistics().forked + oracle.statistics().fresh, 0);
}

TEST_F(OracleTest, KnowsPatternFiles) {
    harness::Test about = test("a.py", "");
    about.expectation.exp_file = write("a.py.exp", "\\.\\+\n");
    about.expectation.exp_is_pattern = true;
    Oracle oracle(options_);
    EXPECT_EQ(ask(oracle, about)->expectation.kind, Kind::Pattern);
}

TEST_F(OracleTest, AFileThatCannotBeReadIsAnError) {
    harness::Test about = test("a.py", "");
    about.expectation.exp_file = tests_ / "gone.exp";
    Oracle oracle(options_);
    const auto answer = ask(oracle, about);
    ASSERT_FALSE(answer);
    EXPECT_THAT(answer.error().message, HasSubstr("gone.exp"));
}

TEST_F(OracleTest, AsksCPython) {
    const harness::Test about = test("a.py", "import sys\nprint('out')\nprint('err', file=sys.stderr)\n");
    Oracle oracle(options_);
    const auto answer = ask(oracle, about);
    ASSERT_TRUE(answer) << answer.error().text();
    EXPECT_EQ(answer->expectation.kind, Kind::Text);
    EXPECT_THAT(answer->expectation.text, HasSubstr("out\n"));
    EXPECT_THAT(answer->expectation.text, HasSubstr("err\n"));
    EXPECT_THAT(answer->expectation.source, ::testing::StartsWith("CPython 3."));
    EXPECT_FALSE(answer->cached);
    EXPECT_EQ(oracle.statistics().forked, 1);
    EXPECT_THAT(oracle.notes(), ::testing::IsEmpty());
}

TEST_F(OracleTest, ANonZeroExitIsACrash) {
    Oracle oracle(options_);
    for (const char* source :
         {"print('x')\nraise SystemExit(1)\n", "print('x', flush=True)\nimport os\nos.abort()\n"}) {
        const auto answer = ask(oracle, test(source[12] == 'r' ? "a.py" : "b.py", source));
        ASSERT_TRUE(answer) << answer.error().text();
        EXPECT_EQ(answer->expectation.kind, Kind::OracleCrashed);
        EXPECT_EQ(answer->expectation.text, "x\n");
    }
}

TEST_F(OracleTest, TheSameProgramIsRunOnce) {
    const harness::Test about = test("a.py", "print('x')\n");
    Oracle oracle(options_);
    int answered = 0;
    for (int i = 0; i < 5; ++i)
        asio::co_spawn(context_, oracle.expect(OracleRequest{about, Emitter::Native}),
                       [&](std::exception_ptr, Result<Answer> answer) {
                           if (answer && answer->expectation.text == "x\n") ++answered;
                       });
    context_.run();
    EXPECT_EQ(answered, 5);
    EXPECT_EQ(oracle.statistics().forked, 1);
}

TEST_F(OracleTest, AProgramThatDoesNotEndIsAnErrorEachTimeButWaitedForOnce) {
    options_.time_limit = milliseconds(700);
    const harness::Test about = test("endless.py", "while True:\n    pass\n");
    Oracle oracle(options_);
    std::chrono::steady_clock::time_point first;
    for (int i = 0; i < 20; ++i) {
        const auto answer = ask(oracle, about);
        if (i == 0) first = std::chrono::steady_clock::now();
        ASSERT_FALSE(answer);
        EXPECT_THAT(answer.error().message, HasSubstr("endless.py"));
        EXPECT_THAT(answer.error().message, HasSubstr("700 ms"));
        EXPECT_THAT(answer.error().message, HasSubstr("-BS"));
    }
    EXPECT_LT(std::chrono::steady_clock::now() - first, milliseconds(19 * 700));
    EXPECT_THAT(entries(), ::testing::IsEmpty());
}

TEST_F(OracleTest, AFloodIsAnError) {
    options_.output_limit = 10'000;
    const harness::Test about = test("flood.py", "while True:\n    print('x' * 100)\n");
    Oracle oracle(options_);
    const auto answer = ask(oracle, about);
    ASSERT_FALSE(answer);
    EXPECT_THAT(answer.error().message, HasSubstr("10000 bytes"));
}

TEST_F(OracleTest, ASecondRunFindsTheCache) {
    const harness::Test about = test("a.py", "import time\nprint(time.time())\n");
    OracleStatistics statistics;
    const std::string first = text(about, &statistics);
    EXPECT_EQ(statistics.forked, 1);
    EXPECT_EQ(text(about, &statistics), first);
    EXPECT_EQ(statistics.forked + statistics.fresh, 0);
    EXPECT_EQ(statistics.from_cache, 1);
    EXPECT_EQ(statistics.server_starts, 0);
}

TEST_F(OracleTest, CachesACrashAsACrash) {
    const harness::Test about = test("a.py", "raise SystemExit('bye')\n");
    text(about);
    Oracle oracle(options_);
    const auto answer = ask(oracle, about);
    ASSERT_TRUE(answer);
    EXPECT_TRUE(answer->cached);
    EXPECT_EQ(answer->expectation.kind, Kind::OracleCrashed);
    EXPECT_EQ(answer->expectation.text, "bye\n");
}

TEST_F(OracleTest, AChangedProgramIsRunAgain) {
    EXPECT_EQ(text(test("a.py", "print(1)\n")), "1\n");
    EXPECT_EQ(text(test("a.py", "print(2)\n")), "2\n");
}

TEST_F(OracleTest, AChangedHelperOrDataFileIsNoticed) {
    write("helper.py", "value = 1\n");
    write("data.txt", "one");
    const harness::Test about = test("a.py", "import helper\nprint(helper.value, open('data.txt').read())\n");
    EXPECT_EQ(text(about), "1 one\n");
    write("helper.py", "value = 2\n");
    EXPECT_EQ(text(about), "2 one\n");
    write("data.txt", "two");
    EXPECT_EQ(text(about), "2 two\n");
}

TEST_F(OracleTest, AModuleThatAppearsIsNoticed) {
    const harness::Test about =
        test("a.py", "try:\n    import extra\nexcept ImportError:\n    print('none')\n");
    EXPECT_EQ(text(about), "none\n");
    fs::create_directory(tests_ / "extra");
    write("extra/__init__.py", "print('package')\n");
    EXPECT_EQ(text(about), "package\n");
    write("extra/__init__.py", "print('changed')\n");
    EXPECT_EQ(text(about), "changed\n");
}

TEST_F(OracleTest, ArtifactsBesideTheTestDoNotMatter) {
    const harness::Test about = test("a.py", "print(1)\n");
    text(about);
    write("x1y2z3.mpy", "artifact");
    write("a.py.exp", "for another runner");
    OracleStatistics statistics;
    text(about, &statistics);
    EXPECT_EQ(statistics.from_cache, 1);
}

TEST_F(OracleTest, AnotherEnvironmentIsAnotherResult) {
    const harness::Test about = test("a.py", "import os\nprint(os.environ['MICROPYPATH'])\n");
    options_.environment = inherited_environment({{"MICROPYPATH", "one"}});
    EXPECT_EQ(text(about), "one\n");
    options_.environment = inherited_environment({{"MICROPYPATH", "two"}});
    EXPECT_EQ(text(about), "two\n");
}

TEST_F(OracleTest, AChangedModuleOnThePathIsNoticed) {
    const fs::path shim = folder_->path() / "shim";
    ASSERT_TRUE(write_file_atomically(shim / "shim.py", "value = 1\n"));
    options_.environment = inherited_environment({{"PYTHONPATH", "/no/such/folder:" + shim.string()}});
    const harness::Test about = test("a.py", "import shim\nprint(shim.value)\n");
    EXPECT_EQ(text(about), "1\n");
    ASSERT_TRUE(write_file_atomically(shim / "shim.py", "value = 2\n"));
    EXPECT_EQ(text(about), "2\n");
}

TEST_F(OracleTest, ADamagedEntryIsNotUsedAndIsReplaced) {
    const harness::Test about = test("a.py", "print('right')\n");
    EXPECT_EQ(text(about), "right\n");
    ASSERT_EQ(entries().size(), 1U);
    const fs::path entry = entries().front();
    const std::string good = *read_file(entry);
    std::vector<std::string> damaged = {"", "x", good.substr(0, good.size() - 3), good + "x"};
    for (std::size_t at = 0; at < good.size(); at += 7) {
        damaged.push_back(good);
        damaged.back()[at] = static_cast<char>(damaged.back()[at] ^ 1);
    }
    options_.use_fork_server = false;
    for (const std::string& bad : damaged) {
        ASSERT_TRUE(write_file_atomically(entry, bad));
        OracleStatistics statistics;
        EXPECT_EQ(text(about, &statistics), "right\n") << bad;
        EXPECT_EQ(statistics.from_cache, 0) << bad;
        EXPECT_EQ(*read_file(entry), good);
    }
}

TEST_F(OracleTest, WhatDependedOnTheMomentIsNotKept) {
    const harness::Test skips = test("skips.py", "print('SKIP')\n");
    EXPECT_EQ(text(skips), "SKIP\n");
    EXPECT_TRUE(entries().empty());
    const harness::Test killed = test("killed.py", "import os\nos.kill(os.getpid(), 9)\n");
    Oracle oracle(options_);
    ask(oracle, killed);
    EXPECT_TRUE(entries().empty());
}

TEST_F(OracleTest, WorksWithoutACache) {
    options_.cache_folder.clear();
    const harness::Test about = test("a.py", "print(1)\n");
    EXPECT_EQ(text(about), "1\n");
    EXPECT_FALSE(fs::exists(folder_->path() / "cache"));
}

TEST_F(OracleTest, SaysThatTheCacheCannotBeWritten) {
    write_file_atomically(folder_->path() / "cache", "a file where the folder should be").value();
    Oracle oracle(options_);
    const auto answer = ask(oracle, test("a.py", "print(1)\n"));
    ASSERT_TRUE(answer) << answer.error().text();
    EXPECT_EQ(answer->expectation.text, "1\n");
    ASSERT_EQ(oracle.notes().size(), 1U);
    EXPECT_THAT(oracle.notes().front(), HasSubstr("not kept"));
}

TEST_F(OracleTest, WorksWithoutTheForkServer) {
    options_.use_fork_server = false;
    Oracle oracle(options_);
    const auto answer = ask(oracle, test("a.py", "print(1)\n"));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->expectation.text, "1\n");
    EXPECT_EQ(oracle.statistics().fresh, 1);
}

TEST_F(OracleTest, TellsItsInterpreter) {
    Oracle oracle(options_);
    const auto asked = run_coroutine(context_, oracle.interpreter());
    ASSERT_TRUE(asked) << asked.error().text();
    EXPECT_TRUE(asked->executable.is_absolute());
    EXPECT_THAT(asked->name(), ::testing::StartsWith("CPython 3."));
    EXPECT_THAT(asked->build, HasSubstr(asked->version));
    EXPECT_TRUE(asked->byte_order == "little" || asked->byte_order == "big");
    EXPECT_EQ(asked->hash.size(), 32U);
}

TEST_F(OracleTest, NamesAMissingInterpreter) {
    options_.cpython = "no-such-python";
    Oracle oracle(options_);
    const auto answer = ask(oracle, test("a.py", "print(1)\n"));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::MissingTool);
    EXPECT_THAT(answer.error().message, HasSubstr("no-such-python"));
    EXPECT_THAT(answer.error().message, HasSubstr("--cpython"));
}

TEST_F(OracleTest, RefusesWhatIsNotCPython) {
    for (const auto& [script, why] :
         {std::pair{"#!/bin/sh\nexit 0\n", "status 0"}, std::pair{"#!/bin/sh\necho no >&2; exit 3\n", "no"},
          std::pair{"#!/bin/sh\nprintf 'pypy\\n/p\\n3.9.1\\nb\\nlittle\\n'\n", "pypy"},
          std::pair{"#!/bin/sh\nprintf 'cpython\\n/p\\n3.7.9\\nb\\nlittle\\n'\n", "3.7.9"}}) {
        options_.cpython = write("interpreter", script).string();
        fs::permissions(options_.cpython, fs::perms::owner_all);
        Oracle oracle(options_);
        const auto answer = ask(oracle, test("a.py", "print(1)\n"));
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().kind, ErrorKind::Configuration);
        EXPECT_THAT(answer.error().message, HasSubstr(why));
        EXPECT_THAT(answer.error().message, HasSubstr("CPython 3.8"));
    }
}

}  // namespace
}  // namespace harness
