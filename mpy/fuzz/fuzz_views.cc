// libFuzzer entry: what people are shown of a file. Explains any octets; lists, decodes and locates in every
// module that can be read. Nothing may crash, hang, read outside the file or let a control character through.
#include <array>
#include <cstdlib>
#include <string>
#include <vector>

#include "mpy/capstone_disassembler.h"
#include "mpy/disassemble.h"
#include "mpy/explain.h"
#include "mpy/locate.h"

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

void require_safe(const std::string& text) {
    for (const char c : text) require(c == '\n' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F));
}

/// Stands for the decoders that run programs: units of two octets that are no instructions.
class UnitDecoder final : public mpy::NativeDisassembler {
  public:
    bool decodes(mpy::InstructionSet set) const override { return set != mpy::InstructionSet::None; }
    mpy::DecoderResult<std::vector<mpy::DecodedChunk>> decode(
        std::span<const mpy::CodeChunk> chunks) override {
        std::vector<mpy::DecodedChunk> all(chunks.size());
        for (std::size_t i = 0; i < chunks.size(); ++i) {
            for (std::size_t at = 0; at < chunks[i].octets.size(); at += 2) {
                mpy::NativeInstruction unit;
                unit.address = chunks[i].base + at;
                unit.size = static_cast<std::uint8_t>(std::min<std::size_t>(2, chunks[i].octets.size() - at));
                all[i].push_back(std::move(unit));
            }
        }
        return all;
    }
};

void show(const mpy::Module& module) {
    static mpy::CapstoneDisassembler capstone;
    static UnitDecoder units;
    static mpy::CombinedDisassembler decoder({&capstone, &units});
    std::vector<mpy::RawCodeIndex> all;
    for (const mpy::RawCode& code : module.raw_codes) all.push_back(code.index);
    const auto listings = disassemble(module, all, &decoder);
    require(listings.has_value());
    for (const mpy::Listing& listing : *listings) {
        std::uint64_t at = 0;
        for (const mpy::ListingLine& line : listing.lines) {
            if (line.kind == mpy::ListingLine::Kind::Label) continue;
            require(line.offset == at);
            at += line.size;
        }
        if (listing.not_shown.empty()) require(at == module.raw_code(listing.raw_code).fun_data.size());
        require_safe(render(module, listing));
    }
    const mpy::RawCode& last = module.raw_codes.back();
    const auto place = locate(module, last.index, last.fun_data.size() / 2, &decoder);
    require(place.has_value());
    require_safe(place->function + place->instruction);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::span<const std::byte> file(reinterpret_cast<const std::byte*>(data), size);
    static const std::array kTargets = {mpy::KnownTarget{"a", "1.25.0", mpy::Arch::X64, {}, 0, 0},
                                        mpy::KnownTarget{"b", "1.12", mpy::Arch::None, {}, 0, 0},
                                        mpy::KnownTarget{"c", "", mpy::Arch::Rv32imc, {}, 1, 0}};
    require_safe(render(mpy::explain(file, kTargets), "file"));
    mpy::Module module;
    if (mpy::read_module(file, module)) show(module);
    return 0;
}
