#include "harness/target/memory_programs.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "harness/base/files.h"
#include "harness/romfs/romfs.h"
#include "harness/target/memory_carrier.h"
#include "harness/target/monitor_codec.h"

namespace harness::memory {
namespace fs = std::filesystem;

namespace {

constexpr std::string_view kIdFile = ".image-id";
constexpr std::string_view kProgramFile = "<stdin>";
constexpr std::string_view kArtifactFile = "__injected_test.mpy";
constexpr std::string_view kStart = "execfile('<stdin>')";
constexpr std::string_view kMarkerStatement = "print('START TEST')";
/// Images stand at even addresses.
constexpr std::size_t kAlign = 16;
/// Of a file record beside its content.
constexpr std::size_t kFileOverhead = 64;

std::shared_ptr<const std::string> shared(std::string text) {
    return std::make_shared<const std::string>(std::move(text));
}

/// A statement that cannot stand behind another one on its line.
bool begins_with_compound(std::string_view source) {
    if (source.starts_with('@')) return true;
    for (const std::string_view word : {"try", "if", "for", "while", "with", "def", "class", "async"})
        if (source.starts_with(word) && source.size() > word.size() &&
            (source[word.size()] == ' ' || source[word.size()] == ':' || source[word.size()] == '('))
            return true;
    return false;
}

/// Puts the marker in front of the source, with the statement that takes away the mount that it was read
/// from. A program that can have neither keeps its mount, and its marker is printed by the line that starts
/// it.
std::string marked(std::string source, MarkerLine marker, Program& program) {
    constexpr std::string_view kUnmount = "__import__('vfs').umount('/m');";
    if (source.starts_with('#') || marker == MarkerLine::Counts)
        return std::string(kUnmount) + raw_repl::marked_source(source);
    if (!begins_with_compound(source)) return fmt::format("{}{};{}", kUnmount, kMarkerStatement, source);
    program.marker_is_early = true;
    return source;
}

struct Packed {
    std::string octets;  ///< the program's own ROMFS image
    Program program;
    bool artifact = false;
};

Result<Packed> pack_one(const RunRequest& request, std::size_t index, MarkerLine marker) {
    const Test& test = *request.job->test;
    Packed packed;
    packed.program.request = index;
    packed.artifact = request.artifact != nullptr;
    RomfsBuilder builder;
    for (const auto& [name, octets] : request.modules) MPY_CHECK_OK(builder.add(name, octets));
    if (packed.artifact) {
        packed.program.carrier_frames = 2;
        MPY_CHECK_OK(builder.add(kArtifactFile, request.artifact));
        MPY_CHECK_OK(builder.add(kProgramFile, shared(std::string(kMemoryCarrierSource))));
    } else {
        MPY_TRY(std::string source, read_file(test.path));
        // Only MicroPython's own tests expect line numbers that count the marker's line.
        if (test.suite == "micropython")
            source = marked(std::move(source), marker, packed.program);
        else
            packed.program.marker = raw_repl::Marker::None;
        MPY_CHECK_OK(builder.add(kProgramFile, shared(std::move(source))));
        for (const TestHelper& helper : test.helpers) {
            MPY_TRY(std::string text, read_file(helper.path));
            MPY_CHECK_OK(builder.add(helper.name + ".py", shared(std::move(text))));
        }
    }
    packed.octets = builder.build();
    return packed;
}

/// Mounts the program's image and goes there; leaves no name that a typed program would not find.
std::string opener(const Packed& packed, std::uint64_t address) {
    const std::string image =
        fmt::format("vfs.VfsRom(u.bytearray_at({:#010x},{:#08x}))", address, packed.octets.size());
    if (packed.artifact)
        return fmt::format("import vfs,os,uctypes as u;__rom={};vfs.mount(__rom,'/m');os.chdir('/m');del u",
                           image);
    return fmt::format("import vfs,os,uctypes as u;vfs.mount({},'/m');os.chdir('/m');del vfs,os,u", image);
}

/// What a firmware that mounts nothing executes straight from memory: what an artifact needs is all there, a
/// source program has to be executed from its file for its name.
std::string text_in_memory(const Packed& packed, std::uint64_t address) {
    std::string text = opener(packed, address);
    if (packed.artifact) text += "\n" + std::string(kMemoryCarrierSource);
    return text;
}

/// As short as it can be: octets on an emulated UART are what costs (docs/stock-firmware.md).
std::string line_for_text(std::uint64_t address, std::size_t size) {
    return fmt::format("import uctypes as u;exec(u.bytearray_at({},{}))", address, size);
}

std::size_t aligned(std::size_t octets) {
    return (octets + kAlign - 1) / kAlign * kAlign;
}

/// The image at the window's start; `addresses` of the programs' own images.
Result<std::string> front(const std::string& id, std::span<const Packed> programs,
                          std::span<const std::uint64_t> addresses) {
    RomfsBuilder builder;
    MPY_CHECK_OK(builder.add(kIdFile, shared(id)));
    for (std::size_t i = 0; i < programs.size(); ++i)
        MPY_CHECK_OK(builder.add(std::to_string(i), shared(opener(programs[i], addresses[i]))));
    return builder.build();
}

Result<Image> lay_out(std::vector<Packed> programs, const Window& window, Access access) {
    Image image;
    image.id = monitor::random_tag();
    // Addresses are written with a fixed number of digits, so the size of the front does not depend on them.
    std::vector<std::uint64_t> addresses(programs.size(), window.address);
    MPY_TRY(const std::string draft, front(image.id, programs, addresses));
    std::size_t at = aligned(draft.size());
    for (std::size_t i = 0; i < programs.size(); ++i) {
        addresses[i] = window.address + at;
        at += aligned(programs[i].octets.size());
    }
    MPY_TRY(image.octets, front(image.id, programs, addresses));
    for (std::size_t i = 0; i < programs.size(); ++i) {
        image.octets.resize(static_cast<std::size_t>(addresses[i] - window.address), '\0');
        image.octets += programs[i].octets;
    }
    for (std::size_t i = 0; i < programs.size(); ++i) {
        Program& program = image.programs.emplace_back(std::move(programs[i].program));
        if (access == Access::Mounted) {
            program.line = fmt::format("execfile('/rom/{}');", i);
        } else {
            const std::string text = text_in_memory(programs[i], addresses[i]);
            program.line = line_for_text(window.address + image.octets.size(), text.size());
            image.octets += text;
            if (programs[i].artifact) continue;
            program.line += ";";
        }
        if (program.marker_is_early) program.line += fmt::format("{};", kMarkerStatement);
        program.line += kStart;
    }
    return image;
}

/// What a program adds to an image at most.
std::size_t room_for(const Packed& packed, Access access) {
    const std::size_t text = access == Access::Mounted ? 0 : text_in_memory(packed, 0).size();
    return aligned(packed.octets.size()) + opener(packed, 0).size() + text + kFileOverhead;
}

/// Takes the first lines of a traceback away that belong to what started the program; all but one: the last
/// is what raw_repl::outcome_of() knows of. A carrier that was executed from memory is `<string>`.
void remove_frames(std::string& exception, int frames) {
    constexpr std::string_view kTyped = "  File \"<stdin>\", line ";
    constexpr std::string_view kCarrier = "  File \"<string>\", line ";
    for (; frames > 1; --frames) {
        const std::size_t at = exception.find(kTyped);
        if (at == std::string::npos) return;
        const std::size_t next = exception.find("\r\n", at);
        if (next == std::string::npos) return;
        const bool from_memory = std::string_view(exception).substr(next + 2).starts_with(kCarrier);
        const std::size_t from = from_memory ? next + 2 : at;
        const std::size_t end = exception.find("\r\n", from);
        if (end == std::string::npos) return;
        exception.erase(from, end + 2 - from);
    }
}

}  // namespace

Result<std::vector<Image>> pack(std::span<const RunRequest> requests, std::span<const std::size_t> which,
                                const Window& window, Access access, MarkerLine marker) {
    std::vector<Image> images;
    std::vector<Packed> programs;
    std::size_t room = 0;
    const auto close = [&]() -> Result<void> {
        if (programs.empty()) return {};
        MPY_TRY(Image image, lay_out(std::exchange(programs, {}), window, access));
        images.push_back(std::move(image));
        room = 0;
        return {};
    };
    for (const std::size_t index : which) {
        MPY_TRY(Packed packed, pack_one(requests[index], index, marker));
        const std::size_t needed = room_for(packed, access);
        // The front's own records and its id.
        constexpr std::size_t kFront = 256;
        if (room + needed + kFront > window.size_bytes) {
            MPY_CHECK_OK(close());
        }
        if (needed + kFront > window.size_bytes)
            return io_error(fmt::format("{} takes {} octets, but the machine's memory for programs has {}",
                                        requests[index].job->test->id, needed, window.size_bytes));
        room += needed;
        programs.push_back(std::move(packed));
    }
    MPY_CHECK_OK(close());
    return images;
}

std::string id_question(const Image& image, const Window& window, Access access) {
    if (access == Access::Mounted) return fmt::format("print(open('/rom/{}').read())", kIdFile);
    return fmt::format(
        "import vfs,uctypes\nprint(vfs.VfsRom(uctypes.bytearray_at({:#x},{})).open('{}','r').read(),end='')",
        window.address, image.octets.size(), kIdFile);
}

Result<Image> empty_image() {
    return lay_out({}, {}, Access::Mounted);
}

Outcome outcome_of(raw_repl::Reply reply, const Program& program) {
    remove_frames(reply.exception, program.carrier_frames);
    // Not what it printed: programs print that word too.
    const bool is_memory_error = reply.exception.find("MemoryError") != std::string::npos;
    Outcome outcome = raw_repl::outcome_of(std::move(reply), program.marker, true);
    // What could not be loaded or compiled: nothing of it has run, no line of it is in the traceback.
    if ((program.carrier_frames > 1 || program.marker_is_early) && outcome.ending == Ending::Exited &&
        is_memory_error && outcome.output.starts_with("MemoryError") &&
        outcome.output.find('\n') + 1 == outcome.output.size()) {
        outcome.output = "SKIP-TOO-LARGE\n";
        outcome.exit_code = 0;
    }
    return outcome;
}

bool looks_at_partition(std::string_view source) {
    for (const std::string_view word : {"rom_ioctl", "'/rom", "\"/rom"})
        if (source.find(word) != std::string_view::npos) return true;
    return false;
}

}  // namespace harness::memory
