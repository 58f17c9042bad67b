#include "harness/cli/fault_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <span>
#include <vector>

#include "harness/base/files.h"
#include "harness/disassembly/objdump_disassembler.h"
#include "harness/process/process.h"
#include "mpy/capstone_disassembler.h"
#include "mpy/locate.h"
#include "mpy/module.h"

namespace harness {
namespace asio = boost::asio;

namespace {

constexpr std::size_t kRegistersPerLine = 4;
constexpr std::size_t kRegisterWidth = 18;
constexpr std::size_t kLinesAround = 6;
constexpr std::chrono::seconds kSymbolLimit{10};
constexpr std::chrono::seconds kDecodeLimit{5};

/// One `blk` line of the record: INDEX,ADDR,SIZE,FILE. Source: docs/monitor.md, section 5.7.
struct Block {
    std::uint64_t index = 0;
    std::string file;
};

std::vector<Block> blocks_of(const monitor::Record& fault) {
    std::vector<Block> blocks;
    for (const auto& [key, value] : fault.lines()) {
        if (key != "blk") continue;
        const std::size_t first = value.find(',');
        const std::size_t last =
            first == std::string::npos ? first : value.find(',', value.find(',', first + 1) + 1);
        const auto index = monitor::parse_number(std::string_view(value).substr(0, first));
        if (index && last != std::string::npos) blocks.push_back({*index, value.substr(last + 1)});
    }
    return blocks;
}

/// The raw code that the n-th native body of the file is; the machine loads them in the order of the file.
std::optional<mpy::RawCodeIndex> native_body(const mpy::Module& module, std::uint64_t number) {
    for (const mpy::RawCode& code : module.raw_codes) {
        if (code.kind == mpy::RawCodeKind::Bytecode) continue;
        if (number-- == 0) return code.index;
    }
    return std::nullopt;
}

void keep(OutcomeCache& places, const std::string& key, const std::string& text) {
    places.store_text(key, text);
    places.prune();
}

struct Window {
    std::string text;          ///< empty: the octets are not those of an artifact with such a body
    bool is_complete = false;  ///< the code is shown; else why it is not, which may be mended tomorrow
};

Window window_of(const std::string& artifact, std::uint64_t number, std::uint64_t offset,
                 const ObjdumpTools& objdump) {
    mpy::Module module;
    if (!mpy::read_module(std::as_bytes(std::span(artifact.data(), artifact.size())), module)) return {};
    const auto raw_code = native_body(module, number);
    if (!raw_code) return {};
    mpy::CapstoneDisassembler capstone;
    // On this thread: it takes some hundredths of a second, once for each place of an arch that needs it.
    ObjdumpDisassembler by_objdump(objdump, kDecodeLimit);
    mpy::CombinedDisassembler decoder{{&capstone, &by_objdump}};
    const auto place = mpy::locate(module, *raw_code, offset, &decoder, kLinesAround);
    if (!place) return {};
    Window window{fmt::format("  in {} ({}), octet {:#x}\n", place->function, place->path, offset),
                  place->not_shown.empty()};
    if (!window.is_complete) window.text += fmt::format("  {}\n", place->not_shown);
    for (std::size_t i = 0; i < place->window.size(); ++i)
        window.text += fmt::format("  {} {}\n", i == place->window_index ? ">" : " ", place->window[i]);
    return window;
}

std::string place_in_artifact(const monitor::Record& fault, const std::string& artifact,
                              const FaultTools& tools) {
    const auto block = fault.number("block");
    const auto offset = fault.number("offset");
    if (!block || !offset) return {};
    const std::vector<Block> blocks = blocks_of(fault);
    std::string file;
    std::uint64_t number = 0;  // of the block among those of its file
    for (const Block& entry : blocks)
        if (entry.index == *block) file = entry.file;
    for (const Block& entry : blocks)
        if (entry.index < *block && entry.file == file) ++number;
    const std::string unmapped =
        fmt::format("  in native block {} of {}, octet {:#x}\n", number, file, *offset);
    if (file.find("mpyconform_") == std::string::npos) return unmapped;

    const std::string key =
        KeyBuilder().add("artifact 1").add(artifact).add_number(number).add_number(*offset).hex();
    if (tools.places)
        if (auto known = tools.places->find_text(key)) return *known;
    const Window window = window_of(artifact, number, *offset, tools.objdump);
    if (tools.places && window.is_complete) keep(*tools.places, key, window.text);
    return window.text.empty() ? unmapped : window.text;
}

std::string registers(const monitor::Record& fault, std::string_view prefix) {
    std::string text;
    std::size_t column = 0;
    std::size_t width = 0;
    for (const auto& [key, value] : fault.lines()) {
        if (!key.starts_with(prefix)) continue;
        // Padding stands between columns only: a report makes the spaces at the end of a line visible.
        if (column == 0)
            text += "  ";
        else
            text.append(kRegisterWidth - std::min(kRegisterWidth, width), ' ');
        text += fmt::format("{:>7} {}", key.substr(prefix.size()), value);
        width = value.size();
        if (++column == kRegistersPerLine) {
            text += '\n';
            column = 0;
        }
    }
    if (column != 0) text += '\n';
    return text;
}

}  // namespace

ObjdumpTools objdump_tools(const Toolset& toolset) {
    ObjdumpTools tools;
    if (const ToolchainTool* xtensa = toolset.toolchain_named("xtensa"))
        tools.xtensa_plugin = xtensa->plugin.string();
    return tools;
}

std::string fault_text(const monitor::Record& fault, const std::string* artifact, const FaultTools& tools) {
    const auto get = [&](std::string_view key) { return fault.text(key).value_or("unknown"); };
    std::string text = fmt::format("{} while in stage {}, pc {}", get("kind"), get("stage"), get("pc"));
    if (const auto address = fault.text("address")) text += fmt::format(", address {}", *address);
    if (const auto said = fault.text("text")) text += fmt::format(": {}", *said);
    text += '\n';
    if (get("where") == "artifact" && artifact != nullptr)
        text += place_in_artifact(fault, *artifact, tools);
    else if (get("where") == "other")
        text += "  pc is neither in the artifact nor in the core\n";
    text += registers(fault, "reg.");
    text += registers(fault, "cpu.");
    for (const auto& [key, value] : fault.lines())
        if (key.starts_with("stack@"))
            text += fmt::format("  stack at {}: {}\n", key.substr(6), value.substr(0, 128));
    return text;
}

asio::awaitable<std::string> describe_fault(monitor::Record fault, RunRequest request,
                                            std::filesystem::path elf, FaultTools tools) {
    std::string text = fault_text(fault, request.artifact.get(), tools);
    if (fault.text("where") != "core" || !fault.text("pc")) co_return text;
    const std::size_t first_line = text.find('\n') + 1;
    std::string key;
    if (const auto firmware = file_hash(elf); firmware && tools.places) {
        key = KeyBuilder().add("core 1").add(*firmware).add(*fault.text("pc")).hex();
        if (const auto known = tools.places->find_text(key)) co_return text.insert(first_line, *known);
    }
    Command command;
    command.argv = {tools.addr2line, "-f", "-s", "-e", elf.string(), *fault.text("pc")};
    command.environment = inherited_environment();
    Limits limits;
    limits.wall = kSymbolLimit;
    const auto answer = co_await run_process(command, limits);
    if (!answer || answer->exit_code != 0) co_return text + "  (the firmware's symbols could not be read)\n";
    const std::string& said = answer->output;
    const std::size_t line_end = said.find('\n');
    const std::string place = line_end == std::string::npos
                                  ? ""
                                  : said.substr(line_end + 1, said.find('\n', line_end + 1) - line_end - 1);
    const std::string line = fmt::format("  in the core: {} ({})\n", said.substr(0, line_end), place);
    if (!key.empty()) keep(*tools.places, key, line);
    co_return text.insert(first_line, line);
}

}  // namespace harness
