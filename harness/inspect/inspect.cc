#include "harness/inspect/inspect.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <filesystem>

#include "harness/base/files.h"
#include "harness/disassembly/objdump_disassembler.h"
#include "harness/inspect/report.h"
#include "mpy/capstone_disassembler.h"
#include "mpy/printable.h"
#include "mpy/reader.h"

namespace harness {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

std::string_view name_of(fs::file_type type) {
    switch (type) {
        case fs::file_type::fifo:
            return "a pipe";
        case fs::file_type::socket:
            return "a socket";
        case fs::file_type::character:
        case fs::file_type::block:
            return "a device";
        default:
            return "no regular file";
    }
}

Result<std::string> read_input(const std::string& path) {
    if (path.empty()) return usage_error("a file's name is empty");
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (status.type() == fs::file_type::not_found)
        return usage_error(fmt::format("{}: there is no such file", path));
    if (status.type() == fs::file_type::none)
        return usage_error(fmt::format("{} cannot be looked at: {}", path, error.message()));
    if (fs::is_directory(status))
        return usage_error(fmt::format("{} is a folder; name the files in it", path));
    if (!fs::is_regular_file(status))
        return usage_error(fmt::format("{} is {}; a .mpy file is read from a disk: copy it into a file first",
                                       path, name_of(status.type())));
    const std::uintmax_t size = fs::file_size(path, error);
    if (!error && size > kMaxInspectedOctets) {
        return usage_error(fmt::format("{} has {} octets; a .mpy file of more than {} is not read", path,
                                       size, kMaxInspectedOctets));
    }
    return read_file(path);
}

InspectStatus worse(InspectStatus a, InspectStatus b) {
    return std::max(a, b);
}

class Inspector {
  public:
    Inspector(const InspectOptions& options, const InspectContext& context, std::ostream& out,
              std::ostream& err)
        : options_(options), context_(context), out_(out), err_(err) {}

    InspectStatus run() {
        ordered_json all = ordered_json::array();
        for (const std::string& file : options_.files) {
            const auto octets = read_input(file);
            if (!octets) {
                const std::string trouble = mpy::printable(octets.error().text(), 500);
                fmt::print(err_, "mpyconform inspect: {}\n", trouble);
                all.push_back({{"file", file}, {"error", trouble}});
                status_ = worse(status_, InspectStatus::Usage);
                continue;
            }
            ordered_json one{{"file", file}};
            inspect(file, *octets, one);
            all.push_back(std::move(one));
        }
        if (options_.json) {
            out_ << json_text(all) << '\n';
        } else if (options_.explain && !context_.about_targets.empty()) {
            fmt::print(out_, "{}\n", mpy::wrap(context_.about_targets, 100, 0));
        }
        return status_;
    }

  private:
    void inspect(const std::string& file, const std::string& octets, ordered_json& json) {
        const auto file_octets = mpy::as_octets(octets);
        if (options_.explain) explain(file, file_octets, json);
        if (!options_.check && !options_.disassemble && !options_.dump()) return;

        mpy::Module module;
        const auto read = mpy::read_module(file_octets, module);
        if (!read) {
            unreadable(file, file_octets, module, read.error(), json);
            return;
        }
        if (options_.check) check(file, module, json);
        if (options_.disassemble) disassemble(file, module, json);
        if (!options_.dump()) return;
        if (options_.json) {
            json["dump"] = dump_json(module);
        } else {
            print_dump(module, file, out_);
        }
    }

    void explain(const std::string& file, std::span<const std::byte> octets, ordered_json& json) {
        const mpy::Explanation explanation = mpy::explain(octets, context_.targets);
        if (explanation.sort == mpy::Explanation::Sort::Foreign || !explanation.damage.empty() ||
            !explanation.broken.empty()) {
            status_ = worse(status_, InspectStatus::Wrong);
        }
        if (options_.json) {
            json["explanation"] = explanation_json(explanation);
        } else {
            out_ << render(explanation, file);
        }
    }

    /// Shows what was read before the bad field: that is what a person with a damaged file has.
    void unreadable(const std::string& file, std::span<const std::byte> octets, const mpy::Module& module,
                    const mpy::Finding& finding, ordered_json& json) {
        status_ = worse(status_, InspectStatus::Wrong);
        const mpy::Explanation explanation = mpy::explain(octets);
        if (options_.json) {
            json["unreadable"] = finding_json(finding);
            json["summary"] = explanation.summary;
            if (options_.check) {
                json["check"] = {
                    {"errors", 1}, {"warnings", 0}, {"not_listed", 0}, {"findings", {finding_json(finding)}}};
            }
            return;
        }
        if (options_.dump() && explanation.sort == mpy::Explanation::Sort::Mpy)
            print_dump(module, file, out_);
        if (explanation.sort == mpy::Explanation::Sort::Mpy) {
            fmt::print(out_, "{}: {}\n", mpy::printable(file, 200), mpy::printable(to_string(finding), 800));
        } else {
            out_ << render(explanation, file);
        }
    }

    void check(const std::string& file, const mpy::Module& module, ordered_json& json) {
        const mpy::CheckReport report = mpy::check_module(module);
        if (!report.ok()) status_ = worse(status_, InspectStatus::Wrong);
        if (options_.json) {
            json["check"] = check_json(report);
            return;
        }
        const std::string name = mpy::printable(file, 200);
        for (const mpy::Finding& finding : report.findings) {
            fmt::print(out_, "{}: {}\n", name, mpy::printable(to_string(finding), 800));
        }
        if (report.n_dropped > 0) fmt::print(out_, "{}: {} more\n", name, report.n_dropped);
        if (report.clean()) {
            fmt::print(out_, "{}: nothing is wrong\n", name);
        } else {
            fmt::print(out_, "{}: {} error{}, {} warning{}\n", name, report.n_errors,
                       report.n_errors == 1 ? "" : "s", report.n_warnings, report.n_warnings == 1 ? "" : "s");
        }
    }

    void disassemble(const std::string& file, const mpy::Module& module, ordered_json& json) {
        mpy::NativeDisassembler& decoder = context_.decoder == nullptr ? usual_ : *context_.decoder;
        if (options_.json) {
            auto listings = disassembly_json(module, decoder);
            if (listings) {
                json["disassembly"] = std::move(*listings);
            } else {
                decoder_trouble(listings.error());
            }
            return;
        }
        fmt::print(out_, "{}: {} octets\n", mpy::printable(file, 200), module.file_size);
        if (auto done = print_disassembly(module, decoder, out_); !done) decoder_trouble(done.error());
    }

    void decoder_trouble(const mpy::DecoderError& error) {
        fmt::print(err_, "mpyconform inspect: {}\n", mpy::printable(error.message, 800));
        status_ = worse(status_, InspectStatus::Usage);
    }

    const InspectOptions& options_;
    const InspectContext& context_;
    std::ostream& out_;
    std::ostream& err_;
    InspectStatus status_ = InspectStatus::Fine;
    mpy::CapstoneDisassembler capstone_;
    ObjdumpDisassembler objdump_{context_.objdump};
    mpy::CombinedDisassembler usual_{{&capstone_, &objdump_}};
};

}  // namespace

CLI::App* add_inspect_command(CLI::App& app, InspectOptions& options) {
    CLI::App* command = app.add_subcommand("inspect", "show, check, disassemble or explain .mpy files");
    command->add_option("FILE", options.files, "the .mpy files")->required();
    command->add_flag("--check", options.check,
                      "verify every rule of the format; exit status 1 when one is broken");
    command->add_flag("--disassemble", options.disassemble,
                      "list every function, bytecode and machine code, with names and values");
    command->add_flag(
        "--explain", options.explain,
        "say in plain words what each file is and who will load it; for those that won't, why and "
        "what to do");
    command->add_flag("--json", options.json, "one JSON array with an object for each file, for tools");
    command->footer(
        "With none of --check, --disassemble, --explain the file is dumped: header, strings, objects, "
        "functions.\n"
        "Exit status: 0 every file is right, 1 a file is wrong, 2 a file or a needed program is missing.");
    return command;
}

InspectStatus run_inspect(const InspectOptions& options, const InspectContext& context, std::ostream& out,
                          std::ostream& err) {
    return Inspector(options, context, out, err).run();
}

}  // namespace harness
