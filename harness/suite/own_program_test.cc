#include "harness/suite/own_program.h"

#include <gtest/gtest.h>

namespace harness::own {
namespace {

Result<Program> read(std::string source) {
    return read_program(std::move(source), "area/t.py", {});
}

std::string error_of(std::string source) {
    const auto program = read(std::move(source));
    return program ? "no error" : program.error().text();
}

TEST(OwnProgram, TheLeastHeaderIsOneSentence) {
    const auto program = read("# about: one thing\nprint(1)\n");
    ASSERT_TRUE(program) << program.error().text();
    EXPECT_EQ(program->about, "one thing");
    EXPECT_EQ(program->emitters, (std::vector<Emitter>{Emitter::Bytecode, Emitter::Native}));
    EXPECT_FALSE(program->expect);
    EXPECT_FALSE(program->has_machine_code);
}

TEST(OwnProgram, ReadsEveryKey) {
    const auto program = read(
        "# about: a long\n"
        "#   sentence\n"
        "#\n"
        "# needs: arch in (x64, x86) and float\n"
        "# needs: release >= 1.26\n"
        "# emitters: native viper\n"
        "# time-factor: 2.5\n"
        "# helper: other from other.py emit=bytecode arch=x86\n"
        "# artifact-edit: truncate 3\n"
        "# artifact-edit: version 5\n"
        "# unsupported: too many locals if arch == armv6m\n"
        "# differs: MicroPython says less\n"
        "# expect: the difference\n"
        "#| a\n"
        "#|  b\n"
        "#|\n"
        "@micropython.viper\n"
        "# key: this is no header any more\n");
    ASSERT_TRUE(program) << program.error().text();
    EXPECT_EQ(program->about, "a long sentence");
    EXPECT_EQ(program->needs, "(arch in (x64, x86) and float) and (release >= 1.26)");
    EXPECT_EQ(program->emitters, (std::vector<Emitter>{Emitter::Native, Emitter::Viper}));
    EXPECT_EQ(program->time_factor, 2.5);
    ASSERT_EQ(program->helpers.size(), 1U);
    EXPECT_EQ(program->helpers[0].emitter, Emitter::Bytecode);
    EXPECT_EQ(program->helpers[0].arch, "x86");
    EXPECT_EQ(program->helpers[0].edits, (std::vector<std::string>{"truncate 3", "version 5"}));
    ASSERT_EQ(program->unsupported.size(), 1U);
    EXPECT_EQ(program->unsupported[0].text, "too many locals");
    EXPECT_EQ(program->unsupported[0].when, "arch == armv6m");
    EXPECT_EQ(program->expect, "a\n b\n\n");
    EXPECT_TRUE(program->has_machine_code);
}

TEST(OwnProgram, OneEmitterIsEnoughForDecoratedCode) {
    const auto program = read("# about: x\n# emitters: any\n@micropython.viper\n");
    ASSERT_TRUE(program) << program.error().text();
    EXPECT_TRUE(program->any_emitter);
    EXPECT_EQ(program->emitters, (std::vector<Emitter>{Emitter::Bytecode, Emitter::Native}));
    EXPECT_NE(error_of("# about: x\n# emitters: any\nprint(1)\n").find("nothing is decorated"),
              std::string::npos);
    EXPECT_NE(error_of("# about: x\n# emitters: any\n# emitters: native\n@micropython.viper\n")
                  .find("contradict each other"),
              std::string::npos);
}

TEST(OwnProgram, MistakesAreNamed) {
    EXPECT_EQ(
        error_of("print(1)\n"),
        "area/t.py:1: the header has no '# about:' line, which says in one sentence what the program checks");
    EXPECT_NE(error_of("# about: x\n# abuot: y\n").find("area/t.py:2: unknown key 'abuot'"),
              std::string::npos);
    EXPECT_NE(error_of("# about: x\n# needs: arhc == x64\n").find("area/t.py:2: column 1: "),
              std::string::npos);
    EXPECT_NE(error_of("# about: x\n# remark\n").find("is not '# key: value'"), std::string::npos);
    EXPECT_NE(error_of("# about: x\n# emitters: nativ\n").find("unknown emitter 'nativ'"), std::string::npos);
    EXPECT_NE(error_of("# about: x\n# about: y\n").find("given twice"), std::string::npos);
    EXPECT_NE(error_of("# about: x\n# expect: y\n").find("a program that prints nothing proves nothing"),
              std::string::npos);
    EXPECT_NE(error_of("# about: x\n#| y\n").find("belong below"), std::string::npos);
    EXPECT_NE(error_of("# about: x\n# differs: y\n").find("state the output"), std::string::npos);
    EXPECT_NE(error_of("# about: x\n# artifact-edit: truncate 3\n").find("there is none"), std::string::npos);
    EXPECT_NE(error_of("# about: x\n# helper: a from a.py\n# artifact-edit: shorten 3\n")
                  .find("unknown artifact edit 'shorten 3'"),
              std::string::npos);
    EXPECT_NE(error_of("# about: x\n# helper: a from a.py\n# artifact-edit: truncate 3\n")
                  .find("CPython cannot load"),
              std::string::npos);
    EXPECT_NE(error_of("# about: x\n# time-factor: soon\n").find("not a factor"), std::string::npos);
    EXPECT_NE(error_of("# about: x\n# refused: y\n# expect: z\n#| z\n").find("exclude each other"),
              std::string::npos);
}

}  // namespace
}  // namespace harness::own
