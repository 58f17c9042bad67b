#include "harness/cli/own_source.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/suite/own_suite.h"

namespace harness {
namespace fs = std::filesystem;

Result<std::unique_ptr<OwnSource>> OwnSource::create(const fs::path& suites, const fs::path& cache) {
    const auto suite = own::load_suite(suites);
    if (!suite) {
        std::vector<std::string> texts;
        for (const Error& error : suite.error()) texts.push_back(error.text());
        return configuration_error(fmt::format("{}", fmt::join(texts, "\n")));
    }
    MPY_TRY(std::vector<Test> tests, own::make_tests(*suite, cache));
    // Programs run where there is nothing, one folder for all of them: a target has to find a helper's
    // artifact on its module path, not the helper's source beside the program. CPython looks beside the
    // program all the same.
    const fs::path empty = cache / "empty";
    std::error_code error;
    fs::create_directories(empty, error);
    if (error) return io_error(fmt::format("cannot make {}: {}", empty.string(), error.message()));
    std::unique_ptr<OwnSource> source(new OwnSource);
    for (Test& test : tests) {
        test.working_directory = empty;
        const std::string& needs = test.needs.requires_expression;
        if (!source->requirements_.contains(needs)) {
            auto requirement = Requirement::parse(needs);
            if (!requirement) return configuration_error(requirement.error().message, test.id);
            source->requirements_.emplace(needs, std::move(*requirement));
        }
        source->tests_.push_back(std::make_shared<const Test>(std::move(test)));
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
