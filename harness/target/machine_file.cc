#include "harness/target/machine_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/base/files.h"
#include "harness/base/toml_reader.h"
#include "mpy/facts/archs.h"

namespace harness {
namespace fs = std::filesystem;

std::vector<std::string> MachineFile::command(const fs::path& firmware_elf, const fs::path& image) const {
    std::vector<std::string> argv{qemu};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    argv.insert(argv.end(), {"-display", "none", "-monitor", "none", "-no-reboot"});
    argv.insert(argv.end(), console.begin(), console.end());
    if (!image.empty())
        argv.insert(argv.end(), {"-device", fmt::format("loader,file={},addr={:#x},force-raw=on",
                                                        image.string(), window_address)});
    for (std::string word : firmware_arguments) {
        if (const std::size_t at = word.find("{}"); at != std::string::npos)
            word.replace(at, 2, firmware_elf.string());
        argv.push_back(std::move(word));
    }
    return argv;
}

namespace {

/// Where the firmware comes from: built by a compiler from a folder of ours or of MicroPython's tree, or
/// brought by a package.
void read_firmware(TomlReader& reader, MachineFile& machine) {
    machine.firmware_file = reader.text("firmware_file").value_or("");
    if (!machine.firmware_file.empty()) {
        machine.firmware_package = reader.required_text("firmware_package");
        return;
    }
    machine.board = reader.text("board").value_or("");
    if (machine.board.empty()) {
        machine.firmware = reader.required_text("firmware");
        machine.variant = reader.text("variant").value_or("");
    } else {
        machine.make_variables = reader.texts("make");
        machine.product = reader.text("product").value_or("firmware.elf");
    }
    machine.compiler = reader.required_text("compiler");
    machine.compiler_package = reader.required_text("compiler_package");
    machine.toolchain = reader.text("toolchain").value_or("");
}

Result<void> read_transport(TomlReader& reader, MachineFile& machine) {
    const std::string transport = reader.text("transport").value_or("monitor");
    if (transport != "monitor" && transport != "raw-repl")
        return reader.error_at("transport",
                               fmt::format("expected \"monitor\" or \"raw-repl\", found {:?}", transport));
    if (transport == "monitor") return {};
    machine.transport = MachineTransport::RawRepl;
    machine.pace_octets = static_cast<std::size_t>(reader.number("pace_octets").value_or(256));
    machine.pace_pause = std::chrono::milliseconds(reader.number("pace_pause_ms").value_or(10));
    machine.last_words = reader.text("last_words").value_or("");
    if (machine.pace_octets == 0 || machine.pace_octets > 65536)
        return reader.error_at("pace_octets", "expected 1 to 65536 octets");
    if (machine.pace_pause.count() < 0 || machine.pace_pause.count() > 1000)
        return reader.error_at("pace_pause_ms", "expected 0 to 1000 milliseconds");
    return {};
}

Result<void> check_board(const TomlReader& reader, const MachineFile& machine) {
    if (machine.board.empty()) return {};
    if (machine.transport != MachineTransport::RawRepl)
        return reader.error_at("board", "stock firmware knows no monitor: expected transport = \"raw-repl\"");
    for (const std::string& variable : machine.make_variables)
        if (const std::size_t equals = variable.find('='); equals == 0 || equals == std::string::npos)
            return reader.error_at("make", fmt::format("expected NAME=value, found {:?}", variable));
    return {};
}

/// The octets of memory for tests: the monitor cannot do without, the raw REPL can.
Result<void> check_window(const TomlReader& reader, const MachineFile& machine) {
    const bool none = machine.window_size_bytes == 0 && machine.transport == MachineTransport::RawRepl;
    if (machine.window_size_bytes < 4096 && !none)
        return reader.error_at("window_size",
                               "the artifact window needs an address and a size of at least 4096 octets");
    return {};
}

}  // namespace

Result<MachineFile> parse_machine_file(std::string_view text, const fs::path& file) {
    MPY_TRY(TomlReader reader, TomlReader::parse(text, file.string()));
    MachineFile machine;
    machine.name = reader.required_text("name");
    machine.about = reader.required_text("about");
    machine.arch = reader.required_text("arch");
    machine.accepts = reader.texts("accepts");
    MPY_CHECK_OK(read_transport(reader, machine));
    machine.on_request = reader.flag("on_request").value_or(false);
    read_firmware(reader, machine);
    if (auto words = reader.texts("firmware_arguments"); !words.empty())
        machine.firmware_arguments = std::move(words);
    machine.qemu = reader.required_text("qemu");
    machine.package = reader.required_text("package");
    machine.arguments = reader.texts("arguments");
    machine.console = reader.texts("console");
    machine.window_address = static_cast<std::uint64_t>(reader.number("window").value_or(0));
    machine.window_size_bytes = static_cast<std::uint64_t>(reader.number("window_size").value_or(0));
    machine.time_factor = reader.real("time_factor").value_or(1.0);
    machine.environment = reader.texts("environment");
    machine.seen_with = reader.texts("seen_with");
    MPY_CHECK_OK(reader.finish());

    if (machine.name != file.stem().string())
        return reader.error_at(
            "name", fmt::format("the machine is named {:?}, but its file {:?}: they have to be the same",
                                machine.name, file.filename().string()));
    if (machine.accepts.empty()) machine.accepts = {machine.arch};
    for (const std::string& arch : machine.accepts)
        if (mpy::find_arch(arch) == nullptr)
            return reader.error_at("accepts", fmt::format("there is no arch {:?}", arch));
    if (machine.accepts.front() != machine.arch)
        return reader.error_at("accepts", "the machine's own arch has to stand first");
    if (machine.arch == "none") machine.accepts.clear();
    MPY_CHECK_OK(check_window(reader, machine));
    MPY_CHECK_OK(check_board(reader, machine));
    if (std::none_of(machine.firmware_arguments.begin(), machine.firmware_arguments.end(),
                     [](const std::string& word) { return word.find("{}") != std::string::npos; }))
        return reader.error_at("firmware_arguments", "expected \"{}\" where the firmware's file goes");
    if (machine.console.empty())
        return reader.error_at("console",
                               "expected the emulator's options that connect the console to its "
                               "standard input and output");
    if (!(machine.time_factor > 0)) return reader.error_at("time_factor", "expected a positive number");
    return machine;
}

Result<std::vector<MachineFile>> load_machine_files(const fs::path& folder) {
    std::vector<MachineFile> machines;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
        if (entry->path().extension() != ".toml") continue;
        MPY_TRY(const std::string text, read_file(entry->path()));
        MPY_TRY(MachineFile machine, parse_machine_file(text, entry->path()));
        machines.push_back(std::move(machine));
    }
    if (error) return io_error(fmt::format("cannot read {}: {}", folder.string(), error.message()));
    std::sort(machines.begin(), machines.end(),
              [](const MachineFile& a, const MachineFile& b) { return a.name < b.name; });
    return machines;
}

}  // namespace harness
