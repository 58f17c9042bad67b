#include "harness/cli/tree_tools.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/use_awaitable.hpp>

#include "harness/process/process.h"

namespace harness {
namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

using Say = std::function<void(const std::string&)>;

constexpr const char* kBuilds = "builds";

/// Does this command end well?
asio::awaitable<bool> works(std::vector<std::string> argv, std::string input) {
    Command command;
    command.argv = std::move(argv);
    command.environment = inherited_environment();
    command.input = std::move(input);
    const auto ran = co_await run_process(std::move(command), Limits{});
    co_return ran && ran->ending == Ending::Exited && ran->exit_code == 0;
}

asio::awaitable<bool> makes_32_bit_programs(std::vector<std::string> compiler) {
    compiler.insert(compiler.end(), {"-static", "-x", "c", "-", "-lm", "-lpthread", "-o", "/dev/null"});
    std::string program = "#include <stdio.h>\nint main(void) { return puts(\"\") < 0; }\n";
    co_return co_await works(std::move(compiler), std::move(program));
}

/// A port that is wanted, with what the host has for it; `missing` says why it cannot be built at all.
struct WantedPort {
    std::string name;
    std::string arch;
    UnixHost host;
    std::string missing;
};

WantedPort port_named(const char* name, const char* arch) {
    WantedPort port;
    port.name = name;
    port.arch = arch;
    return port;
}

asio::awaitable<WantedPort> wanted_x64() {
    WantedPort port = port_named("unix-x64", "x64");
    const std::vector<std::string> ask{"pkg-config", "--exists", "libffi"};
    const bool has_libffi = co_await works(ask, std::string());
    port.host.has_libffi = has_libffi;
    co_return port;
}

asio::awaitable<WantedPort> wanted_x86() {
    WantedPort port = port_named("unix-x86", "x86");
    port.host.is_32_bit = true;
    const std::vector<std::string> cross{"i686-linux-gnu-gcc"};
    const bool has_cross = co_await makes_32_bit_programs(cross);
    if (has_cross) {
        port.host.cross_prefix = "i686-linux-gnu-";
        co_return port;
    }
    const std::vector<std::string> multilib{"gcc", "-m32"};
    const bool has_multilib = co_await makes_32_bit_programs(multilib);
    if (!has_multilib)
        port.missing =
            "no compiler here makes 32-bit programs: install the Debian package gcc-i686-linux-gnu, or "
            "gcc-multilib. The machine pc-i386 runs the same native code";
    co_return port;
}

struct KnownPort {
    const char* name;
    asio::awaitable<WantedPort> (*ask)();
};
constexpr KnownPort kPorts[] = {{"unix-x64", wanted_x64}, {"unix-x86", wanted_x86}};

std::string seconds_since(std::chrono::steady_clock::time_point start) {
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    return fmt::format("{:.1f} s", took.count());
}

/// For a person who waits; it is no note of the run.
std::function<void()> told_to_wait(const std::string& what) {
    return [what] { fmt::print(stderr, "mpyconform: building {}\n", what); };
}

asio::awaitable<Result<RuntimeTool>> make_port(const WantedPort& port, const SourceTree& tree,
                                               const fs::path& compiler, const Project& project,
                                               unsigned jobs, const Say& say) {
    RuntimeTool runtime;
    runtime.name = port.name;
    runtime.kind = "unix";
    runtime.release = runtime.compiler = tree.release.text();
    runtime.arch = port.arch;
    runtime.unavailable = port.missing;
    if (!tree.has_unix) runtime.unavailable = fmt::format("{} has no ports/unix", tree.root.string());
    if (!runtime.unavailable.empty()) co_return runtime;
    UnixBuild wanted =
        unix_build(tree, port.host, port.name, compiler,
                   project.root / "firmware" / "unix-frozen" / "manifest.py", project.cache / kBuilds);
    wanted.build.jobs = jobs;
    wanted.build.starting = told_to_wait(wanted.build.what);
    if (!wanted.left_out.empty())
        say(fmt::format("{} of the tree is built without {}", port.name, fmt::join(wanted.left_out, ", ")));
    const auto started = std::chrono::steady_clock::now();
    const auto made = co_await make_build(std::move(wanted.build));
    if (!made && made.error().kind == ErrorKind::Io) co_return made.error();
    if (!made) {
        runtime.broken = made.error().text();
        co_return runtime;
    }
    if (made->built_now)
        say(fmt::format("{} of the tree was built in {}", port.name, seconds_since(started)));
    runtime.argv = {made->product.string()};
    co_return runtime;
}

asio::awaitable<Result<CompilerTool>> make_compiler(const SourceTree& tree, const Project& project,
                                                    unsigned jobs, const Say& say) {
    if (!tree.has_compiler)
        co_return usage_error(fmt::format(
            "--micropython-tree {}: expected mpy-cross/Makefile in it, found none", tree.root.string()));
    MakeBuild build = compiler_build(tree, project.cache / kBuilds);
    build.jobs = jobs;
    build.starting = told_to_wait(build.what);
    const auto started = std::chrono::steady_clock::now();
    const auto made = co_await make_build(std::move(build));
    // Nothing can be said of a tree whose compiler does not build: that ends the run as a target's trouble
    // does.
    if (!made) co_return io_error(made.error().text());
    if (made->built_now) say(fmt::format("mpy-cross of the tree was built in {}", seconds_since(started)));
    CompilerTool tool;
    tool.name = "mpy-cross";
    tool.release = tree.release.text();
    tool.package = fmt::format("built from {}", tree.root.string());
    tool.path = made->product;
    co_return tool;
}

TreeTool tree_tool(const SourceTree& tree) {
    return {tree.root.filename().string(), tree.release.text(), tree.root, "given by the user"};
}

}  // namespace

asio::awaitable<Result<void>> use_source_tree(Toolset& tools, const Project& project,
                                              const TreeWishes& wishes, const Say& say) {
    MPY_CO_TRY(const SourceTree tree, inspect_source_tree(wishes.tree));
    if (wishes.needs_tests && !tree.has_tests)
        co_return usage_error(
            fmt::format("--micropython-tree {}: expected tests/basics in it, found none; --micropython-tests "
                        "DIR takes the tests from elsewhere",
                        tree.root.string()));
    tools.trees.clear();
    tools.trees.push_back(tree_tool(tree));
    tools.runtimes.clear();
    if (!wishes.needs_compiler && !wishes.needs_runtimes) co_return Result<void>{};
    MPY_CO_TRY(CompilerTool compiler, co_await make_compiler(tree, project, wishes.jobs, say));
    const fs::path compiler_path = compiler.path;
    tools.compilers.clear();
    tools.compilers.push_back(std::move(compiler));
    if (!wishes.needs_runtimes) co_return Result<void>{};
    const auto is_wanted = [&](const std::string& name) {
        return wishes.targets.empty() ||
               std::find(wishes.targets.begin(), wishes.targets.end(), name) != wishes.targets.end();
    };
    for (const KnownPort& known : kPorts) {
        if (!is_wanted(known.name)) {
            tools.runtimes.emplace_back().name = known.name;
            continue;
        }
        const WantedPort port = co_await known.ask();
        MPY_CO_TRY(RuntimeTool runtime,
                   co_await make_port(port, tree, compiler_path, project, wishes.jobs, say));
        tools.runtimes.push_back(std::move(runtime));
    }
    co_return Result<void>{};
}

}  // namespace harness
