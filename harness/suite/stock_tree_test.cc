#include "harness/suite/stock_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/files.h"

namespace harness {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Capabilities linux_target() {
    Capabilities target;
    target.platform = "linux";
    target.build = "standard";
    target.arch = "x64";
    target.float_bits = 64;
    target.unicode = true;
    target.thread = "GIL";
    target.byte_order = "little";
    target.error_reporting = "detailed";
    target.features = {"native_emitter", "slice", "const", "int_big"};
    return target;
}

class StockTreeTest : public ::testing::Test {
  protected:
    void SetUp() override {
        write("py/mpconfig.h",
              "#define MICROPY_VERSION_MAJOR 1\n#define MICROPY_VERSION_MINOR 29\n#define "
              "MICROPY_VERSION_MICRO 0\n"
              "#define MICROPY_VERSION_PRERELEASE 1\n");
        write("tests/basics/b.py", "print(1)\n");
        write("tests/basics/a.py", "print(1)\n");
        write("tests/basics/.hidden.py", "");
        write("tests/basics/a.py.exp", "1\n");
        write("tests/basics/a.py.native.exp", "2\n");
        write("tests/basics/sub/deep.py", "");
        write("tests/cmdline/cmd_x.py", "# cmdline: -v -v\n");
        write("tests/cmdline/cmd_x.py.exp", "");
        write("tests/cmdline/repl_x.py", "# sigint: 1\n");
        write("tests/thread/t.py", "");
        write("tests/net_hosted/n.py", "s.bind(a)\n");
    }
    void write(const std::string& name, std::string_view text) {
        ASSERT_TRUE(write_file_atomically(folder_->path() / name, text));
    }
    fs::path root() const { return folder_->path() / "tests"; }
    StockTree open(StockTreeOptions options = {}) {
        options.root = root();
        auto tree = StockTree::open(std::move(options));
        EXPECT_TRUE(tree) << (tree ? "" : tree.error().text());
        return std::move(*tree);
    }
    std::string refusal(StockTreeOptions options) {
        if (options.root.empty()) options.root = root();
        const auto tree = StockTree::open(std::move(options));
        return tree ? "opened" : tree.error().text();
    }
    static std::vector<std::string> ids(StockTree& tree, const Capabilities& target = linux_target()) {
        std::vector<std::string> list;
        for (const auto& test : tree.tests_for(target).value()) list.push_back(test->id);
        return list;
    }
    static std::shared_ptr<const harness::Test> find(StockTree& tree, const std::string& id) {
        for (const auto& test : tree.tests_for(linux_target()).value())
            if (test->id == id) return test;
        ADD_FAILURE() << "no test " << id;
        return nullptr;
    }

    Result<TemporaryDirectory> folder_ = TemporaryDirectory::create("stock-tree-test-");
};

TEST_F(StockTreeTest, FindsTheDefaultFoldersSortedWithoutRecursion) {
    StockTree tree = open();
    EXPECT_THAT(ids(tree), ElementsAre("basics/a.py", "basics/b.py", "cmdline/cmd_x.py", "cmdline/repl_x.py",
                                       "thread/t.py"));
    Capabilities no_threads = linux_target();
    no_threads.thread = "";
    EXPECT_THAT(ids(tree, no_threads),
                ElementsAre("basics/a.py", "basics/b.py", "cmdline/cmd_x.py", "cmdline/repl_x.py"));
}

TEST_F(StockTreeTest, ReadsTheReleaseBesideTheTree) {
    EXPECT_EQ(open().release_text(), "1.29.0-preview (py/mpconfig.h)");
    EXPECT_EQ(open({.release = Release{1, 25, 0, false}}).release_text(), "1.25.0 (stated)");
    write("py/mpconfig.h",
          "#define MICROPY_VERSION_MAJOR (1)\n#define MICROPY_VERSION_MINOR (25)\n#define "
          "MICROPY_VERSION_MICRO (0)\n");
    EXPECT_EQ(open().release_text(), "1.25.0 (py/mpconfig.h)");
    write("py/mpconfig.h", "nothing\n");
    const StockTree unknown = open();
    EXPECT_FALSE(unknown.release());
    EXPECT_FALSE(unknown.rules_fit());
    EXPECT_EQ(
        unknown.release_text(),
        "1.29, the newest here: no py/mpconfig.h beside the tree tells its release (--tests-release does)");
}

TEST_F(StockTreeTest, SaysThatATreeIsNewerThanEveryRule) {
    EXPECT_TRUE(open().rules_fit());
    const StockTree newer = open({.release = Release{1, 31, 0, false}});
    EXPECT_FALSE(newer.rules_fit());
    EXPECT_EQ(newer.release_text(), "1.29, the newest here: the tree is of 1.31.0 (stated)");
}

TEST_F(StockTreeTest, OldTreesSelectByPlatform) {
    StockTree tree = open({.release = Release{1, 25, 0, false}});
    EXPECT_THAT(ids(tree),
                ElementsAre("basics/a.py", "basics/b.py", "cmdline/cmd_x.py", "cmdline/repl_x.py"));
}

TEST_F(StockTreeTest, TheSameTestIsTheSameObject) {
    StockTree tree = open();
    EXPECT_EQ(tree.tests_for(linux_target()).value()[0], tree.tests_for(Capabilities{}).value()[0]);
}

TEST_F(StockTreeTest, ReadsWhatATestIs) {
    StockTree tree = open();
    const auto test = find(tree, "basics/a.py");
    EXPECT_EQ(test->suite, "micropython");
    EXPECT_EQ(test->kind, TestKind::Program);
    EXPECT_EQ(test->path, root() / "basics/a.py");
    EXPECT_EQ(test->working_directory, root() / "basics");
    EXPECT_EQ(test->source_name, "basics/a.py");
    EXPECT_EQ(test->expectation.exp_file, root() / "basics/a.py.exp");
    ASSERT_EQ(test->expectation.emitter_exp_files.size(), 1U);
    EXPECT_EQ(test->expectation.emitter_exp_files[0].first, Emitter::Native);
    EXPECT_FALSE(test->expectation.exp_is_pattern);
    EXPECT_FALSE(test->named);
    EXPECT_TRUE(find(tree, "basics/b.py")->expectation.exp_file.empty());
}

TEST_F(StockTreeTest, SpecialTestsBringTheirCommandLineAndWhatIsTyped) {
    StockTree tree = open();
    const Capabilities target = linux_target();
    const auto line = find(tree, "cmdline/cmd_x.py");
    EXPECT_EQ(line->kind, TestKind::CommandLine);
    EXPECT_THAT(line->arguments, ElementsAre("-v", "-v"));
    EXPECT_TRUE(line->expectation.exp_is_pattern);
    EXPECT_EQ(tree.left_out(*line, {target}), std::nullopt);
    const auto typed = find(tree, "cmdline/repl_x.py");
    EXPECT_EQ(typed->kind, TestKind::Repl);
    EXPECT_TRUE(typed->wants_sigint);
    EXPECT_EQ(tree.left_out(*typed, {target}), std::nullopt);
    EXPECT_TRUE(typed->timed);
    ASSERT_FALSE(typed->typed.empty());
    EXPECT_EQ(typed->typed.front().octets, "# sigint: 1\n");
    EXPECT_EQ(tree.left_out(*find(tree, "basics/a.py"), {target}), std::nullopt);
}

TEST_F(StockTreeTest, ViperIsTakenOnRequest) {
    const Capabilities target = linux_target();
    StockTree tree = open();
    const RequirementScope viper{target, Mode::Mpy, Emitter::Viper};
    EXPECT_TRUE(tree.left_out(*find(tree, "basics/a.py"), viper));
    StockTree taking = open({.takes_viper = true});
    EXPECT_FALSE(taking.left_out(*find(taking, "basics/a.py"), viper));
}

TEST_F(StockTreeTest, NamedFilesRunInTheirOrderWhateverTheFolder) {
    StockTree tree = open({.files = {"thread/t.py", "basics/../net_hosted/n.py",
                                     (root() / "basics/a.py").string(), "thread/t.py"}});
    EXPECT_THAT(ids(tree), ElementsAre("thread/t.py", "net_hosted/n.py", "basics/a.py"));
    EXPECT_TRUE(find(tree, "net_hosted/n.py")->named);
    EXPECT_EQ(find(tree, "net_hosted/n.py")->exclusive, "network");
}

TEST_F(StockTreeTest, NamedFilesComeBeforeNamedFolders) {
    StockTree tree = open({.files = {"thread/t.py", "basics/b.py"}, .folders = {"basics"}});
    EXPECT_THAT(ids(tree), ElementsAre("thread/t.py", "basics/b.py", "basics/a.py"));
}

TEST_F(StockTreeTest, FilesOutsideTheTreeKeepTheirAbsolutePath) {
    write("elsewhere/x.py", "");
    write("elsewhere/x.py.exp", "");
    const std::string outside = (folder_->path() / "elsewhere/x.py").string();
    StockTree tree = open({.files = {outside, "../elsewhere/x.py"}});
    EXPECT_THAT(ids(tree), ElementsAre(outside));
    EXPECT_FALSE(find(tree, outside)->expectation.exp_file.empty());
}

TEST_F(StockTreeTest, NamedFoldersReplaceTheDefaultOnes) {
    StockTree tree = open({.folders = {"thread", "basics/sub"}});
    EXPECT_THAT(ids(tree), ElementsAre("basics/sub/deep.py", "thread/t.py"));
    EXPECT_TRUE(find(tree, "thread/t.py")->named);
}

TEST_F(StockTreeTest, TheTreeItselfStandsForTheDefaultFolders) {
    StockTree tree = open({.folders = {".", "net_hosted"}});
    EXPECT_THAT(ids(tree), ElementsAre("basics/a.py", "basics/b.py", "cmdline/cmd_x.py", "cmdline/repl_x.py",
                                       "thread/t.py", "net_hosted/n.py"));
    EXPECT_FALSE(find(tree, "basics/a.py")->named);
}

TEST_F(StockTreeTest, LinkedTestsAreSkippedByTheirRealName) {
    write("tests/float/complex1.py", "");
    fs::create_symlink("../float/complex1.py", root() / "basics/link.py");
    StockTree tree = open();
    const Capabilities target = linux_target();
    EXPECT_EQ(tree.left_out(*find(tree, "basics/link.py"), {target}), "needs complex");
}

TEST_F(StockTreeTest, RulesMayComeFromAFile) {
    write("rules.toml",
          "schema = 1\nreplaces = true\nnewest_release = \"1.29.0\"\n[[folder]]\npath = "
          "\"net_hosted\"\n[[skip]]\ntests = "
          "\"*\"\nneeds = \"async\"\n");
    const Capabilities target = linux_target();
    StockTree replaced = open({.rules_files = {folder_->path() / "rules.toml"}});
    EXPECT_THAT(ids(replaced), ElementsAre("net_hosted/n.py"));
    EXPECT_EQ(replaced.left_out(*find(replaced, "net_hosted/n.py"), {target}), "needs async");
    write("more.toml",
          "schema = 1\n[[folder]]\npath = \"net_hosted\"\n[[skip]]\ntests = \"basics/a.py\"\nwhen = "
          "\"platform == "
          "linux\"\nreason = \"we broke it\"\n");
    StockTree added = open({.rules_files = {folder_->path() / "more.toml"}});
    EXPECT_THAT(ids(added), ElementsAre("basics/a.py", "basics/b.py", "cmdline/cmd_x.py", "cmdline/repl_x.py",
                                        "net_hosted/n.py", "thread/t.py"));
    EXPECT_EQ(added.left_out(*find(added, "basics/a.py"), {target}), "we broke it");
}

TEST_F(StockTreeTest, ATestThatTheUsersRulesNameHasToBeThere) {
    write("rules.toml", "schema = 1\n\n[[run]]\ntests = [\"basics/a.py\", \"basics/none.py\", \"none/*\"]\n");
    EXPECT_THAT(refusal({.rules_files = {folder_->path() / "rules.toml"}}),
                AllOf(HasSubstr("rules.toml:4"), HasSubstr("names the test 'basics/none.py'")));
    write("rules.toml", "schema = 1\n[[run]]\ntests = \"basics/none.py\"\nreleases = \"1.20\"\n");
    StockTree tree = open({.rules_files = {folder_->path() / "rules.toml"}});
    EXPECT_EQ(ids(tree).size(), 5U);
}

TEST_F(StockTreeTest, RulesSeeTheEnvironment) {
    write("tests/misc/sys_settrace_features.py", "");
    StockTree tree = open(
        {.environment = {
             {"GITHUB_ACTIONS", "true"}, {"RUNNER_OS", "Windows"}, {"CI_BUILD_CONFIGURATION", "Debug"}}});
    const Capabilities target = linux_target();
    EXPECT_TRUE(tree.left_out(*find(tree, "misc/sys_settrace_features.py"), {target, Mode::Source}));
    StockTree other = open();
    EXPECT_FALSE(other.left_out(*find(other, "misc/sys_settrace_features.py"), {target, Mode::Source}));
}

TEST_F(StockTreeTest, RefusesWhatIsNotThere) {
    EXPECT_THAT(refusal({.root = folder_->path()}), HasSubstr("no MicroPython tests tree"));
    EXPECT_THAT(refusal({.root = folder_->path() / "nowhere"}), HasSubstr("no MicroPython tests tree"));
    EXPECT_THAT(refusal({.files = {"basics/none.py"}}), HasSubstr("there is no test 'basics/none.py'"));
    EXPECT_THAT(refusal({.files = {"basics"}}), HasSubstr("there is no test 'basics'"));
    EXPECT_THAT(refusal({.folders = {"none"}}), HasSubstr("there is no folder 'none'"));
    fs::create_directory(root() / "empty");
    EXPECT_THAT(refusal({.folders = {"empty"}}), HasSubstr("has no tests"));
    EXPECT_THAT(refusal({.rules_files = {folder_->path() / "none.toml"}}), HasSubstr("none.toml"));
    write("bad.toml", "schema = 1\n\nx = 1\n");
    EXPECT_THAT(refusal({.rules_files = {folder_->path() / "bad.toml"}}), HasSubstr("bad.toml:3"));
}

}  // namespace
}  // namespace harness
