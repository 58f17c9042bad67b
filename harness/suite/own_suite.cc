#include "harness/suite/own_suite.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "harness/base/files.h"
#include "harness/suite/own_template.h"

namespace harness::own {

namespace {

namespace fs = std::filesystem;

Result<void> read_helpers(const fs::path& root, Program& program) {
    const fs::path folder = fs::path(program.file).parent_path() / "helpers";
    for (auto& helper : program.helpers) {
        helper.file = (folder / helper.file).lexically_normal().generic_string();
        auto text = read_file(root / helper.file);
        if (!text) {
            return configuration_error(
                fmt::format("the helper '{}' cannot be read: {}", helper.file, text.error().message),
                program.file, 1);
        }
        helper.source = *std::move(text);
    }
    return {};
}

Result<void> write_if_new(const fs::path& path, const std::string& text) {
    std::error_code code;
    if (fs::file_size(path, code) == text.size() && !code) {
        if (const auto present = read_file(path); present && *present == text) return {};
    }
    return write_file_atomically(path, text);
}

Result<Test> make_test(const Program& program, const fs::path& folder) {
    Test test;
    test.id = program.id;
    test.suite = "conformance";
    test.states_limits = true;
    test.working_directory = folder / program.id;
    test.path = test.working_directory / fs::path(program.file).filename();
    test.source_name = program.file;
    test.needs = {program.emitters, program.any_emitter, program.needs};
    test.expectation.stated = program.expect;
    test.refused = program.refused;
    test.unsupported = program.unsupported;
    test.time_factor = program.time_factor;
    test.about = program.about;
    test.differs = program.differs;
    test.has_machine_code = program.has_machine_code;
    MPY_CHECK_OK(write_if_new(test.path, program.source));
    for (const auto& helper : program.helpers) {
        TestHelper made{helper.name, test.working_directory / (helper.name + ".py"),
                        helper.file, helper.emitter,
                        helper.arch, helper.edits};
        MPY_CHECK_OK(write_if_new(made.path, helper.source));
        const bool is_machine_code =
            (helper.emitter && *helper.emitter != Emitter::Bytecode) || contains_machine_code(helper.source);
        if (helper.arch.empty() && is_machine_code) test.has_machine_code = true;
        test.helpers.push_back(std::move(made));
    }
    return test;
}

bool is_test_file(const fs::path& relative) {
    return relative.extension() == ".py" &&
           std::none_of(relative.begin(), relative.end(), [](const fs::path& part) {
               return part == "helpers" || part == "shim" || part == "support";
           });
}

}  // namespace

Result<std::vector<Program>> load_file(const fs::path& root, const std::string& file) {
    MPY_TRY(const std::string text, read_file(root / file));
    MPY_TRY(const Template parsed, Template::parse(text, file));
    std::vector<Program> programs;
    programs.reserve(parsed.rungs().size());
    for (const auto& rung : parsed.rungs()) {
        MPY_TRY(ExpandedText expanded, parsed.expand(rung));
        MPY_TRY(Program program, read_program(std::move(expanded.text), file, expanded.lines));
        program.rung = rung.name;
        program.id = rung.name.empty() ? file : fmt::format("{}@{}", file, rung.name);
        program.area = fs::path(file).parent_path().generic_string();
        MPY_CHECK_OK(read_helpers(root, program));
        programs.push_back(std::move(program));
    }
    return programs;
}

boost::system::result<Suite, std::vector<Error>> load_suite(const fs::path& root) {
    std::vector<Error> errors;
    std::vector<std::string> files;
    std::error_code code;
    for (fs::recursive_directory_iterator entry(root, code), last; !code && entry != last;
         entry.increment(code)) {
        const fs::path relative = entry->path().lexically_relative(root);
        // Files at the top (README.md, known-failures.toml) are no tests.
        if (relative.has_parent_path() && entry->is_regular_file() && is_test_file(relative))
            files.push_back(relative.generic_string());
    }
    if (code) {
        errors.push_back(io_error(
            fmt::format("the suites folder '{}' cannot be read: {}", root.string(), code.message())));
        return errors;
    }
    std::sort(files.begin(), files.end());
    Suite suite;
    suite.files = files.size();
    for (const auto& file : files) {
        auto programs = load_file(root, file);
        if (!programs) {
            errors.push_back(std::move(programs).error());
            continue;
        }
        std::move(programs->begin(), programs->end(), std::back_inserter(suite.programs));
    }
    if (errors.empty() && suite.programs.empty()) {
        errors.push_back(configuration_error(fmt::format("there is no program below '{}'", root.string())));
    }
    if (!errors.empty()) return errors;
    return suite;
}

Result<std::vector<Test>> make_tests(const Suite& suite, const fs::path& folder) {
    std::vector<Test> tests;
    tests.reserve(suite.programs.size());
    for (const auto& program : suite.programs) {
        MPY_TRY(Test test, make_test(program, folder));
        tests.push_back(std::move(test));
    }
    return tests;
}

}  // namespace harness::own
