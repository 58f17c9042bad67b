#include "harness/cli/compiler_defects.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "mpy/module.h"

namespace harness {
namespace asio = boost::asio;

namespace {

constexpr const char* kProbe = "pass\n";
/// No function of one line needs more; a sound frame has some dozens of octets.
constexpr std::int64_t kLargestFrame = 2048;
/// In front of the instructions of a native function. Source: the .mpy format text, section 6.4.
constexpr std::size_t kPreludeSlotOctets = 4;

/// Source: The RISC-V Instruction Set Manual, Volume I (20191213), 2.3 and 16.8. Registers: x2 is sp, x6 is
/// t1.
constexpr std::uint32_t kAddiSpSp = 0x00010113, kAddiMask = 0x000FFFFF;
constexpr std::uint32_t kLuiT1 = 0x00000337, kLuiMask = 0x00000FFF;
constexpr std::uint32_t kAddiT1T1 = 0x00030313;
constexpr std::uint32_t kCompressedAddiSp = 0x0101, kCompressedAddi16Sp = 0x6101, kCompressedMask = 0xEF83;

std::int64_t immediate_of_addi(std::uint32_t word) {
    return static_cast<std::int32_t>(word) >> 20;
}

}  // namespace

std::optional<std::int64_t> rv32_frame_octets(std::span<const std::byte> artifact) {
    mpy::Module module;
    if (!mpy::read_module(artifact, module)) return std::nullopt;
    const auto native =
        std::find_if(module.raw_codes.begin(), module.raw_codes.end(),
                     [](const mpy::RawCode& code) { return code.kind != mpy::RawCodeKind::Bytecode; });
    if (native == module.raw_codes.end()) return std::nullopt;
    const auto data = native->fun_data;
    const auto word_at = [&](std::size_t offset) -> std::uint32_t {
        if (data.size() < offset + 4) return 0;
        std::uint32_t word = 0;
        for (std::size_t i = 4; i-- > 0;) word = word << 8 | std::to_integer<std::uint32_t>(data[offset + i]);
        return word;
    };
    const std::uint32_t first = word_at(kPreludeSlotOctets);
    if ((first & kAddiMask) == kAddiSpSp) return -immediate_of_addi(first);
    if ((first & kLuiMask) == kLuiT1) {
        std::int64_t amount = static_cast<std::int32_t>(first & 0xFFFFF000);
        const std::uint32_t second = word_at(kPreludeSlotOctets + 4);
        if ((second & kAddiMask) == kAddiT1T1) amount += immediate_of_addi(second);
        return -amount;
    }
    // A compressed instruction that moves sp cannot move it far.
    const std::uint32_t compressed = first & kCompressedMask;
    if (compressed == kCompressedAddiSp || compressed == kCompressedAddi16Sp) return 0;
    return std::nullopt;
}

asio::awaitable<Result<std::map<std::string, std::string>>> find_compiler_defects(Compiler& compiler) {
    std::map<std::string, std::string> defects;
    const auto& archs = compiler.identity().archs;
    if (std::find(archs.begin(), archs.end(), "rv32imc") == archs.end()) co_return defects;
    CompileRequest request;
    request.source = "probe.py";
    request.source_name = "probe.py";
    request.emitter = Emitter::Native;
    request.arch = "rv32imc";
    request.octets = std::make_shared<const std::string>(kProbe);
    MPY_CO_TRY(const CompileOutcome outcome, co_await compiler.compile(std::move(request)));
    if (outcome.kind != CompileOutcome::Kind::Artifact) co_return defects;
    const auto frame =
        rv32_frame_octets(std::as_bytes(std::span(outcome.octets->data(), outcome.octets->size())));
    if (frame && (*frame < 0 || *frame > kLargestFrame))
        defects["rv32imc"] = fmt::format(
            "this build of {} gives every rv32imc function a stack frame of {} octets and more "
            "(docs/findings.md, section 1)",
            compiler.identity().name, *frame);
    co_return defects;
}

}  // namespace harness
