#include "harness/cli/own_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "harness/base/files.h"
#include "harness/suite/own_suite.h"

namespace harness {
namespace fs = std::filesystem;

namespace {

/// Ids hold '/', '@', '=': fine in a file name but for the slash, which makes folders.
fs::path program_folder(const fs::path& root, const own::Program& program) {
    return root / program.id;
}

/// A name that is a module name too, so that tracebacks and `-m` read well.
std::string program_file(const own::Program& program) {
    return fs::path(program.file).filename().string();
}

Result<void> write_program(const fs::path& root, const own::Program& program) {
    const fs::path folder = program_folder(root, program);
    MPY_CHECK_OK(write_file_atomically(folder / program_file(program), program.source));
    for (const own::Helper& helper : program.helpers)
        MPY_CHECK_OK(write_file_atomically(folder / (helper.name + ".py"), helper.source));
    return {};
}

/// Writes all programs below a folder that is named by their content: made once, then only named.
Result<fs::path> write_programs(const own::Suite& suite, const fs::path& cache) {
    KeyBuilder key;
    for (const own::Program& program : suite.programs) {
        key.add(program.id).add(program.source);
        for (const own::Helper& helper : program.helpers) key.add(helper.name).add(helper.source);
    }
    const fs::path root = cache / key.hex();
    if (fs::exists(root / "complete")) return root;
    for (const own::Program& program : suite.programs) MPY_CHECK_OK(write_program(root, program));
    std::error_code error;
    fs::create_directories(root / "empty", error);
    MPY_CHECK_OK(
        write_file_atomically(root / "complete", "programs of suites/ with their templates expanded\n"));
    return root;
}

std::shared_ptr<const Test> make_test(const own::Program& program, const fs::path& root) {
    auto test = std::make_shared<Test>();
    const fs::path folder = program_folder(root, program);
    test->id = program.id;
    test->suite = "conformance";
    test->path = folder / program_file(program);
    // Helpers must come from artifacts on a target: it runs where there is nothing. CPython finds them beside
    // the program.
    test->working_directory = root / "empty";
    test->source_name = program.file;
    test->needs.emitters = program.emitters;
    test->needs.requires_expression = program.needs;
    test->expectation.stated = program.expect;
    for (const own::Helper& helper : program.helpers)
        test->helpers.push_back({helper.name, folder / (helper.name + ".py"), helper.file, helper.emitter,
                                 helper.arch, helper.edits});
    test->refused = program.refused;
    test->unsupported = program.unsupported;
    test->time_factor = program.time_factor;
    test->about = program.about;
    test->differs = program.differs;
    test->has_machine_code = program.has_machine_code;
    return test;
}

}  // namespace

Result<std::unique_ptr<OwnSource>> OwnSource::create(const fs::path& suites, const fs::path& cache) {
    const auto suite = own::load_suite(suites);
    if (!suite) {
        std::vector<std::string> texts;
        for (const Error& error : suite.error()) texts.push_back(error.text());
        return configuration_error(fmt::format("{}", fmt::join(texts, "\n")));
    }
    MPY_TRY(const fs::path root, write_programs(*suite, cache));
    std::unique_ptr<OwnSource> source(new OwnSource);
    for (const own::Program& program : suite->programs) {
        if (!source->requirements_.contains(program.needs)) {
            auto requirement = Requirement::parse(program.needs);
            if (!requirement) return configuration_error(requirement.error().message, program.file);
            source->requirements_.emplace(program.needs, std::move(*requirement));
        }
        source->tests_.push_back(make_test(program, root));
    }
    return source;
}

std::optional<LeftOut> OwnSource::left_out(const Test& test, const Combination& combination) const {
    const auto& emitters = test.needs.emitters;
    if (!emitters.empty() &&
        std::find(emitters.begin(), emitters.end(), combination.emitter) == emitters.end())
        return LeftOut{Verdict::Skip, fmt::format("is not for the emitter {}", word(combination.emitter))};
    if (combination.mode == Mode::Source) {
        if (!test.refused.empty())
            return LeftOut{Verdict::Skip, "is about what mpy-cross refuses (--via-mpy)"};
        for (const TestHelper& helper : test.helpers)
            if (!helper.edits.empty() || !helper.arch.empty())
                return LeftOut{Verdict::Skip, "is about .mpy files (--via-mpy)"};
    }
    const RequirementScope scope{
        combination.target.capabilities, combination.mode, combination.emitter, combination.arch,
        combination.compiler == nullptr ? std::string_view() : combination.compiler->release};
    if (const auto unmet = requirements_.at(test.needs.requires_expression).unmet(scope))
        return LeftOut{Verdict::Skip, "needs " + *unmet};
    return std::nullopt;
}

}  // namespace harness
