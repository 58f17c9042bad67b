#include "harness/compile/mpy_cross.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "harness/base/files.h"
#include "harness/compile/caching_compiler.h"
#include "harness/compile/toolset.h"
#include "harness/testing/run_coroutine.h"

namespace harness {
namespace {

namespace fs = std::filesystem;
using harness::testing::run_coroutine;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using Kind = CompileOutcome::Kind;
using namespace std::chrono_literals;

constexpr const char* kHelpOf125 =
    "usage: mpy-cross [<opts>] [-X <implopt>] [--] <input filename>\nOptions:\n--version : show\n"
    "-march=<arch> : set architecture for native emitter;\n                x86, x64, armv6, rv32imc, "
    "rv64imc, host, "
    "debug\n-march-flags=<flags> : set\n                supported flags for xtensa: none\n\nImplementation\n";

TEST(MpyCrossIdentity, IsReadFromWhatEveryReleasePrints) {
    const auto modern =
        read_identity("MicroPython v1.25.0 on 2025-04-19; mpy-cross emitting mpy v6.3\n", kHelpOf125);
    ASSERT_TRUE(modern) << modern.error().text();
    EXPECT_EQ(modern->release.text(), "1.25.0");
    EXPECT_EQ(modern->mpy_version, 6);
    EXPECT_EQ(modern->mpy_sub_version, 3);
    EXPECT_THAT(modern->archs, ElementsAre("x86", "x64", "armv6", "rv32imc", "rv64imc"));
    const auto old =
        read_identity("MicroPython v1.12 on 2024-06-02; mpy-cross emitting mpy v5\n",
                      "-march=<arch> : set architecture for native emitter; x86, x64, xtensawin\n\n");
    ASSERT_TRUE(old);
    EXPECT_EQ(old->mpy_version, 5);
    EXPECT_EQ(old->mpy_sub_version, 0);
    EXPECT_THAT(old->archs, ElementsAre("x86", "x64", "xtensawin"));
    const auto preview = read_identity(
        "MicroPython v1.29.0-preview.731.g1c3c201149 on 2026-08-01; mpy-cross emitting mpy v6.3", "");
    ASSERT_TRUE(preview);
    EXPECT_TRUE(preview->release.preview);
    EXPECT_FALSE(read_identity("usage: mpy-cross [<opts>]", "usage"));
    EXPECT_FALSE(read_identity("", ""));
}

/// A program that stands in for mpy-cross: answers the two questions, and does `body` for a compilation,
/// where $out is the file to write.
class ScriptedCompiler {
  public:
    explicit ScriptedCompiler(const std::string& body) {
        path_ = folder_.path() / "mpy-cross";
        const std::string script =
            "#!/bin/sh\ncase \"$1\" in\n--version) echo 'MicroPython v1.25.0 on 2025-04-19; mpy-cross "
            "emitting mpy "
            "v6.3';;\n--help) echo '-march=<arch> : set;'; echo ' x86, x64';;\n*) while [ $# -gt 0 ]; do [ "
            "\"$1\" "
            "= -o ] && out=$2; shift; done; " +
            body + ";;\nesac\n";
        EXPECT_TRUE(write_file_atomically(path_, script));
        ::chmod(path_.c_str(), 0755);
    }

    /// The usual time limit is far above what a busy machine takes.
    Result<CompileOutcome> compile(Emitter emitter = Emitter::Native, const std::string& arch = "x64",
                                   std::chrono::milliseconds wall = 100s) {
        CompileLimits limits;
        limits.wall = 100s;
        limits.output_bytes = std::size_t{1} << 20;
        limits.artifact_bytes = std::uint64_t{1} << 20;
        auto compiler = run_coroutine(MpyCross::open("scripted", path_, limits));
        if (!compiler) return compiler.error();
        limits.wall = wall;
        MpyCross limited((*compiler)->identity(), limits);
        CompileRequest request;
        request.source_name = "dir/test.py";
        request.emitter = emitter;
        request.arch = arch;
        request.octets = std::make_shared<const std::string>("print(1)\n");
        return run_coroutine(limited.compile(request));
    }

  private:
    TemporaryDirectory folder_ = TemporaryDirectory::create("mpy-cross-test-").value();
    fs::path path_;
};

constexpr const char* kX64Artifact = "printf 'M\\006\\013\\037rest' > $out";

TEST(MpyCross, AnArtifactIsWhatItWrites) {
    const auto outcome = ScriptedCompiler(kX64Artifact).compile();
    ASSERT_TRUE(outcome) << outcome.error().text();
    EXPECT_EQ(outcome->kind, Kind::Artifact) << outcome->message;
    EXPECT_EQ(*outcome->octets, "M\x06\x0b\x1frest");
    EXPECT_FALSE(judge_compilation(*outcome));
}

TEST(MpyCross, ItsWordsAreAFailAndNameTheTest) {
    const auto outcome =
        ScriptedCompiler(
            "printf 'Traceback:\\n  File \"/dev/stdin\", line 2\\nSyntaxError: x\\n' >&2; exit 1")
            .compile();
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->kind, Kind::Error);
    EXPECT_EQ(outcome->message, "Traceback:\n  File \"dir/test.py\", line 2\nSyntaxError: x");
    const auto judgement = judge_compilation(*outcome);
    ASSERT_TRUE(judgement);
    EXPECT_EQ(judgement->verdict, Verdict::Fail);
    EXPECT_EQ(judgement->stage, Stage::Compile);
    EXPECT_EQ(judgement->reason, outcome->message);
}

TEST(MpyCross, ADocumentedRefusalIsUnsupported) {
    const auto outcome =
        ScriptedCompiler("echo 'NotImplementedError: native yield' >&2; exit 1").compile(Emitter::Viper);
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->kind, Kind::Refused);
    EXPECT_EQ(judge_compilation(*outcome)->verdict, Verdict::Unsupported);
    EXPECT_EQ(judge_compilation(*outcome)->reason, "NotImplementedError: native yield");
    // The same words where nothing documents them are a fail.
    const auto other =
        ScriptedCompiler("echo 'NotImplementedError: native yield' >&2; exit 1").compile(Emitter::Native);
    EXPECT_EQ(judge_compilation(*other)->verdict, Verdict::Fail);
}

TEST(MpyCross, ASignalIsACrashWithItsLastWords) {
    const auto outcome = ScriptedCompiler("echo 'Assertion failed.' >&2; kill -ABRT $$").compile();
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->kind, Kind::Crash);
    EXPECT_EQ(judge_compilation(*outcome)->verdict, Verdict::Crash);
    EXPECT_EQ(judge_compilation(*outcome)->reason, "mpy-cross was killed by SIGABRT: Assertion failed.");
}

TEST(MpyCross, AHangIsATimeout) {
    const auto outcome = ScriptedCompiler("sleep 60").compile(Emitter::Native, "x64", 1s);
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->kind, Kind::Hang);
    EXPECT_EQ(judge_compilation(*outcome)->verdict, Verdict::Timeout);
    EXPECT_THAT(judge_compilation(*outcome)->reason, HasSubstr("did not end within "));
}

TEST(MpyCross, WritingWithoutEndIsACrash) {
    const auto words = ScriptedCompiler("cat /dev/zero").compile();
    ASSERT_TRUE(words);
    EXPECT_EQ(words->kind, Kind::Crash);
    EXPECT_THAT(judge_compilation(*words)->reason, HasSubstr("output-flood"));
    const auto artifact = ScriptedCompiler("exec cat /dev/zero > $out").compile();
    ASSERT_TRUE(artifact);
    EXPECT_EQ(artifact->kind, Kind::Crash);
    EXPECT_THAT(judge_compilation(*artifact)->reason, HasSubstr("killed by SIGXFSZ"));
}

TEST(MpyCross, WordsBesideAnArtifactAreNoPartOfIt) {
    const auto chatty = ScriptedCompiler("echo compiling; printf 'M\\006\\013\\037rest' > $out").compile();
    ASSERT_TRUE(chatty);
    EXPECT_EQ(chatty->kind, Kind::Artifact);
    EXPECT_EQ(*chatty->octets, "M\x06\x0b\x1frest");
    // 1.25 says so when it cannot encode a branch, and goes on as if nothing were.
    const auto broken =
        ScriptedCompiler("echo 'ERROR: something out of range'; printf 'M\\006\\013\\037rest' > $out")
            .compile();
    ASSERT_TRUE(broken);
    EXPECT_EQ(broken->kind, Kind::Error);
    EXPECT_EQ(broken->octets, nullptr);
    EXPECT_EQ(judge_compilation(*broken)->reason, "ERROR: something out of range");
}

TEST(MpyCross, AnArtifactThatWasNotAskedForIsAnErrorByName) {
    const auto judged = [](const char* body, Emitter emitter = Emitter::Native,
                           const std::string& arch = "x64") {
        const auto outcome = ScriptedCompiler(body).compile(emitter, arch);
        EXPECT_TRUE(outcome);
        if (!outcome) return outcome.error().text();
        EXPECT_EQ(outcome->kind, Kind::Wrong);
        EXPECT_EQ(judge_compilation(*outcome)->verdict, Verdict::Error);
        return judge_compilation(*outcome)->reason;
    };
    EXPECT_THAT(judged("printf 'M\\006\\007\\037rest' > $out"),
                HasSubstr("asked for x64, the artifact is for x86"));
    EXPECT_THAT(judged("printf 'M\\006\\000\\037rest' > $out"), HasSubstr("no machine code"));
    EXPECT_THAT(judged("printf 'M\\006\\013\\037rest' > $out", Emitter::Bytecode, ""),
                HasSubstr("asked for no arch, the artifact is for x64"));
    EXPECT_THAT(judged("printf 'M\\005\\013\\037rest' > $out"), HasSubstr("version 5"));
    EXPECT_THAT(judged("printf 'hello world' > $out"), HasSubstr("wrote no .mpy file (11 octets)"));
    EXPECT_THAT(judged("true"), HasSubstr("wrote no .mpy file (0 octets)"));
    EXPECT_THAT(judged("printf 'M\\006\\377\\037rest' > $out"), HasSubstr("the unknown arch"));
}

TEST(MpyCross, BytecodeWithAnArchMayHaveNoMachineCode) {
    const auto outcome =
        ScriptedCompiler("printf 'M\\006\\000\\037rest' > $out").compile(Emitter::Bytecode, "x64");
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->kind, Kind::Artifact);
}

TEST(MpyCross, WhatIsNotTheCompilersOwnWordIsNoVerdict) {
    const auto loader =
        ScriptedCompiler("echo 'error while loading shared libraries: libfoo.so' >&2; exit 127").compile();
    ASSERT_FALSE(loader);
    EXPECT_EQ(loader.error().kind, ErrorKind::MissingTool);
    EXPECT_THAT(loader.error().text(), HasSubstr("libfoo.so"));
    const auto usage = ScriptedCompiler("echo 'usage: mpy-cross'; exit 1").compile();
    ASSERT_FALSE(usage);
    EXPECT_EQ(usage.error().kind, ErrorKind::Usage);
    EXPECT_THAT(usage.error().text(), HasSubstr("-march=x64"));
}

TEST(MpyCross, AProgramThatIsNoCompilerIsRefusedWithWhatItSaid) {
    const auto compiler = run_coroutine(MpyCross::open("echo", "/bin/echo"));
    ASSERT_FALSE(compiler);
    EXPECT_EQ(compiler.error().kind, ErrorKind::MissingTool);
    EXPECT_THAT(compiler.error().text(), HasSubstr("found \"echo (GNU coreutils)"));
    EXPECT_FALSE(run_coroutine(MpyCross::open("absent", "/nowhere/mpy-cross")));
}

TEST(MpyCross, TheCommandCanBeTypedAgain) {
    CompilerIdentity identity;
    identity.path = "/opt/mpy-cross";
    CompileRequest request;
    request.source = "/tests/basics/it's.py";
    request.source_name = "basics/it's.py";
    request.emitter = Emitter::Native;
    request.arch = "rv32imc";
    request.flags = {"-march-flags=zba"};
    request.optimisation = 2;
    EXPECT_THAT(compile_flags(request), ElementsAre("-march=rv32imc", "-march-flags=zba", "-O2", "-s",
                                                    "basics/it's.py", "-X", "emit=native"));
    EXPECT_THAT(
        compile_command(request, identity),
        HasSubstr(
            "/opt/mpy-cross -march=rv32imc -march-flags=zba -O2 -s 'basics/it'\\''s.py' -X emit=native -o"));
}

TEST(MpyCross, AnArchAmongTheFlagsTakesThePlaceOfTheOther) {
    CompileRequest request;
    request.source_name = "a.py";
    request.arch = "x64";
    request.flags = {"-march=x86"};
    EXPECT_EQ(request.asked_arch(), "x86");
    EXPECT_THAT(compile_flags(request), ElementsAre("-march=x86", "-s", "a.py", "-X", "emit=bytecode"));
    CompilerIdentity identity;
    identity.archs = {"x86", "x64"};
    EXPECT_TRUE(check_request(request, identity));
    request.flags = {"-march=rv64imc"};
    EXPECT_FALSE(check_request(request, identity));
}

/// With the pinned compilers that set-up fetched.
class RealCompilers : public ::testing::Test {
  protected:
    void SetUp() override {
        auto loaded = load_toolset(deps_folder(MPYCONFORM_SOURCE_DIR));
        if (!loaded) GTEST_SKIP() << "set-up has not run here: " << loaded.error().text();
        toolset = std::move(*loaded);
        ASSERT_FALSE(toolset.compilers.empty());
    }

    std::unique_ptr<CachingCompiler> open(const CompilerTool& tool) {
        auto compiler = run_coroutine(open_mpy_cross(tool.name, tool.path, &cache));
        EXPECT_TRUE(compiler) << compiler.error().text();
        return std::move(*compiler);
    }

    CompileRequest request(std::string source, Emitter emitter, std::string arch) {
        CompileRequest made;
        made.source_name = "our/test.py";
        made.emitter = emitter;
        made.arch = std::move(arch);
        made.octets = std::make_shared<const std::string>(std::move(source));
        return made;
    }

    TemporaryDirectory folder = TemporaryDirectory::create("real-compilers-").value();
    OutcomeCache cache{folder.path()};
    Toolset toolset;
};

TEST_F(RealCompilers, EmitEveryArchThatTheyName) {
    for (const CompilerTool& tool : toolset.compilers) {
        const auto compiler = open(tool);
        EXPECT_EQ(compiler->identity().release.text(), tool.release);
        EXPECT_EQ(compiler->identity().mpy_version, 6);
        for (const char* arch : {"x86", "x64", "armv6", "armv6m", "armv7m", "armv7em", "armv7emsp",
                                 "armv7emdp", "xtensa", "xtensawin", "rv32imc"}) {
            EXPECT_THAT(compiler->identity().archs, Contains(arch));
            for (const Emitter emitter : kEmitters) {
                const auto outcome = run_coroutine(
                    compiler->compile(request("def f(a):\n    return a\nprint(f(1))\n", emitter, arch)));
                ASSERT_TRUE(outcome) << outcome.error().text();
                EXPECT_EQ(outcome->kind, Kind::Artifact) << arch << " " << outcome->message;
            }
        }
        EXPECT_FALSE(run_coroutine(compiler->compile(request("", Emitter::Native, "rv64imc"))));
    }
}

TEST_F(RealCompilers, GiveTheSameOctetsAsWhenTheyReadAndWriteFiles) {
    const std::string source =
        "class A:\n    x = 'text'\n    def f(self, *a, k=1.5):\n        return a, k, 1 << 80\n";
    const fs::path path = folder.path() / "test.py";
    ASSERT_TRUE(write_file_atomically(path, source));
    for (const CompilerTool& tool : toolset.compilers) {
        const auto compiler = open(tool);
        const auto outcome = run_coroutine(compiler->compile(request(source, Emitter::Native, "armv7m")));
        ASSERT_TRUE(outcome);
        Command command;
        command.argv = {tool.path.string(),
                        "-march=armv7m",
                        "-s",
                        "our/test.py",
                        "-X",
                        "emit=native",
                        "-o",
                        (folder.path() / "out.mpy").string(),
                        path.string()};
        ASSERT_EQ(run_coroutine(run_process(command, {}))->exit_code, 0);
        EXPECT_EQ(*outcome->octets, read_file(folder.path() / "out.mpy").value());
    }
}

TEST_F(RealCompilers, ErrorsNameTheSourceAndEmptySourcesCompile) {
    for (const CompilerTool& tool : toolset.compilers) {
        const auto compiler = open(tool);
        const auto outcome = run_coroutine(compiler->compile(request("x = (\n", Emitter::Bytecode, "")));
        ASSERT_TRUE(outcome);
        EXPECT_EQ(outcome->kind, Kind::Error);
        EXPECT_THAT(outcome->message, HasSubstr("File \"our/test.py\", line 2"));
        EXPECT_EQ(outcome->last_line(), "SyntaxError: invalid syntax");
        EXPECT_EQ(run_coroutine(compiler->compile(request("", Emitter::Bytecode, "")))->kind, Kind::Artifact);
    }
}

TEST_F(RealCompilers, ABareRaiseCrashesOldReleasesAndIsRefusedByNewOnes) {
    const std::string source = "def f():\n    try:\n        g()\n    except OSError:\n        raise\n";
    for (const CompilerTool& tool : toolset.compilers) {
        const auto compiler = open(tool);
        const auto outcome = run_coroutine(compiler->compile(request(source, Emitter::Native, "x64")));
        ASSERT_TRUE(outcome);
        const bool refuses = compiler->identity().release >= Release::parse("1.29").value();
        EXPECT_EQ(outcome->kind, refuses ? Kind::Refused : Kind::Crash) << outcome->message;
        if (!refuses) {
            EXPECT_THAT(judge_compilation(*outcome)->reason, HasSubstr("SIGABRT"));
        }
    }
}

TEST_F(RealCompilers, OldReleasesRefuseABranchTooFarOnXtensa) {
    std::string source = "def f(a):\n    while a:\n";
    for (int i = 0; i < 6000; ++i) source += "        a = a + 1\n";
    for (const CompilerTool& tool : toolset.compilers) {
        const auto compiler = open(tool);
        CompileRequest asked = request(source, Emitter::Native, "xtensa");
        const auto outcome = run_coroutine(compiler->compile(asked));
        ASSERT_TRUE(outcome);
        if (compiler->identity().release < Release::parse("1.26").value()) {
            EXPECT_EQ(outcome->kind, Kind::Refused) << outcome->message;
            EXPECT_EQ(outcome->last_line(), "ERROR: xtensa bccz out of range");
        } else {
            EXPECT_EQ(outcome->kind, Kind::Artifact) << outcome->message;
        }
        asked.arch = "x64";
        EXPECT_EQ(run_coroutine(compiler->compile(asked))->kind, Kind::Artifact);
    }
}

TEST_F(RealCompilers, AreAskedForTheirIdentityOnce) {
    const CompilerTool& tool = toolset.compilers.front();
    const CompilerIdentity first = open(tool)->identity();
    const std::size_t stored = cache.counts().stored;
    const CompilerIdentity second = open(tool)->identity();
    EXPECT_EQ(cache.counts().stored, stored);
    EXPECT_EQ(first.version, second.version);
    EXPECT_EQ(first.archs, second.archs);
    EXPECT_EQ(first.hash, second.hash);
    EXPECT_EQ(first.release, second.release);
}

}  // namespace
}  // namespace harness
