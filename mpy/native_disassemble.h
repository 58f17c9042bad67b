// Machine code as decoded instructions, and the interface behind which decoders stand.
//
// A decoder turns octets into instruction texts and nothing else. What an instruction means to a .mpy file is
// said elsewhere: which octets are code at all (native_layout.h), which table slot a call goes to
// (native_trace.h), the listing of a whole function (disassemble.h).
//
// mpy/ does no I/O, so it brings the one decoder that is a library (capstone_disassembler.h). Decoders that
// run a program stand behind the same interface in the harness.
#pragma once

#include <boost/system/result.hpp>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mpy/facts/archs.h"

namespace mpy {

/// What a decoder has to know to decode. Several architectures of the format share one: the Thumb ones differ
/// in what the core can execute, not in how it is encoded.
enum class InstructionSet : std::uint8_t { None, X86, X64, Arm, Thumb, Xtensa, XtensaWindowed, Rv32, Rv64 };

/// The set that code of `arch` is in, or None when the architecture has no code or nothing here decodes it.
/// Windowed Xtensa is None on purpose: see `why_not_decoded`.
InstructionSet instruction_set(Arch arch);

/// Why machine code of `arch` cannot be shown, in one sentence, or an empty string when it can.
std::string why_not_decoded(Arch arch);

/// Name for messages: `x86`, `Thumb`.
std::string_view name_of(InstructionSet set);

/// Code to decode, from its first octet to its last. A view: the octets outlive the call.
struct CodeChunk {
    InstructionSet set = InstructionSet::None;
    /// Address of the first octet. Branch targets are given as addresses of the same sort; listings use
    /// offsets in fun_data.
    std::uint64_t base = 0;
    std::span<const std::byte> octets;
};

/// One instruction, or octets that are none.
struct NativeInstruction {
    /// Address of its first octet: base of the chunk and its place in it.
    std::uint64_t address = 0;
    /// Octets; at least 1.
    std::uint8_t size = 1;
    /// False: no instruction of the set starts like this; the octets are shown as data.
    bool decoded = false;
    std::string mnemonic;
    /// Registers and numbers, separated by ", ". Direct branch targets stand as `0x…` addresses.
    std::string operands;
};

/// A decoder could not do its work at all (its program is missing, say). Never about what the code is.
struct DecoderError {
    std::string message;
};
template <class T>
using DecoderResult = boost::system::result<T, DecoderError>;
[[noreturn]] void throw_exception_from_error(const DecoderError& error, const boost::source_location& where);

/// Instructions of one chunk, in order. Their sizes add up to exactly the size of the chunk.
using DecodedChunk = std::vector<NativeInstruction>;

/// A decoder. One call takes many chunks, because some decoders pay for each call with a process.
class NativeDisassembler {
  public:
    virtual ~NativeDisassembler() = default;

    virtual bool decodes(InstructionSet set) const = 0;
    /// One result for each chunk, in order. Every set has to be one that it decodes.
    virtual DecoderResult<std::vector<DecodedChunk>> decode(std::span<const CodeChunk> chunks) = 0;
};

/// Asks each of several decoders for the sets that it decodes. Does not own them.
class CombinedDisassembler final : public NativeDisassembler {
  public:
    explicit CombinedDisassembler(std::vector<NativeDisassembler*> decoders)
        : decoders_(std::move(decoders)) {}

    bool decodes(InstructionSet set) const override;
    DecoderResult<std::vector<DecodedChunk>> decode(std::span<const CodeChunk> chunks) override;

  private:
    std::vector<NativeDisassembler*> decoders_;
};

}  // namespace mpy
