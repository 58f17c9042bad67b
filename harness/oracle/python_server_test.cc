// The fork server against fresh processes: the same octets and the same status, whatever the program does;
// and what happens when the server itself is hit.
#include "harness/oracle/python_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <optional>

#include "harness/base/files.h"
#include "harness/oracle/embedded.h"
#include "harness/oracle/interpreter.h"
#include "harness/process/family.h"
#include "harness/testing/run_coroutine.h"

namespace harness {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;
using testing::run_coroutine;

std::vector<std::string> oracle_environment() {
    return inherited_environment({{"PYTHONIOENCODING", "utf-8"}, {"PYTHONHASHSEED", "0"}});
}

/// The interpreter, asked once for the whole binary.
const Interpreter& python() {
    static const Interpreter asked = [] {
        auto answer = run_coroutine(ask_interpreter("python3", oracle_environment()));
        EXPECT_TRUE(answer) << answer.error().text();
        return answer ? *answer : Interpreter{};
    }();
    return asked;
}

class PythonServerTest : public ::testing::Test {
  protected:
    void SetUp() override {
        auto made = TemporaryDirectory::create("fork-server-test-");
        ASSERT_TRUE(made);
        folder_.emplace(std::move(*made));
        settings_.interpreter = python().executable;
        settings_.script = write("fork_server.py", kForkServerSource);
        settings_.environment = oracle_environment();
        limits_.open_files = 1024;
        limits_.wall = seconds(60);
    }

    void TearDown() override { EXPECT_TRUE(family::living().empty()); }

    fs::path write(const std::string& name, std::string_view text) {
        const fs::path path = fs::canonical(folder_->path()) / name;
        EXPECT_TRUE(write_file_atomically(path, text));
        return path;
    }

    ProcessResult forked(const fs::path& program) {
        PythonServer server(settings_);
        auto ran = run_coroutine(context_, server.run(program, program.parent_path(), limits_));
        EXPECT_TRUE(ran) << ran.error().text();
        return ran ? *std::move(ran) : ProcessResult{};
    }

    ProcessResult fresh(const fs::path& program) {
        Command command;
        command.argv = {python().executable.string(), "-BS", program.string()};
        command.working_directory = program.parent_path();
        command.environment = settings_.environment;
        auto ran = run_coroutine(run_process(std::move(command), limits_));
        EXPECT_TRUE(ran) << ran.error().text();
        return ran ? *std::move(ran) : ProcessResult{};
    }

    asio::io_context context_{1};
    std::optional<TemporaryDirectory> folder_;
    PythonServerSettings settings_;
    Limits limits_;
};

struct Program {
    const char* name;
    const char* source;
    /// What it must print at least, so that "both fail alike" is not taken for success.
    const char* prints;
};

constexpr Program kPrograms[] = {
    {"Hello", "print('hello')\n", "hello\n"},
    {"Empty", "", ""},
    {"NoNewlineAtEnd", "print('x')", "x\n"},
    {"CarriageReturns", "print('a')\r\nprint('b')\r\n", "a\nb\n"},
    {"CodingCookie", "# -*- coding: latin-1 -*-\nprint(len('\xe4'))\n", "1\n"},
    {"ByteOrderMark", "\xef\xbb\xbfprint('bom')\n", "bom\n"},
    {"ExitNumber", "import sys\nsys.exit(3)\n", ""},
    {"ExitBigNumber", "import sys\nsys.exit(256 + 7)\n", ""},
    {"ExitNegative", "import sys\nsys.exit(-1)\n", ""},
    {"ExitNone", "print('a')\nraise SystemExit\n", "a\n"},
    {"ExitText", "import sys\nprint('out')\nsys.exit('text for stderr')\n", "text for stderr\n"},
    {"ExitInFunction", "def f():\n    raise SystemExit(5)\ntry:\n    f()\nfinally:\n    print('left')\n",
     "left\n"},
    {"ExitAtOnce", "import os\nprint('lost')\nos._exit(4)\n", ""},
    {"Uncaught", "def f(x):\n    return 1 / x\nprint('before')\nf(0)\n", "ZeroDivisionError"},
    {"UncaughtWithCause", "try:\n    {}['k']\nexcept KeyError as e:\n    raise ValueError('v') from e\n",
     "direct cause"},
    {"UncaughtWithContext", "try:\n    {}['k']\nexcept KeyError:\n    int('x')\n", "During handling"},
    {"UncaughtOfOwnClass", "class E(Exception):\n    pass\nraise E('mine')\n", "E: mine"},
    {"UncaughtKeyboardInterrupt", "print('a')\nraise KeyboardInterrupt\n", "KeyboardInterrupt"},
    {"UncaughtGeneratorExit", "raise GeneratorExit('g')\n", "GeneratorExit: g"},
    {"ExceptHook", "import sys\nsys.excepthook = lambda *a: print('hook', a[0].__name__)\n1 / 0\n",
     "hook ZeroDivisionError\n"},
    {"BrokenExceptHook", "import sys\ndef h(*a):\n    int('x')\nsys.excepthook = h\n1 / 0\n",
     "Error in sys.excepthook"},
    {"ExceptHookThatExits", "import sys\ndef h(*a):\n    sys.exit(9)\nsys.excepthook = h\n1 / 0\n", ""},
    {"SyntaxErrorIsTold", "x = 1\n  y = 2\n", "IndentationError"},
    {"SyntaxErrorAtEnd", "print((1, 2\n", "SyntaxError"},
    {"NullOctetInSource", "print(1)\n#\\0\n", "1\n"},
    {"NotUtf8", "print('\xff')\n", "SyntaxError"},
    {"CompileWarning", "print(1 is 1)\n", "SyntaxWarning"},
    {"WarningBeyondTheStack", "import warnings\nwarnings.warn('w', stacklevel=2)\n", "UserWarning: w"},
    {"WarningDeep", "import warnings\ndef f():\n    warnings.warn('w', stacklevel=9)\nf()\n",
     "UserWarning: w"},
    {"NoFrameBelow",
     "import sys\nprint(sys._getframe().f_back)\ntry:\n    sys._getframe(1)\nexcept ValueError as e:\n"
     "    print(e)\n",
     "None\n"},
    {"StackIsOneDeep", "import traceback\ntraceback.print_stack()\nprint(len(traceback.extract_stack()))\n",
     "\n1\n"},
    {"RecursionDepth",
     "n = 0\ndef f():\n    global n\n    n += 1\n    f()\ntry:\n    f()\nexcept RecursionError as e:\n    "
     "print(n, e)\n",
     "maximum recursion depth"},
    {"UncaughtRecursion", "def f():\n    f()\nf()\n", "Previous line repeated"},
    {"DeepRecursionInC",
     "x = []\nfor i in range(100000):\n    x = [x]\ntry:\n    repr(x)\nexcept RecursionError:\n"
     "    print('deep')\n",
     "deep\n"},
    {"Names",
     "print(__name__, __file__.rsplit('/', 1)[1], __spec__, __package__, __doc__, __cached__)\n"
     "print(list(globals()))\n",
     "__main__ program.py None"},
    {"MainModule",
     "import sys\nimport __main__\nx = 5\nprint(__main__.x, sys.modules['__main__'] is __main__)\n",
     "5 True\n"},
    {"Arguments",
     "import sys\nprint([a.rsplit('/', 1)[1] for a in sys.argv], sys.path[0] == __file__.rsplit('/', "
     "1)[0])\n",
     "['program.py'] True\n"},
    {"ImportsBeside", "import helper\nimport sys\nprint(sorted(sys.modules)[-1])\n",
     "helper is helper helper.py\n"},
    {"ModulesAsAtStart", "import sys\nprint(len(sys.modules), list(sys.modules))\n", "__main__"},
    {"StandardInputIsEmpty",
     "import sys\nprint(repr(sys.stdin.read()))\ntry:\n    input()\nexcept EOFError as e:\n    "
     "print('EOF')\n",
     "''\nEOF\n"},
    {"StreamsAreMergedAsBuffered",
     "import sys, os\nprint('buffered')\nsys.stderr.write('error\\n')\nos.write(1, "
     "b'direct\\n')\nsys.stdout.flush()\n",
     "direct\n"},
    {"MuchOutput",
     "import sys\nfor i in range(20000):\n    print('line', i)\n    if i % 5000 == 0:\n        print('e', "
     "file=sys.stderr)\n",
     "line 19999\n"},
    {"ClosedOutput", "import os\nprint('x', flush=True)\nos.close(1)\nprint('y')\n", "x\n"},
    {"StdoutReplaced",
     "import io, sys\nsys.stdout = io.StringIO()\nprint('nowhere')\nsys.stderr.write('e\\n')\n", "e\n"},
    {"NextDescriptor", "print(open(__file__).fileno())\n", "3\n"},
    {"AtExit", "import atexit\natexit.register(print, 'first')\natexit.register(print, 'second')\n1 / 0\n",
     "second\nfirst\n"},
    {"AtExitSeesNoFile", "import atexit\natexit.register(lambda: print('__file__' in globals()))\n",
     "False\n"},
    {"AtExitAfterExit",
     "import atexit, sys\natexit.register(lambda: print('__file__' in globals()))\nsys.exit(2)\n", "True\n"},
    {"FinalisersAtEnd",
     "class D:\n    def __init__(self, n):\n        self.n = n\n    def __del__(self):\n        print('del', "
     "self.n)\n"
     "a = D(1)\nb = D(2)\nc = D(3)\nc.me = c\nprint('end')\n",
     "del 1\n"},
    {"FinaliserInBuiltins",
     "import builtins, os\nclass D:\n    def __del__(self, write=os.write):\n        write(1, b'late\\n')\n"
     "builtins.kept = D()\n",
     "late\n"},
    {"GeneratorClosedAtEnd",
     "def g():\n    try:\n        yield\n    finally:\n        print('closed')\nx = g()\nnext(x)\n",
     "closed\n"},
    {"WeakReferenceAtEnd",
     "import weakref\nclass C:\n    pass\nc = C()\nw = weakref.finalize(c, print, 'finalised')\n",
     "finalised\n"},
    {"UnraisableHook",
     "import sys\nclass D:\n    def __del__(self):\n        raise ValueError('in del')\n"
     "sys.unraisablehook = lambda u: print('hook', u.exc_value)\nx = D()\ndel x\n",
     "hook in del\n"},
    {"UnraisableIsReported",
     "class D:\n    def __del__(self):\n        raise ValueError('in del')\n    def __repr__(self):\n        "
     "return 'D'\n"
     "import sys\nkept = sys.unraisablehook\n"
     "sys.unraisablehook = lambda u: print(u.exc_type, u.err_msg, sys.__unraisablehook__ is kept)\nD()\n",
     "True\n"},
    {"UnwrittenFileIsFlushed",
     "f = open('left.txt', 'w')\nf.write('x')\nimport os\npid = os.fork()\nif pid:\n    "
     "os.wait()\nprint('ok')\n",
     "ok\n"},
    {"ThreadIsWaitedFor",
     "import threading, time\ndef f():\n    time.sleep(0.05)\n    "
     "print('thread')\nthreading.Thread(target=f).start()\nprint('main')\n",
     "main\nthread\n"},
    {"DaemonThreadIsNot",
     "import threading, time\nthreading.Thread(target=time.sleep, args=(100,), "
     "daemon=True).start()\nprint('main')\n",
     "main\n"},
    {"ThreadRaises",
     "import threading\nthreading.excepthook = lambda a: print('thread', a.exc_type.__name__)\n"
     "t = threading.Thread(target=lambda: 1 / 0)\nt.start()\nt.join()\n",
     "thread ZeroDivisionError\n"},
    {"MainThread",
     "import threading, signal\nprint(threading.main_thread() is threading.current_thread())\n"
     "signal.signal(signal.SIGALRM, lambda *a: print('alarm'))\nsignal.setitimer(signal.ITIMER_REAL, "
     "0.02)\nsignal.pause()\n",
     "True\nalarm\n"},
    {"SubProcess",
     "import subprocess, sys\nprint(subprocess.run([sys.executable, '-BSc', 'print(6 * 7)'], "
     "capture_output=True).stdout)\n",
     "b'42\\n'\n"},
    {"Fork",
     "import os, sys\nif os.fork() == 0:\n    print('child')\n    sys.exit(3)\nprint('parent', "
     "os.waitstatus_to_exitcode(os.wait()[1]))\n",
     "child\nparent 3\n"},
    {"OwnSession", "import os\nprint(os.getpid() == os.getpgrp() == os.getsid(0))\n", "True\n"},
    {"Exec", "import os, sys\nos.execv(sys.executable, ['p', '-BSc', 'print(\"executed\")'])\n",
     "executed\n"},
    {"Environment", "import os\nprint(os.environ['PYTHONHASHSEED'], os.environ['PYTHONIOENCODING'])\n",
     "0 utf-8\n"},
    {"HashOrder", "print({'a', 'b', 'c', 'd'}, hash('x'))\n", "{"},
    {"Unicode", "print('\\u03b1\\U0001f600')\nimport sys\nsys.stderr.write('\\ud800\\n')\n", "\xce\xb1"},
    {"Signals", "import signal\nprint([str(signal.getsignal(s))[:20] for s in range(1, 30)])\n",
     "<built-in function d"},
    {"Future", "from __future__ import annotations\nx: undefined = 1\nprint(__annotations__)\n", "undefined"},
    {"LastValue",
     "import atexit, sys\natexit.register(lambda: print(sys.last_type, sys.last_value))\nint('x')\n",
     "invalid literal"},
    {"Codecs",
     "import codecs\nfor n in '', 'no such', 'rot13':\n    try:\n        print(codecs.lookup(n).name)\n    "
     "except LookupError as e:\n        print(e)\n",
     "rot-13"},
    {"DiesByAbort", "import os\nos.abort()\n", ""},
    {"DiesBySignal", "import os\nprint('x', flush=True)\nos.kill(os.getpid(), 15)\n", "x\n"},
};

TEST_F(PythonServerTest, RunsEveryProgramAsAFreshProcessDoes) {
    write("helper.py", "print('helper is', __name__, __file__.rsplit('/', 1)[1])\n");
    PythonServer server(settings_);
    for (const Program& each : kPrograms) {
        SCOPED_TRACE(each.name);
        const fs::path program = write("program.py", each.source);
        const auto one = run_coroutine(context_, server.run(program, program.parent_path(), limits_));
        ASSERT_TRUE(one) << one.error().text();
        const ProcessResult other = fresh(program);
        EXPECT_EQ(one->output, other.output);
        EXPECT_EQ(one->ending, other.ending);
        EXPECT_EQ(one->exit_code, other.exit_code);
        EXPECT_EQ(one->signal_number, other.signal_number);
        EXPECT_THAT(one->output, HasSubstr(each.prints));
    }
    EXPECT_EQ(server.starts(), 1);
}

TEST_F(PythonServerTest, PassesItsSelfCheck) {
    const fs::path program = write("self_check.py", kSelfCheckSource);
    const ProcessResult one = forked(program);
    const ProcessResult other = fresh(program);
    EXPECT_EQ(one.output, other.output);
    EXPECT_EQ(one.exit_code, 1);
    EXPECT_EQ(other.exit_code, 1);
    EXPECT_THAT(one.output, HasSubstr("finalised __main__"));
}

TEST_F(PythonServerTest, FollowsALinkToTheProgramForItsPath) {
    fs::create_directory(folder_->path() / "real");
    write("real/helper.py", "print('the real helper')\n");
    const fs::path real = write("real/program.py", "import helper\nprint(__file__[-7:])\n");
    const fs::path link = real.parent_path().parent_path() / "link.py";
    fs::create_symlink(real, link);
    EXPECT_EQ(forked(link).output, "the real helper\nlink.py\n");
    EXPECT_EQ(fresh(link).output, "the real helper\nlink.py\n");
}

TEST_F(PythonServerTest, RunsInTheFolderItIsGiven) {
    const fs::path program = write("program.py", "import os\nprint(os.getcwd())\n");
    PythonServer server(settings_);
    EXPECT_EQ(run_coroutine(context_, server.run(program, "/", limits_))->output, "/\n");
}

TEST_F(PythonServerTest, KillsWhatDoesNotEndAndGoesOn) {
    const fs::path endless = write("endless.py", "print('on', flush=True)\nwhile True:\n    pass\n");
    const fs::path good = write("good.py", "print('good')\n");
    auto both = [&]() -> asio::awaitable<bool> {
        PythonServer server(settings_);
        std::string output;
        // Growing, because a loaded machine may need long until it has printed.
        for (const auto wall : {milliseconds(300), milliseconds(3'000), milliseconds(30'000)}) {
            limits_.wall = wall;
            const auto late = co_await server.run(endless, endless.parent_path(), limits_);
            EXPECT_TRUE(late);
            EXPECT_EQ(late->ending, Ending::TimedOut);
            output = late->output;
            if (!output.empty()) break;
        }
        EXPECT_EQ(output, "on\n");
        limits_.wall = seconds(60);
        const auto next = co_await server.run(good, good.parent_path(), limits_);
        EXPECT_TRUE(next);
        EXPECT_EQ(next->output, "good\n");
        EXPECT_EQ(server.starts(), 1);
        co_return true;
    };
    run_coroutine(both());
}

TEST_F(PythonServerTest, CutsAFlood) {
    limits_.output_bytes = 100'000;
    const ProcessResult result = forked(write("flood.py", "while True:\n    print('x' * 1000)\n"));
    EXPECT_EQ(result.ending, Ending::OutputFlood);
    EXPECT_EQ(result.output.size(), 100'000U);
}

TEST_F(PythonServerTest, KillsWhatAProgramLeavesBehind) {
    limits_.grace = milliseconds(100);
    const ProcessResult result = forked(write(
        "leave.py", "import os, time\npid = os.fork()\nif pid == 0:\n    time.sleep(60)\nprint(pid)\n"));
    EXPECT_EQ(result.ending, Ending::Exited);
    EXPECT_NE(::kill(std::stoi(result.output), 0), 0);
}

TEST_F(PythonServerTest, SurvivesAProgramThatKillsTheServer) {
    const fs::path killer =
        write("killer.py", "import os, time\nos.kill(os.getppid(), 9)\ntime.sleep(0.05)\nprint('did it')\n");
    const fs::path slow =
        write("slow.py", "import time\ntime.sleep(0.3)\nprint('slow')\nraise SystemExit(6)\n");
    const fs::path good = write("good.py", "print('good')\n");
    auto all = [&]() -> asio::awaitable<bool> {
        const auto executor = co_await asio::this_coro::executor;
        PythonServer server(settings_);
        std::optional<ProcessResult> beside;
        asio::co_spawn(
            executor, server.run(slow, slow.parent_path(), limits_),
            [&](std::exception_ptr, Result<ProcessResult> result) { beside = *std::move(result); });
        asio::steady_timer wait(executor, milliseconds(150));
        co_await wait.async_wait(asio::use_awaitable);
        const auto killed = co_await server.run(killer, killer.parent_path(), limits_);
        EXPECT_TRUE(killed);
        EXPECT_EQ(killed->output, "did it\n");
        EXPECT_EQ(killed->ending, Ending::Exited);
        const auto next = co_await server.run(good, good.parent_path(), limits_);
        EXPECT_TRUE(next);
        EXPECT_EQ(next->output, "good\n");
        EXPECT_EQ(server.starts(), 2);
        while (!beside) {
            wait.expires_after(milliseconds(20));
            co_await wait.async_wait(asio::use_awaitable);
        }
        EXPECT_EQ(beside->output, "slow\n");
        EXPECT_EQ(beside->exit_code, 6);
        co_return true;
    };
    run_coroutine(all());
}

TEST_F(PythonServerTest, ReplacesAServerThatHangs) {
    settings_.answer_limit = seconds(3);
    const fs::path good = write("good.py", "print('good')\n");
    auto all = [&]() -> asio::awaitable<bool> {
        PythonServer server(settings_);
        EXPECT_TRUE(co_await server.run(good, good.parent_path(), limits_));
        ::kill(server.pid(), SIGSTOP);
        const auto next = co_await server.run(good, good.parent_path(), limits_);
        EXPECT_TRUE(next);
        EXPECT_EQ(next->output, "good\n");
        EXPECT_EQ(server.starts(), 2);
        co_return true;
    };
    run_coroutine(all());
}

TEST_F(PythonServerTest, SaysWhyAServerCannotWork) {
    settings_.script = write("broken.py", "raise RuntimeError('out of order')\n");
    const fs::path good = write("good.py", "print('good')\n");
    PythonServer server(settings_);
    const auto ran = run_coroutine(context_, server.run(good, good.parent_path(), limits_));
    ASSERT_FALSE(ran);
    EXPECT_THAT(ran.error().message, HasSubstr("fork server"));
    EXPECT_THAT(ran.error().message, HasSubstr("out of order"));
}

TEST_F(PythonServerTest, NamesAProgramThatDoesNotExist) {
    PythonServer server(settings_);
    const auto ran = run_coroutine(context_, server.run("/no/such/program.py", "/", limits_));
    ASSERT_FALSE(ran);
    EXPECT_THAT(ran.error().message, HasSubstr("/no/such/program.py"));
}

TEST_F(PythonServerTest, RunsManyAtOnce) {
    const fs::path program = write("program.py", "import os, time\ntime.sleep(0.1)\nprint(os.getpid())\n");
    auto many = [&]() -> asio::awaitable<int> {
        const auto executor = co_await asio::this_coro::executor;
        PythonServer server(settings_);
        std::vector<std::string> outputs;
        for (int i = 0; i < 12; ++i)
            asio::co_spawn(executor, server.run(program, program.parent_path(), limits_),
                           [&](std::exception_ptr, Result<ProcessResult> result) {
                               outputs.push_back(result ? result->output : result.error().text());
                           });
        asio::steady_timer wait(executor);
        while (outputs.size() < 12) {
            wait.expires_after(milliseconds(10));
            co_await wait.async_wait(asio::use_awaitable);
        }
        std::sort(outputs.begin(), outputs.end());
        outputs.erase(std::unique(outputs.begin(), outputs.end()), outputs.end());
        EXPECT_EQ(server.starts(), 1);
        co_return static_cast<int>(outputs.size());
    };
    EXPECT_EQ(run_coroutine(many()), 12);
}

TEST_F(PythonServerTest, DestroyingTheEventLoopKillsItsPrograms) {
    const fs::path program = write("program.py", "import time\ntime.sleep(60)\n");
    PythonServer server(settings_);
    {
        asio::io_context context(1);
        asio::co_spawn(context, server.run(program, program.parent_path(), limits_),
                       [](std::exception_ptr, Result<ProcessResult>) {});
        for (int i = 0; i < 500 && family::living().size() < 2; ++i) context.run_for(milliseconds(20));
        EXPECT_EQ(family::living().size(), 2U);
        // The server's own streams belong to this event loop, as in the harness: it goes first.
        server.stop();
    }
    EXPECT_TRUE(family::living().empty());
}

}  // namespace
}  // namespace harness
