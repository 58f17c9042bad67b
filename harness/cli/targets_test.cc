// Which targets are made of which names; nothing is started. Needs what ci/setup fetched.
#include "harness/cli/targets.h"

#include <gmock/gmock.h>

#include <set>

#include "harness/target/machine_file.h"

namespace harness {
namespace {

using ::testing::HasSubstr;

class TargetsTest : public ::testing::Test {
  protected:
    void SetUp() override {
        project_.root = MPYCONFORM_SOURCE_DIR;
        project_.deps = deps_folder(project_.root);
        auto tools = load_toolset(project_.deps);
        ASSERT_TRUE(tools) << tools.error().text();
        tools_ = std::move(*tools);
        auto pool = WorkspacePool::create();
        ASSERT_TRUE(pool) << pool.error().text();
        workspaces_ = std::move(*pool);
    }
    [[nodiscard]] Result<TargetSet> make(std::vector<std::string> names,
                                         std::vector<std::string> micropython = {}) {
        TargetWishes wishes;
        wishes.names = std::move(names);
        wishes.micropython = std::move(micropython);
        wishes.no_cache = true;
        return make_targets(project_, tools_, *workspaces_, wishes);
    }

    Project project_;
    Toolset tools_;
    std::unique_ptr<WorkspacePool> workspaces_;
};

TEST_F(TargetsTest, TheWordMachinesStandsForAllOfOurOwnThatAreNotThereOnRequestOnly) {
    const auto files = load_machine_files(project_.root / "qemu-configs");
    ASSERT_TRUE(files) << files.error().text();
    std::set<std::string> expected;
    for (const MachineFile& file : *files)
        if (!file.on_request && file.board.empty() && file.firmware_file.empty()) expected.insert(file.name);
    const auto made = make({"machines"});
    ASSERT_TRUE(made) << made.error().text();
    std::set<std::string> names;
    for (const MachineTarget* machine : made->machines) names.insert(machine->description().name);
    for (const TargetDescription& unusable : made->unusable) names.insert(unusable.name);
    EXPECT_EQ(names, expected);
    EXPECT_GE(names.size(), 12U);
    EXPECT_TRUE(made->processes.empty());
    EXPECT_TRUE(made->boards.empty());
}

TEST_F(TargetsTest, OtherNamesMayStandBesideTheWordMachines) {
    const auto made = make({"machines", "unix-x64"});
    ASSERT_TRUE(made) << made.error().text();
    ASSERT_EQ(made->processes.size(), 1U);
    EXPECT_EQ(made->processes.front()->description().name, "unix-x64");
    EXPECT_FALSE(made->machines.empty());
}

TEST_F(TargetsTest, TheWordMachinesIsRefusedWhereThereAreNone) {
    const auto made = make({"machines"}, {"/bin/true"});
    ASSERT_FALSE(made);
    EXPECT_THAT(made.error().text(), HasSubstr("there is no target \"machines\""));
}

}  // namespace
}  // namespace harness
