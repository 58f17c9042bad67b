#include "harness/cli/workbench.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "harness/cli/compiler_defects.h"
#include "harness/cli/own_source.h"
#include "harness/cli/stock_source.h"
#include "harness/cli/tree_tools.h"
#include "harness/model/features.h"
#include "harness/process/all_of.h"
#include "harness/process/process.h"
#include "mpy/facts/archs.h"

namespace harness {
namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

constexpr const char* kVersion = "0.1.0";

/// The user's compilers, oldest release first: pairing and "the newest" go by that order. They are called by
/// their file's name, and by the whole path where that would not tell two apart.
asio::awaitable<Result<void>> open_users_compilers(Workbench& bench, const RunOptions& options) {
    std::map<std::string, int> uses;
    for (const std::string& file : options.mpy_cross) ++uses[fs::path(file).filename().string()];
    for (const std::string& file : options.mpy_cross) {
        const fs::path path = fs::absolute(file).lexically_normal();
        const std::string short_name = path.filename().string();
        const bool given_twice =
            std::any_of(bench.compilers.begin(), bench.compilers.end(),
                        [&](const auto& compiler) { return compiler->identity().path == path; });
        if (given_twice) continue;
        const std::string name = uses[short_name] > 1 ? path.string() : short_name;
        MPY_CO_TRY(auto compiler, co_await open_mpy_cross(name, path, bench.compile_cache.get()));
        bench.compilers.push_back(std::move(compiler));
        bench.compiler_packages.emplace_back();
    }
    std::stable_sort(bench.compilers.begin(), bench.compilers.end(), [](const auto& a, const auto& b) {
        return a->identity().release < b->identity().release;
    });
    co_return Result<void>{};
}

asio::awaitable<Result<void>> open_compilers(Workbench& bench, const RunOptions& options) {
    if (!options.mpy_cross.empty()) co_return co_await open_users_compilers(bench, options);
    std::vector<CompilerTool> tools = bench.toolset.compilers;
    if (tools.empty())
        co_return missing_tool("there is no mpy-cross: run ci/setup, or give one with --mpy-cross FILE");
    std::stable_sort(tools.begin(), tools.end(), [](const CompilerTool& a, const CompilerTool& b) {
        const auto left = Release::parse(a.release);
        const auto right = Release::parse(b.release);
        return left && right && *left < *right;
    });
    for (const CompilerTool& tool : tools) {
        MPY_CO_TRY(auto compiler, co_await open_mpy_cross(tool.name, tool.path, bench.compile_cache.get()));
        bench.compilers.push_back(std::move(compiler));
        bench.compiler_packages.push_back(tool.package);
    }
    co_return Result<void>{};
}

Result<void> find_tests_tree(Workbench& bench, const RunOptions& options) {
    if (!options.micropython_tests.empty()) {
        std::error_code error;
        bench.tests_tree = fs::canonical(options.micropython_tests, error);
        if (error || !fs::is_directory(bench.tests_tree / "basics", error))
            return usage_error(
                fmt::format("--micropython-tests {}: expected MicroPython's tests folder, with basics/ in it",
                            options.micropython_tests));
        bench.tests_tree_origin = "given by the user";
        return {};
    }
    if (bench.toolset.trees.empty())
        return missing_tool(
            "there is no MicroPython tests tree: run ci/setup, or give one with --micropython-tests DIR");
    bench.tests_tree = bench.toolset.trees.front().path / "tests";
    bench.tests_tree_origin = bench.toolset.trees.front().package;
    return {};
}

asio::awaitable<Result<void>> take_source_tree(Workbench& bench, const RunOptions& options,
                                               const std::function<void(const std::string&)>& say) {
    if (options.micropython_tree.empty()) co_return Result<void>{};
    TreeWishes wishes;
    wishes.tree = options.micropython_tree;
    wishes.targets = options.targets;
    wishes.needs_compiler = options.mpy_cross.empty();
    wishes.needs_runtimes = options.micropython.empty();
    wishes.needs_tests = options.micropython_tests.empty();
    wishes.jobs = options.jobs;
    co_return co_await use_source_tree(bench.toolset, bench.project, wishes, say);
}

void make_oracles(Workbench& bench, const RunOptions& options) {
    OracleOptions oracle;
    if (!options.cpython.empty()) oracle.cpython = options.cpython;
    if (!options.no_cache) oracle.cache_folder = bench.results_cache;
    oracle.borrow_folder = [&pool = *bench.workspaces](const fs::path& folder) -> Result<BorrowedFolder> {
        MPY_TRY(Workspace workspace, pool.acquire(folder));
        auto held = std::make_shared<Workspace>(std::move(workspace));
        return BorrowedFolder{held->folder(), held};
    };
    oracle.environment = inherited_environment({}, {"PYTHONPATH"});
    bench.oracles["micropython"] = std::make_unique<Oracle>(oracle);
    oracle.environment =
        inherited_environment({{"PYTHONPATH", (bench.project.root / "suites" / "shim").string()}});
    bench.oracles["conformance"] = std::make_unique<Oracle>(std::move(oracle));
}

Result<void> load_known_failures(Workbench& bench, const RunOptions& options) {
    if (options.no_known_failures) return {};
    std::vector<fs::path> files;
    for (const std::string& file : options.known_failures) files.emplace_back(file);
    if (files.empty()) files.push_back(bench.project.root / "suites" / "known-failures.toml");
    for (const fs::path& file : files) MPY_CHECK_OK(bench.known_failures.add_file(file));
    return {};
}

/// The compiler that a target is paired with: that of its own release, else the newest that is not newer,
/// else the oldest. A binary of the user's is asked for its release first.
std::string paired_compiler(const std::vector<std::unique_ptr<CachingCompiler>>& compilers,
                            const std::string& release) {
    const auto wanted = Release::parse(release);
    const CachingCompiler* best = compilers.front().get();
    if (wanted)
        for (const auto& compiler : compilers)
            if (compiler->identity().release <= *wanted) best = compiler.get();
    return best->identity().release.text();
}

asio::awaitable<void> ask(Workbench& bench, AskedTarget& asked,
                          const std::function<void(const std::string&)>& say) {
    TargetDescription& description = asked.planned.description;
    auto capabilities = co_await asked.target->probe();
    if (!capabilities) {
        asked.trouble = capabilities.error().text();
        say(fmt::format("the target {} cannot be used: {}", description.name, asked.trouble));
        co_return;
    }
    asked.planned.capabilities = std::move(*capabilities);
    if (description.arch.empty()) description.arch = asked.planned.capabilities.arch;
    if (description.accepts.empty()) description.accepts = accepted_archs(description.arch);
    if (description.release.empty()) description.release = asked.planned.capabilities.release;
    const bool has_pair =
        std::any_of(bench.compilers.begin(), bench.compilers.end(), [&](const auto& compiler) {
            return compiler->identity().release.text() == description.compiler_release;
        });
    if (!has_pair) description.compiler_release = paired_compiler(bench.compilers, description.release);
}

/// What an emulated process translates again for each artifact is translated once: without it the runs are
/// slower and nothing else, so what does not compile is no trouble.
asio::awaitable<void> warm_up(Workbench& bench, ProcessTarget& target) {
    const TargetDescription& description = target.description();
    if (!target.warms_up() || description.arch.empty()) co_return;
    const auto compiler =
        std::find_if(bench.compilers.begin(), bench.compilers.end(), [&](const auto& candidate) {
            return candidate->identity().release.text() == description.compiler_release;
        });
    if (compiler == bench.compilers.end()) co_return;
    CompileRequest request;
    request.source = "warm_up.py";
    request.source_name = "warm_up.py";
    request.emitter = Emitter::Native;
    request.arch = description.arch;
    request.octets = std::make_shared<const std::string>(ProcessTarget::warm_up_source());
    auto compiled = co_await (*compiler)->compile(std::move(request));
    if (compiled && compiled->kind == CompileOutcome::Kind::Artifact)
        target.warm_up_with(std::move(compiled->octets));
}

/// Asks all targets at the same time: most of it is waiting for them.
asio::awaitable<void> ask_targets(Workbench& bench, const std::function<void(const std::string&)>& say) {
    for (const auto& target : bench.target_set.targets) {
        AskedTarget& asked = bench.asked.emplace_back();
        asked.target = target.get();
        asked.planned.description = target->description();
    }
    std::vector<asio::awaitable<void>> questions;
    for (AskedTarget& asked : bench.asked) questions.push_back(ask(bench, asked, say));
    co_await all_of(std::move(questions));
}

/// Archs that a compiler can emit but no target here accepts get a stand-in that only checks.
void add_checking_targets(Workbench& bench, const RunOptions& options) {
    if (!options.via_mpy || !options.targets.empty() || !options.micropython.empty()) return;
    std::vector<std::string> archs;
    for (const auto& compiler : bench.compilers)
        for (const std::string& arch : compiler->identity().archs) {
            const mpy::ArchInfo* row = mpy::find_arch(arch);
            if (row == nullptr || !row->emits_native) continue;
            if (std::find(archs.begin(), archs.end(), arch) == archs.end()) archs.push_back(arch);
        }
    std::vector<TargetDescription> usable;
    for (const AskedTarget& asked : bench.asked)
        if (asked.trouble.empty()) usable.push_back(asked.planned.description);
    const std::string release = bench.toolset.trees.empty() ? "" : bench.toolset.trees.front().release;
    for (TargetDescription& description : checking_targets(archs, usable, release)) {
        AskedTarget& asked = bench.asked.emplace_back();
        asked.planned.capabilities = checking_capabilities(description.arch);
        asked.planned.description = std::move(description);
        TargetDescription& made = asked.planned.description;
        made.compiler_release = paired_compiler(bench.compilers, made.compiler_release);
    }
}

/// With no target left the plan would be empty, and what it said about that would miss the point.
Result<void> some_target_works(const Workbench& bench) {
    if (!bench.planned_targets().empty()) return {};
    if (bench.asked.size() == 1)
        return io_error("nothing can run: the only target that was asked for cannot be used, see above");
    return io_error(fmt::format(
        "nothing can run: none of the {} targets that were asked for can be used, see above for each",
        bench.asked.size()));
}

PlanOptions plan_options(const RunOptions& options) {
    PlanOptions plan;
    plan.mode = options.via_mpy ? Mode::Mpy : Mode::Source;
    plan.emitters = options.emitters;
    plan.archs = options.archs;
    plan.selection = options.tests;
    plan.filters = options.filters;
    return plan;
}

/// The tests themselves, before any target is asked: what is wrong with them or with the request is told at
/// once.
Result<void> open_sources(Workbench& bench, const RunOptions& options,
                          const std::function<void(const std::string&)>& say) {
    const fs::path suites = bench.project.root / "suites";
    MPY_TRY(auto own, OwnSource::create(suites, bench.project.cache / "suites"));
    StockWishes stock;
    stock.tests = bench.tests_tree;
    stock.release = options.tests_release;
    stock.folders = options.test_dirs;
    stock.selection = options.tests;
    stock.suites = suites;
    stock.skip_rules = options.skip_rules;
    MPY_TRY(auto tree, StockSource::create(stock));
    bench.tests_tree_origin += "; rules of MicroPython " + tree->release_text();
    if (!tree->rules_fit())
        say(fmt::format("the tests tree {}: rules of MicroPython {}", bench.tests_tree.string(),
                        tree->release_text()));
    bench.sources.push_back(std::move(tree));
    KnownTests known;
    MPY_TRY(known.tests, own->tests_for(PlannedTarget{}));
    // What our programs expect holds for artifacts: limits of the compilers, known failures of theirs.
    const bool asked_for = options.via_mpy || !options.tests.empty() || !options.filters.empty();
    if (options.test_dirs.empty()) {
        if (asked_for)
            bench.sources.push_back(std::move(own));
        else
            say("the conformance suites are about .mpy files and left out: --via-mpy runs them, and so does "
                "naming them (conformance)");
    }
    for (const auto& source : bench.sources) known.suites.emplace_back(source->name());
    known.trees = {bench.tests_tree};
    return check_request(plan_options(options), known, bench.planned_compilers());
}

Result<void> make_plan_of(Workbench& bench, const RunOptions& options) {
    std::vector<TestSource*> sources;
    for (const auto& source : bench.sources) sources.push_back(source.get());
    MPY_TRY(bench.plan,
            make_plan(sources, bench.planned_targets(), bench.planned_compilers(), plan_options(options)));
    return {};
}

}  // namespace

Capabilities checking_capabilities(const std::string& arch) {
    Capabilities capabilities;
    capabilities.platform = "none";
    capabilities.build = "none";
    capabilities.arch = arch;
    capabilities.mpy_version = 6;
    capabilities.mpy_sub_version = 3;
    capabilities.float_bits = 64;
    capabilities.unicode = true;
    capabilities.thread = "GIL";
    capabilities.error_reporting = "detailed";
    capabilities.byte_order = "little";
    for (const Feature& feature : kFeatures) capabilities.features.emplace(feature.name);
    const mpy::ArchInfo* row = mpy::find_arch(arch);
    if (row == nullptr) return capabilities;
    capabilities.small_int_bits = row->word_octets * 8 - 1;
    switch (row->inline_asm) {
        case mpy::InlineAsm::None:
            break;
        case mpy::InlineAsm::Thumb:
            capabilities.inline_asm = "thumb";
            if (row->generator != mpy::CodeGenerator::Thumb1)
                capabilities.inline_asm_features.insert("thumb2");
            if (row->arch >= mpy::Arch::Armv7emsp) capabilities.inline_asm_features.insert("vfp");
            break;
        case mpy::InlineAsm::Xtensa:
            capabilities.inline_asm = "xtensa";
            if (row->arch == mpy::Arch::Xtensawin) capabilities.inline_asm_features.insert("windowed");
            break;
        case mpy::InlineAsm::Rv32:
            capabilities.inline_asm = "rv32";
            break;
    }
    return capabilities;
}

std::vector<PlannedCompiler> Workbench::planned_compilers() const {
    std::vector<PlannedCompiler> planned;
    for (std::size_t i = 0; i < compilers.size(); ++i) {
        const auto& compiler = compilers[i];
        PlannedCompiler& entry = planned.emplace_back();
        entry.name = compiler->identity().name;
        if (i < compiler_defects.size()) entry.defects = compiler_defects[i];
        entry.release = compiler->identity().release.text();
        entry.mpy_version = compiler->identity().mpy_version;
        entry.mpy_sub_version = compiler->identity().mpy_sub_version;
        for (const std::string& arch : compiler->identity().archs) {
            const mpy::ArchInfo* row = mpy::find_arch(arch);
            if (row != nullptr && row->emits_native) entry.archs.push_back(arch);
        }
    }
    return planned;
}

std::vector<PlannedTarget> Workbench::planned_targets() const {
    std::vector<PlannedTarget> planned;
    for (const AskedTarget& entry : asked)
        if (entry.trouble.empty()) planned.push_back(entry.planned);
    return planned;
}

std::map<std::string, Capabilities> Workbench::capabilities() const {
    std::map<std::string, Capabilities> all;
    for (const AskedTarget& entry : asked) all[entry.planned.description.name] = entry.planned.capabilities;
    return all;
}

Environment Workbench::environment(const std::string& cpython) const {
    Environment environment;
    environment.harness_version = kVersion;
    environment.cpython = cpython;
    environment.hash_seed = "0";
    for (std::size_t i = 0; i < compilers.size(); ++i) {
        const CompilerIdentity& identity = compilers[i]->identity();
        environment.compilers.push_back({identity.name, identity.release.text(), identity.version,
                                         compiler_packages[i], identity.path.string(), identity.hash});
    }
    for (const AskedTarget& entry : asked) {
        TargetSummary summary{entry.planned.description, std::nullopt};
        summary.description.unavailable = entry.trouble;
        summary.lost = !entry.trouble.empty();
        if (entry.target != nullptr && entry.trouble.empty())
            summary.capabilities = entry.planned.capabilities;
        environment.targets.push_back(std::move(summary));
    }
    for (const TargetDescription& unusable : target_set.unusable)
        environment.targets.push_back({unusable, std::nullopt});
    for (const auto& [name, path] : toolset.tools) environment.tools[name] = path.string();
    environment.trees[tests_tree.string()] = tests_tree_origin;
    return environment;
}

asio::awaitable<Result<std::unique_ptr<Workbench>>> open_workbench(
    const RunOptions& options, std::function<void(const std::string&)> say) {
    auto bench = std::make_unique<Workbench>();
    MPY_CO_TRY(bench->project, find_project());
    MPY_CO_TRY(bench->toolset, load_toolset(bench->project.deps));
    bench->results_cache =
        options.results_cache.empty() ? bench->project.cache : fs::path(options.results_cache);
    if (!options.no_cache) bench->compile_cache = std::make_unique<OutcomeCache>(bench->results_cache);
    MPY_CO_TRY(bench->workspaces, WorkspacePool::create());
    MPY_CO_CHECK_OK(co_await take_source_tree(*bench, options, say));
    MPY_CO_CHECK_OK(co_await open_compilers(*bench, options));
    MPY_CO_CHECK_OK(find_tests_tree(*bench, options));
    MPY_CO_CHECK_OK(load_known_failures(*bench, options));
    for (const std::string& file : options.quarantine) MPY_CO_CHECK_OK(bench->quarantine.add_file(file));
    make_oracles(*bench, options);

    TargetWishes wishes;
    wishes.names = options.targets;
    wishes.board = options.board;
    wishes.micropython = options.micropython;
    wishes.firmware = options.firmware;
    wishes.tests_tree = bench->tests_tree;
    if (!options.micropython_tree.empty()) wishes.source_tree = bench->toolset.trees.front().path;
    wishes.heap_size = options.heap_size;
    wishes.keep_path = options.keep_path;
    wishes.no_cache = options.no_cache;
    wishes.fresh_processes = options.fresh_processes;
    wishes.build_jobs = options.jobs;
    wishes.icount = options.icount;
    MPY_CO_TRY(bench->target_set, make_targets(bench->project, bench->toolset, *bench->workspaces, wishes));
    for (ProcessTarget* process : bench->target_set.processes) co_await warm_up(*bench, *process);
    co_await ask_targets(*bench, say);
    co_return bench;
}

asio::awaitable<Result<std::unique_ptr<Workbench>>> make_workbench(
    const RunOptions& options, std::function<void(const std::string&)> say) {
    MPY_CO_TRY(auto bench, co_await open_workbench(options, say));
    MPY_CO_CHECK_OK(open_sources(*bench, options, say));
    add_checking_targets(*bench, options);
    MPY_CO_CHECK_OK(some_target_works(*bench));

    if (options.via_mpy)
        for (const auto& compiler : bench->compilers) {
            MPY_CO_TRY(auto defects, co_await find_compiler_defects(*compiler));
            bench->compiler_defects.push_back(std::move(defects));
        }
    MPY_CO_CHECK_OK(make_plan_of(*bench, options));
    co_return bench;
}

}  // namespace harness
