#include "harness/compile/caching_compiler.h"

#include <gmock/gmock.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "harness/base/files.h"
#include "harness/compile/fake_compiler.h"

namespace harness {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using ::testing::HasSubstr;

class CachingCompilerTest : public ::testing::Test {
  protected:
    CachingCompilerTest() {
        auto inner = std::make_unique<FakeCompiler>();
        fake = inner.get();
        compiler = std::make_unique<CachingCompiler>(std::move(inner), &cache);
        request.source = folder.path() / "a.py";
        request.source_name = "a.py";
        EXPECT_TRUE(write_file_atomically(request.source, "print(1)\n"));
    }

    /// Starts it; the answer comes when the context runs.
    std::shared_ptr<std::optional<Result<CompileOutcome>>> start(CompileRequest of) {
        auto answer = std::make_shared<std::optional<Result<CompileOutcome>>>();
        asio::co_spawn(context, compiler->compile(std::move(of)),
                       [answer](std::exception_ptr error, Result<CompileOutcome> value) {
                           if (!error) *answer = std::move(value);
                       });
        return answer;
    }
    Result<CompileOutcome> compile(CompileRequest of) {
        const auto answer = start(std::move(of));
        context.restart();
        context.run();
        return **answer;
    }

    TemporaryDirectory folder = TemporaryDirectory::create("caching-test-").value();
    OutcomeCache cache{folder.path() / "cache"};
    FakeCompiler* fake = nullptr;
    std::unique_ptr<CachingCompiler> compiler;
    CompileRequest request;
    asio::io_context context{1};
};

TEST_F(CachingCompilerTest, CompilesOnceAndThenAnswersFromTheCache) {
    const auto first = compile(request);
    ASSERT_TRUE(first);
    EXPECT_FALSE(first->cached);
    const auto second = compile(request);
    ASSERT_TRUE(second);
    EXPECT_TRUE(second->cached);
    EXPECT_EQ(*second->octets, "artifact of a.py");
    EXPECT_EQ(fake->asked.size(), 1U);
    EXPECT_EQ(*fake->asked[0].octets, "print(1)\n");
}

TEST_F(CachingCompilerTest, EveryPartOfTheRequestMakesAnotherKey) {
    std::vector<CompileRequest> requests(7, request);
    requests[1].source_name = "b.py";
    requests[2].emitter = Emitter::Native;
    requests[2].arch = "x64";
    requests[3].arch = "x64";
    requests[4].arch = "armv7m";
    requests[5].flags = {"-msmall-int-bits=63"};
    requests[6].optimisation = 3;
    std::set<std::string> keys;
    for (const CompileRequest& one : requests)
        keys.insert(CachingCompiler::key(one, fake->identity(), "hash"));
    CompilerIdentity other = fake->identity();
    other.hash = "another program";
    keys.insert(CachingCompiler::key(request, other, "hash"));
    keys.insert(CachingCompiler::key(request, fake->identity(), "another source"));
    EXPECT_EQ(keys.size(), requests.size() + 2);
    // Two requests that only put a word's border elsewhere are two requests.
    CompileRequest left = request;
    CompileRequest right = request;
    left.flags = {"-a", "-b"};
    right.flags = {"-a-b"};
    EXPECT_NE(CachingCompiler::key(left, other, ""), CachingCompiler::key(right, other, ""));
}

TEST_F(CachingCompilerTest, AChangedSourceIsCompiledAnew) {
    ASSERT_TRUE(compile(request));
    ASSERT_TRUE(write_file_atomically(request.source, "print(22)\n"));
    const auto second = compile(request);
    ASSERT_TRUE(second);
    EXPECT_FALSE(second->cached);
    EXPECT_EQ(fake->asked.size(), 2U);
}

TEST_F(CachingCompilerTest, TheSameSourceElsewhereIsTheSame) {
    ASSERT_TRUE(compile(request));
    CompileRequest moved = request;
    moved.source = folder.path() / "elsewhere" / "a.py";
    ASSERT_TRUE(write_file_atomically(moved.source, "print(1)\n"));
    EXPECT_TRUE(compile(moved)->cached);
}

TEST_F(CachingCompilerTest, JobsThatWantTheSameAtOnceShareOneCompilation) {
    fake->duration = 20ms;
    const auto first = start(request);
    const auto second = start(request);
    const auto third = start(request);
    context.run();
    for (const auto& answer : {first, second, third}) {
        ASSERT_TRUE(*answer);
        ASSERT_TRUE(**answer);
        EXPECT_EQ(*(**answer)->octets, "artifact of a.py");
    }
    EXPECT_EQ(fake->asked.size(), 1U);
    EXPECT_EQ(compiler->shared(), 2U);
    EXPECT_FALSE((**first)->cached);
    EXPECT_TRUE((**second)->cached);
}

TEST_F(CachingCompilerTest, ACancelledCompilationIsTakenOverByWhoeverWaitsForIt) {
    fake->duration = 20ms;
    asio::cancellation_signal signal;
    bool cancelled = false;
    asio::co_spawn(
        context, compiler->compile(request),
        asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr error, Result<CompileOutcome>) {
            cancelled = error != nullptr;
        }));
    const auto other = start(request);
    asio::steady_timer timer(context, 5ms);
    timer.async_wait([&](boost::system::error_code) { signal.emit(asio::cancellation_type::terminal); });
    context.run();
    EXPECT_TRUE(cancelled);
    ASSERT_TRUE(*other);
    ASSERT_TRUE(**other);
    EXPECT_EQ(*(**other)->octets, "artifact of a.py");
    EXPECT_EQ(fake->asked.size(), 2U);
}

TEST_F(CachingCompilerTest, AWaitingJobCanBeCancelledWithoutHarmToTheOther) {
    fake->duration = 20ms;
    const auto first = start(request);
    asio::cancellation_signal signal;
    bool cancelled = false;
    asio::co_spawn(
        context, compiler->compile(request),
        asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr error, Result<CompileOutcome>) {
            cancelled = error != nullptr;
        }));
    asio::steady_timer timer(context, 5ms);
    timer.async_wait([&](boost::system::error_code) { signal.emit(asio::cancellation_type::terminal); });
    context.run();
    EXPECT_TRUE(cancelled);
    ASSERT_TRUE(**first);
    EXPECT_EQ(fake->asked.size(), 1U);
}

TEST_F(CachingCompilerTest, TroubleOfTheHarnessIsSharedButNotKept) {
    fake->answer = [](const CompileRequest&) -> Result<CompileOutcome> { return missing_tool("not there"); };
    const auto first = start(request);
    const auto second = start(request);
    context.run();
    EXPECT_EQ((**first).error().message, "not there");
    EXPECT_EQ((**second).error().message, "not there");
    fake->answer = [](const CompileRequest&) -> Result<CompileOutcome> { return CompileOutcome{}; };
    EXPECT_TRUE(compile(request));
    EXPECT_EQ(fake->asked.size(), 2U);
}

TEST_F(CachingCompilerTest, AMissingSourceIsAnError) {
    request.source = folder.path() / "absent.py";
    const auto answer = compile(request);
    ASSERT_FALSE(answer);
    EXPECT_THAT(answer.error().text(), HasSubstr("absent.py"));
}

TEST_F(CachingCompilerTest, WhatNoRunCouldDoIsRefusedByNameBeforeAnythingRuns) {
    request.emitter = Emitter::Native;
    for (const auto& [arch, words] : std::vector<std::pair<std::string, std::string>>{
             {"rv64imc", "no native emitter for rv64imc"},
             {"debug", "no arch \"debug\""},
             {"mips", "no arch \"mips\""},
             {"xtensawin", "fake cannot emit code for xtensawin: it knows x64, armv7m"},
             {"", "the emitter native needs an arch"}}) {
        request.arch = arch;
        const auto answer = compile(request);
        ASSERT_FALSE(answer) << arch;
        EXPECT_EQ(answer.error().kind, ErrorKind::Usage);
        EXPECT_THAT(answer.error().text(), HasSubstr(words));
    }
    request.emitter = Emitter::Bytecode;
    request.arch = "rv64imc";
    EXPECT_FALSE(compile(request));
    EXPECT_TRUE(fake->asked.empty());
}

}  // namespace
}  // namespace harness
