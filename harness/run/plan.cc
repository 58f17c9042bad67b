#include "harness/run/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "harness/base/regex.h"
#include "harness/run/plan_transport.h"
#include "mpy/facts/archs.h"

namespace harness {
namespace fs = std::filesystem;

namespace {

/// Decides by id which tests were asked for, and remembers which requests found something.
class Selection {
  public:
    [[nodiscard]] static Result<Selection> create(const PlanOptions& options) {
        Selection selection;
        for (const std::string& name : options.selection) {
            Wanted wanted{name, name, {}, false};
            std::error_code error;
            const fs::path path = fs::weakly_canonical(name, error);
            if (!error && fs::exists(path, error)) wanted.path = path;
            while (wanted.id.size() > 1 && wanted.id.ends_with('/')) wanted.id.pop_back();
            selection.wanted_.push_back(std::move(wanted));
        }
        for (const PlanOptions::Filter& filter : options.filters) {
            MPY_TRY(Regex pattern, Regex::compile(filter.pattern));
            selection.filters_.push_back({filter.include, std::move(pattern)});
        }
        return selection;
    }

    [[nodiscard]] Result<bool> takes(const Test& test) {
        if (!wanted_.empty()) {
            bool found = false;
            for (Wanted& wanted : wanted_)
                if (names(wanted, test)) {
                    wanted.found = true;
                    found = true;
                }
            if (!found) return false;
        }
        bool verdict = filters_.empty() || !filters_.front().include;
        for (const Filter& filter : filters_) {
            MPY_TRY(const bool found, filter.pattern.search(test.id));
            if (found) verdict = filter.include;
        }
        return verdict;
    }

    [[nodiscard]] std::vector<std::string> without_match() const {
        std::vector<std::string> names;
        for (const Wanted& wanted : wanted_)
            if (!wanted.found) names.push_back(wanted.text);
        return names;
    }

  private:
    struct Wanted {
        std::string text;
        std::string id;
        fs::path path;
        bool found;
    };
    struct Filter {
        bool include;
        Regex pattern;
    };

    static bool id_is_or_is_below(std::string_view id, std::string_view wanted) {
        // A template's rungs are below the template: "limits/locals.py" takes "limits/locals.py@n=1".
        return id.starts_with(wanted) &&
               (id.size() == wanted.size() || id[wanted.size()] == '/' || id[wanted.size()] == '@');
    }

    static bool names(const Wanted& wanted, const Test& test) {
        if (id_is_or_is_below(test.id, wanted.id)) return true;
        if (wanted.id.starts_with(test.suite)) {
            const std::string_view rest = std::string_view(wanted.id).substr(test.suite.size());
            if (rest.empty() || rest == ":") return true;
            if (rest.starts_with(':') && id_is_or_is_below(test.id, rest.substr(1))) return true;
        }
        if (wanted.path.empty()) return false;
        const auto relative = test.path.lexically_relative(wanted.path);
        return !relative.empty() && *relative.begin() != "..";
    }

    std::vector<Wanted> wanted_;
    std::vector<Filter> filters_;
};

const PlannedCompiler* compiler_of(const std::vector<PlannedCompiler>& compilers, std::string_view release) {
    const auto found = std::find_if(compilers.begin(), compilers.end(), [&](const PlannedCompiler& compiler) {
        return compiler.release == release;
    });
    return found == compilers.end() ? nullptr : &*found;
}

/// The job's artifacts hold machine code. A test of the prompt or of the command line has no artifact.
bool has_machine_code(const Test& test, Emitter emitter) {
    return test.kind == TestKind::Program && (emitter != Emitter::Bytecode || test.has_machine_code);
}

/// Why this compiler's machine code cannot be used, that of the job's arch or of a helper of a fixed arch;
/// null when it can.
const std::string* defect_of(const PlannedCompiler* compiler, const std::string& arch, const Test& test,
                             Emitter emitter) {
    if (compiler == nullptr) return nullptr;
    const auto broken = [&](const std::string& name) {
        const auto found = compiler->defects.find(name);
        return found == compiler->defects.end() ? nullptr : &found->second;
    };
    if (has_machine_code(test, emitter))
        if (const std::string* defect = broken(arch)) return defect;
    for (const TestHelper& helper : test.helpers)
        if (const std::string* defect = broken(helper.arch)) return defect;
    return nullptr;
}

bool contains(const std::vector<std::string>& list, std::string_view name) {
    return std::find(list.begin(), list.end(), name) != list.end();
}

/// The emitter that shows all that this one would, and was asked for before it; nothing for most tests.
std::optional<Emitter> shown_by(const Test& test, Emitter emitter, const std::vector<Emitter>& asked_for) {
    if (!test.needs.any_emitter) return std::nullopt;
    for (const Emitter earlier : asked_for) {
        if (earlier == emitter) break;
        if (std::ranges::find(test.needs.emitters, earlier) != test.needs.emitters.end()) return earlier;
    }
    return std::nullopt;
}

/// Everything that make_plan works with, so that its steps are functions of their own.
struct Planner {
    const std::vector<PlannedTarget>& targets;
    const std::vector<PlannedCompiler>& compilers;
    const PlanOptions& options;
    Plan plan;

    [[nodiscard]] std::vector<const PlannedCompiler*> compilers_for(const TestSource& source,
                                                                    const PlannedTarget& target,
                                                                    const std::string& arch,
                                                                    bool machine_code) const {
        std::vector<const PlannedCompiler*> chosen;
        const PlannedCompiler* paired = compiler_of(compilers, target.description.compiler_release);
        if (paired != nullptr) chosen.push_back(paired);
        // The newest compiler is about the compiler: one target for each arch shows what it makes.
        const bool newest_adds = source.wants_newest_compiler() && is_home_of(target, arch);
        const bool paired_fails = paired == nullptr || (machine_code && paired->defects.contains(arch));
        if ((newest_adds || paired_fails) && !compilers.empty() && &compilers.back() != paired)
            chosen.push_back(&compilers.back());
        return chosen;
    }

    /// The first target whose own arch it is, else the first that accepts it.
    [[nodiscard]] bool is_home_of(const PlannedTarget& target, const std::string& arch) const {
        const PlannedTarget* home = nullptr;
        for (const PlannedTarget& candidate : targets) {
            if (candidate.description.arch == arch) {
                home = &candidate;
                break;
            }
            if (home == nullptr && contains(candidate.description.accepts, arch)) home = &candidate;
        }
        return home == &target;
    }

    [[nodiscard]] std::vector<std::string> archs_for(const PlannedTarget& target, Emitter emitter,
                                                     const Test& test) const {
        if (options.archs.empty()) {
            std::vector<std::string> archs = default_archs(target.description);
            // Bytecode is the same for every arch unless the program brings machine code of its own.
            if (!has_machine_code(test, emitter) && archs.size() > 1) archs.resize(1);
            // What another arch's code does is shown once, not by every target that accepts it.
            std::erase_if(archs, [&](const std::string& arch) {
                return arch != target.description.arch && !is_home_of(target, arch);
            });
            return archs;
        }
        std::vector<std::string> archs;
        for (const std::string& arch : target.description.accepts)
            if (contains(options.archs, arch)) archs.push_back(arch);
        return archs;
    }

    void add(const TestSource& source, const std::shared_ptr<const Test>& test, const PlannedTarget& target,
             Emitter emitter, const std::string& arch, const PlannedCompiler* compiler) {
        Job job;
        job.test = test;
        job.mode = options.mode;
        job.emitter = emitter;
        job.arch = arch;
        job.compiler = compiler == nullptr ? "" : compiler->name;
        job.target = target.description.name;
        std::optional<LeftOut> left_out;
        const bool artifact = test->kind == TestKind::Program;
        if (compiler != nullptr && arch.empty() && has_machine_code(*test, emitter))
            left_out = LeftOut{Verdict::Skip, "the target has no native arch"};
        else if (compiler != nullptr && artifact && !arch.empty() && !contains(compiler->archs, arch))
            left_out = LeftOut{Verdict::Unsupported,
                               fmt::format("{} has no native emitter for {}", compiler->name, arch)};
        else if (const std::string* defect = defect_of(compiler, arch, *test, emitter); defect != nullptr)
            left_out = LeftOut{Verdict::Unsupported, *defect};
        else if (auto transport = left_out_by_transport(*test, target, options.mode, emitter, compiler))
            left_out = std::move(transport);
        else if (const auto earlier = shown_by(*test, emitter, options.emitters))
            left_out =
                LeftOut{Verdict::Skip, fmt::format("what it tests is the same machine code with emitter "
                                                   "{}, which shows it",
                                                   word(*earlier))};
        else
            left_out = source.left_out(*test, {target, options.mode, emitter, arch, compiler});
        if (left_out)
            plan.dropped.push_back({std::move(job), left_out->verdict, std::move(left_out->reason)});
        else
            plan.jobs.push_back(std::move(job));
    }

    void add_test(const TestSource& source, const std::shared_ptr<const Test>& test,
                  const PlannedTarget& target) {
        for (const Emitter emitter : options.emitters) {
            if (options.mode == Mode::Source) {
                if (!target.description.checks_only) add(source, test, target, emitter, "", nullptr);
                continue;
            }
            std::vector<std::string> archs = archs_for(target, emitter, *test);
            if (archs.empty() && options.archs.empty()) archs.emplace_back();
            const bool machine_code = has_machine_code(*test, emitter);
            for (const std::string& arch : archs)
                for (const PlannedCompiler* compiler : compilers_for(source, target, arch, machine_code))
                    add(source, test, target, emitter, arch, compiler);
        }
    }
};

Result<void> check_archs(const PlanOptions& options, const std::vector<PlannedCompiler>& compilers) {
    for (const std::string& arch : options.archs) {
        const mpy::ArchInfo* row = mpy::find_arch(arch);
        if (row == nullptr || row->arch == mpy::Arch::None || row->arch == mpy::Arch::Debug)
            return usage_error(
                fmt::format("there is no arch {:?}; the archs of the format are x86, x64, armv6, armv6m, "
                            "armv7m, armv7em, armv7emsp, armv7emdp, xtensa, xtensawin, rv32imc, rv64imc",
                            arch));
        const bool emitted =
            std::any_of(compilers.begin(), compilers.end(),
                        [&](const PlannedCompiler& compiler) { return contains(compiler.archs, arch); });
        if (!emitted)
            return usage_error(
                fmt::format("no compiler here emits native code for {0}: {0} exists for C modules only, or "
                            "needs a newer mpy-cross "
                            "(--mpy-cross FILE)",
                            arch));
    }
    return {};
}

Error no_such_test(const std::vector<std::string>& names) {
    return usage_error(fmt::format(
        "no test is named \"{}\": give a test's id, a folder of tests or a file, as --list shows them",
        fmt::join(names, "\", \"")));
}

}  // namespace

Result<void> check_request(const PlanOptions& options, const KnownTests& known,
                           const std::vector<PlannedCompiler>& compilers) {
    MPY_CHECK_OK(check_archs(options, compilers));
    MPY_TRY(Selection selection, Selection::create(options));
    for (const auto& test : known.tests) (void)selection.takes(*test);
    std::vector<std::string> missing = selection.without_match();
    std::erase_if(missing, [&](const std::string& name) {
        const std::size_t colon = name.find(':');
        const std::string path = colon == std::string::npos ? name : name.substr(colon + 1);
        if (contains(known.suites, name.substr(0, colon)) && (colon == std::string::npos || path.empty()))
            return true;
        std::error_code error;
        if (fs::exists(path, error)) return true;
        return std::any_of(known.trees.begin(), known.trees.end(),
                           [&](const fs::path& tree) { return fs::exists(tree / path, error); });
    });
    if (!missing.empty()) return no_such_test(missing);
    return {};
}

std::vector<std::string> default_archs(const TargetDescription& target) {
    std::vector<std::string> archs;
    std::set<mpy::CodeGenerator> seen;
    if (!target.arch.empty()) {
        archs.push_back(target.arch);
        if (const mpy::ArchInfo* own = mpy::find_arch(target.arch)) seen.insert(own->generator);
    }
    for (const std::string& name : target.accepts) {
        const mpy::ArchInfo* row = mpy::find_arch(name);
        if (row == nullptr || row->generator == mpy::CodeGenerator::None) continue;
        if (seen.insert(row->generator).second) archs.push_back(name);
    }
    return archs;
}

Result<Plan> make_plan(const std::vector<TestSource*>& sources, const std::vector<PlannedTarget>& targets,
                       const std::vector<PlannedCompiler>& compilers, const PlanOptions& options) {
    MPY_CHECK_OK(check_archs(options, compilers));
    MPY_TRY(Selection selection, Selection::create(options));
    Planner planner{targets, compilers, options, {}};
    for (TestSource* source : sources) {
        for (const PlannedTarget& target : targets) {
            MPY_TRY(const auto tests, source->tests_for(target));
            for (const auto& test : tests) {
                MPY_TRY(const bool taken, selection.takes(*test));
                if (taken) planner.add_test(*source, test, target);
            }
        }
    }
    if (const auto missing = selection.without_match(); !missing.empty()) return no_such_test(missing);
    if (planner.plan.jobs.empty()) {
        if (planner.plan.dropped.empty())
            return usage_error(
                "no test is selected: the filters leave nothing; --list without them shows all tests");
        return usage_error(
            fmt::format("nothing can run: all {} selected combinations are left out, the first one ({}) "
                        "because: {}",
                        planner.plan.dropped.size(), planner.plan.dropped.front().job.key(),
                        planner.plan.dropped.front().reason));
    }
    return std::move(planner.plan);
}

}  // namespace harness
