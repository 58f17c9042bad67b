// mpyconform-expand: shows what the suites expand to, for the author of a program. Runs nothing.
//
//   mpyconform-expand SUITES                list of ids
//   mpyconform-expand SUITES ID             the expanded program
//   mpyconform-expand SUITES --into FOLDER  every program and helper as a file, and index.json with the
//   metadata
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/base/files.h"
#include "harness/suite/own_artifact_edit.h"
#include "harness/suite/own_suite.h"

namespace {

using harness::own::Program;

nlohmann::json refusals(const std::vector<harness::CompileRefusal>& list) {
    auto json = nlohmann::json::array();
    for (const auto& one : list) json.push_back({{"text", one.text}, {"if", one.when}});
    return json;
}

nlohmann::json describe(const Program& program) {
    nlohmann::json json = {{"id", program.id},
                           {"file", program.file},
                           {"about", program.about},
                           {"source", program.source},
                           {"machine_code", program.has_machine_code}};
    for (const auto emitter : program.emitters)
        json["emitters"].push_back(std::string(harness::word(emitter)));
    json["any_emitter"] = program.any_emitter;
    json["needs"] = program.needs;
    json["helpers"] = nlohmann::json::array();
    for (const auto& helper : program.helpers) {
        json["helpers"].push_back(
            {{"name", helper.name},
             {"source", helper.source},
             {"arch", helper.arch},
             {"edits", helper.edits},
             {"emitter", helper.emitter ? std::string(harness::word(*helper.emitter)) : ""}});
    }
    if (program.expect) json["expect"] = *program.expect;
    json["refused"] = refusals(program.refused);
    json["unsupported"] = refusals(program.unsupported);
    json["time_factor"] = program.time_factor;
    return json;
}

int edit_artifact(const std::vector<std::string>& arguments) {
    auto octets = harness::read_file(arguments[1]);
    if (octets)
        octets = harness::own::apply_edits(*std::move(octets), {arguments.begin() + 3, arguments.end()});
    if (!octets) {
        fmt::print(stderr, "{}\n", octets.error().text());
        return 2;
    }
    auto written = harness::write_file_atomically(arguments[2], *octets);
    if (!written) fmt::print(stderr, "{}\n", written.error().text());
    return written ? 0 : 2;
}

int write_all(const harness::own::Suite& suite, const std::filesystem::path& folder) {
    auto index = nlohmann::json::array();
    for (const auto& program : suite.programs) index.push_back(describe(program));
    if (auto written = harness::write_file_atomically(folder / "index.json", index.dump(1)); !written) {
        fmt::print(stderr, "{}\n", written.error().text());
        return 2;
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    if (arguments.size() > 3 && arguments[0] == "--edit") return edit_artifact(arguments);
    if (arguments.empty() || arguments.size() > 3) {
        fmt::print(stderr, "usage: mpyconform-expand SUITES [ID | --into FOLDER], or --edit FROM TO EDIT…\n");
        return 2;
    }
    auto suite = harness::own::load_suite(arguments[0]);
    if (!suite) {
        for (const auto& error : suite.error()) fmt::print(stderr, "{}\n", error.text());
        return 2;
    }
    if (arguments.size() == 1) {
        for (const auto& program : suite->programs) fmt::print("{}\n", program.id);
        return 0;
    }
    if (arguments.size() == 3 && arguments[1] == "--into") return write_all(*suite, arguments[2]);
    for (const auto& program : suite->programs) {
        if (program.id == arguments[1]) {
            fmt::print("{}", program.source);
            return 0;
        }
    }
    fmt::print(stderr, "there is no program '{}'; call with the suites folder alone for the list\n",
               arguments[1]);
    return 2;
}
