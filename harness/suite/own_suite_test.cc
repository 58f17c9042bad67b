#include "harness/suite/own_suite.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "harness/base/files.h"

namespace harness::own {
namespace {

class OwnSuite : public testing::Test {
  protected:
    void write(const std::string& name, const std::string& text) {
        ASSERT_TRUE(write_file_atomically(folder_->path() / name, text));
    }

    Result<TemporaryDirectory> folder_ = TemporaryDirectory::create("own-suite");
};

TEST_F(OwnSuite, FindsProgramsAndExpandsTemplates) {
    write("README.md", "no test");
    write("stray.py", "no test either: not in an area");
    write("b/one.py", "# about: x\n# helper: other from other.py\nimport other\n");
    write("b/helpers/other.py", "print(2)\n");
    write("a/ladder.py", "# each: n in 1 2\n# about: {{n}}\nprint({{n}})\n");
    const auto suite = load_suite(folder_->path());
    ASSERT_TRUE(suite) << suite.error()[0].text();
    ASSERT_EQ(suite->programs.size(), 3U);
    EXPECT_EQ(suite->files, 2U);
    EXPECT_EQ(suite->programs[0].id, "a/ladder.py@n=1");
    EXPECT_EQ(suite->programs[1].id, "a/ladder.py@n=2");
    EXPECT_EQ(suite->programs[1].source, "# about: 2\nprint(2)\n");
    EXPECT_EQ(suite->programs[2].id, "b/one.py");
    EXPECT_EQ(suite->programs[2].area, "b");
    EXPECT_EQ(suite->programs[2].helpers[0].source, "print(2)\n");
}

TEST_F(OwnSuite, WritesProgramsAndHelpersOutOnce) {
    write("s/b/one.py",
          "# about: x\n# emitters: native\n# needs: float\n# helper: other from o.py emit=bytecode\nimport "
          "other\n");
    write("s/b/helpers/o.py", "print(2)\n");
    write("s/a/ladder.py",
          "# each: n in 1 2\n# about: {{n}}\n# refused: no if arch == x86\n@micropython.native\n");
    const auto suite = load_suite(folder_->path() / "s");
    ASSERT_TRUE(suite) << suite.error()[0].text();
    const auto out = folder_->path() / "out";
    const auto tests = make_tests(*suite, out);
    ASSERT_TRUE(tests) << tests.error().text();
    ASSERT_EQ(tests->size(), 3U);
    EXPECT_EQ((*tests)[1].id, "a/ladder.py@n=2");
    EXPECT_EQ((*tests)[1].path, out / "a/ladder.py@n=2/ladder.py");
    EXPECT_EQ((*tests)[1].source_name, "a/ladder.py");
    EXPECT_TRUE((*tests)[1].has_machine_code);
    EXPECT_EQ((*tests)[1].refused[0].when, "arch == x86");
    EXPECT_EQ(*read_file((*tests)[1].path),
              "# about: 2\n# refused: no if arch == x86\n@micropython.native\n");
    const harness::Test& one = (*tests)[2];
    EXPECT_EQ(one.needs.requires_expression, "(float)");
    EXPECT_EQ(one.needs.emitters, std::vector<Emitter>{Emitter::Native});
    ASSERT_EQ(one.helpers.size(), 1U);
    EXPECT_EQ(one.helpers[0].path, out / "b/one.py/other.py");
    EXPECT_EQ(one.helpers[0].emitter, Emitter::Bytecode);
    EXPECT_EQ(*read_file(one.helpers[0].path), "print(2)\n");
    const auto stamp = std::filesystem::last_write_time(one.path);
    ASSERT_TRUE(make_tests(*suite, out));
    EXPECT_EQ(std::filesystem::last_write_time(one.path), stamp);
}

TEST_F(OwnSuite, AHelperOfMachineCodeTiesItsProgramToTheJobsArch) {
    const auto tied = [&](const std::string& header, const std::string& source) {
        write("s/b/one.py", "# about: x\n# helper: other from o.py" + header + "\nimport other\n");
        write("s/b/helpers/o.py", source);
        const auto suite = load_suite(folder_->path() / "s");
        EXPECT_TRUE(suite) << suite.error()[0].text();
        const auto tests = make_tests(*suite, folder_->path() / "out");
        EXPECT_TRUE(tests) << tests.error().text();
        return tests->front().has_machine_code;
    };
    EXPECT_FALSE(tied("", "print(2)\n"));
    EXPECT_TRUE(tied(" emit=native", "print(2)\n"));
    EXPECT_TRUE(tied("", "@micropython.viper\ndef f():\n    pass\n"));
    EXPECT_FALSE(tied(" emit=native arch=armv6m", "print(2)\n")) << "it is of its own arch";
}

TEST_F(OwnSuite, ReportsEveryMistakeAtOnce) {
    write("a/one.py", "print(1)\n");
    write("a/two.py", "# about: x\n# helper: m from missing.py\n");
    const auto suite = load_suite(folder_->path());
    ASSERT_FALSE(suite);
    ASSERT_EQ(suite.error().size(), 2U);
    EXPECT_EQ(suite.error()[0].where.file, "a/one.py");
    EXPECT_NE(suite.error()[1].message.find("the helper 'a/helpers/missing.py' cannot be read"),
              std::string::npos);
}

TEST_F(OwnSuite, NothingFoundIsAnError) {
    EXPECT_FALSE(load_suite(folder_->path()));
    EXPECT_FALSE(load_suite(folder_->path() / "missing"));
}

// The suites that the project ships.
TEST(OwnSuites, AreWellFormed) {
    const auto suite = load_suite(MPYCONFORM_SOURCE_DIR "/suites");
    if (!suite) {
        for (const auto& error : suite.error()) ADD_FAILURE() << error.text();
        return;
    }
    EXPECT_GE(suite->files, 150U);
    std::set<std::string> ids;
    for (const auto& program : suite->programs) {
        EXPECT_TRUE(ids.insert(program.id).second) << program.id;
        EXPECT_EQ(program.id.find_first_of(" \t\"'$&*?[](){}<>|;\\`!#~"), std::string::npos) << program.id;
        EXPECT_LE(program.id.size(), 120U) << program.id;
        EXPECT_FALSE(program.about.empty()) << program.id;
    }
}

}  // namespace
}  // namespace harness::own
