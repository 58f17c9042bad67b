#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "harness/base/files.h"
#include "harness/disassembly/elf_image.h"
#include "harness/disassembly/objdump_disassembler.h"
#include "harness/disassembly/run_tool.h"
#include "harness/disassembly/zcmp.h"
#include "mpy/disassemble.h"
#include "mpy/facts/native_functions.h"
#include "mpy/module.h"

namespace harness {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

std::vector<std::byte> octets(std::initializer_list<int> values) {
    std::vector<std::byte> result;
    for (const int value : values) result.push_back(static_cast<std::byte>(value));
    return result;
}

// --- Zcmp ----------------------------------------------------------------------------------------------

TEST(Zcmp, ReadsPushAndPop) {
    const auto push = decode_zcmp(0xB892);  // rlist 9: ra, s0-s4; no extra steps
    ASSERT_TRUE(push);
    EXPECT_EQ(push->mnemonic, "cm.push");
    EXPECT_EQ(push->operands, "{ra, s0-s4}, -32");
    EXPECT_EQ(decode_zcmp(0xBE42)->operands, "{ra}, 16");
    EXPECT_EQ(decode_zcmp(0xBE42)->mnemonic, "cm.popret");
    EXPECT_EQ(decode_zcmp(0xBA5E)->operands, "{ra, s0}, 64");
    EXPECT_EQ(decode_zcmp(0xBCF2)->operands, "{ra, s0-s11}, 64");
    EXPECT_FALSE(decode_zcmp(0xB832)) << "register lists below 4 are reserved";
    EXPECT_FALSE(decode_zcmp(0x8082)) << "ret";
    EXPECT_FALSE(decode_zcmp(0xB893)) << "a wide instruction";
}

// --- run_tool ------------------------------------------------------------------------------------------

TEST(RunTool, GivesOutputAndStatus) {
    const auto output = run_tool({"sh", "-c", "echo out; echo err >&2; exit 3"});
    ASSERT_TRUE(output);
    EXPECT_EQ(output->out, "out\n");
    EXPECT_EQ(output->err, "err\n");
    EXPECT_EQ(output->exit_status, 3);
}

TEST(RunTool, NamesAProgramThatIsMissing) {
    const auto output = run_tool({"no-such-program-anywhere"});
    ASSERT_FALSE(output);
    EXPECT_EQ(output.error().kind, ErrorKind::MissingTool);
    EXPECT_THAT(output.error().message, HasSubstr("no-such-program-anywhere"));
}

TEST(RunTool, StopsWhatTakesTooLong) {
    ToolLimits limits;
    limits.time = std::chrono::milliseconds(200);
    const auto output = run_tool({"sh", "-c", "sleep 60 & sleep 60"}, limits);
    ASSERT_FALSE(output);
    EXPECT_THAT(output.error().message, HasSubstr("did not end within 200 ms"));
}

TEST(RunTool, StopsWhatWritesTooMuch) {
    ToolLimits limits;
    limits.output_octets = 1000;
    const auto output = run_tool({"yes"}, limits);
    ASSERT_FALSE(output);
    EXPECT_THAT(output.error().message, HasSubstr("wrote more than 1000 octets"));
}

TEST(RunTool, ReportsASignalAndGivesNoInput) {
    EXPECT_THAT(run_tool({"sh", "-c", "kill -SEGV $$"}).error().message, HasSubstr("signal 11"));
    EXPECT_EQ(run_tool({"cat"})->out, "");
}

// --- objdump -------------------------------------------------------------------------------------------

std::vector<mpy::DecodedChunk> decode(std::span<const mpy::CodeChunk> chunks) {
    auto decoded = ObjdumpDisassembler().decode(chunks);
    EXPECT_TRUE(decoded) << (decoded ? "" : decoded.error().message);
    return decoded ? std::move(*decoded) : std::vector<mpy::DecodedChunk>(chunks.size());
}

TEST(Objdump, DecodesManyChunksInOneRunEachAtItsAddress) {
    const auto riscv = octets({0x06, 0xC0, 0x63, 0x06, 0x05, 0x00, 0x82, 0x80});
    const auto xtensa = octets({0x12, 0xC1, 0x90, 0x0D, 0xF0});
    const std::array chunks = {mpy::CodeChunk{mpy::InstructionSet::Rv32, 0x100, riscv},
                               mpy::CodeChunk{mpy::InstructionSet::Xtensa, 8, xtensa},
                               mpy::CodeChunk{mpy::InstructionSet::Rv32, 0, {}},
                               mpy::CodeChunk{mpy::InstructionSet::Rv32, 0x100, riscv}};
    const auto decoded = decode(chunks);
    ASSERT_EQ(decoded[0].size(), 3U);
    EXPECT_EQ(decoded[0][0].mnemonic, "sw");
    EXPECT_EQ(decoded[0][0].operands, "ra,0(sp)");
    EXPECT_EQ(decoded[0][1].address, 0x102U);
    EXPECT_EQ(decoded[0][1].operands, "a0,0x10e") << "a branch target keeps its prefix and loses its symbol";
    EXPECT_EQ(decoded[0][2].mnemonic, "ret");
    ASSERT_EQ(decoded[1].size(), 2U);
    EXPECT_EQ(decoded[1][0].mnemonic, "addi");
    EXPECT_EQ(decoded[1][1].mnemonic, "ret.n");
    EXPECT_TRUE(decoded[2].empty());
    EXPECT_EQ(decoded[3].size(), 3U);
}

/// What ci/setup made, where it could.
std::string windowed_plugin() {
    const char* named = std::getenv("MPYCONFORM_DEPS");
    const std::filesystem::path deps =
        named != nullptr && *named != '\0' ? named : MPYCONFORM_SOURCE_DIR "/.deps";
    const std::filesystem::path plugin = deps / "toolchains/xtensa/xtensa-de212.so";
    return std::filesystem::exists(plugin) ? plugin.string() : "";
}

TEST(Objdump, WindowedXtensaIsRefusedWithoutThePlugin) {
    EXPECT_FALSE(ObjdumpDisassembler().decodes(mpy::InstructionSet::XtensaWindowed));
    ObjdumpTools tools;
    tools.xtensa_plugin = "x.so";
    EXPECT_TRUE(ObjdumpDisassembler(tools).decodes(mpy::InstructionSet::XtensaWindowed));
}

TEST(Objdump, DecodesWindowedXtensaByThePlugin) {
    ObjdumpTools tools;
    tools.xtensa_plugin = windowed_plugin();
    if (tools.xtensa_plugin.empty()) GTEST_SKIP() << "ci/setup has not made the Xtensa toolchain";
    ObjdumpDisassembler objdump(tools);
    // entry a1, 112; l32i.n a7, a2, 4; callx8 a8; retw.n
    const auto windowed = octets({0x36, 0xE1, 0x00, 0x78, 0x12, 0xE0, 0x08, 0x00, 0x1D, 0xF0});
    const auto plain = octets({0x12, 0xC1, 0x90, 0x0D, 0xF0});
    const std::array chunks = {mpy::CodeChunk{mpy::InstructionSet::XtensaWindowed, 8, windowed},
                               mpy::CodeChunk{mpy::InstructionSet::Xtensa, 8, plain}};
    const auto decoded = objdump.decode(chunks);
    ASSERT_TRUE(decoded) << decoded.error().message;
    std::vector<std::string> mnemonics;
    for (const mpy::NativeInstruction& instruction : (*decoded)[0]) mnemonics.push_back(instruction.mnemonic);
    EXPECT_THAT(mnemonics, ::testing::ElementsAre("entry", "l32i.n", "callx8", "retw.n"));
    EXPECT_EQ((*decoded)[0][0].operands, "a1, 112");
    EXPECT_EQ((*decoded)[1][1].mnemonic, "ret.n");
}

TEST(Objdump, APluginThatIsNoneIsAnError) {
    ObjdumpTools tools;
    tools.xtensa_plugin = "/nowhere/plugin.so";
    const auto code = octets({0x36, 0xE1, 0x00});
    const mpy::CodeChunk chunk{mpy::InstructionSet::XtensaWindowed, 0, code};
    EXPECT_FALSE(ObjdumpDisassembler(tools).decode(std::span(&chunk, 1)));
}

TEST(Objdump, ShowsZcmpAndZba) {
    const auto code = octets({0x92, 0xB8, 0x33, 0x25, 0xB5, 0x20});  // cm.push; sh1add a0,a0,a1
    const mpy::CodeChunk chunk{mpy::InstructionSet::Rv32, 0, code};
    const auto decoded = decode(std::span(&chunk, 1));
    ASSERT_EQ(decoded[0].size(), 2U);
    EXPECT_EQ(decoded[0][0].mnemonic, "cm.push");
    EXPECT_EQ(decoded[0][1].mnemonic, "sh1add");
}

TEST(Objdump, AnyOctetsAreCoveredExactly) {
    std::vector<std::byte> code;
    for (int i = 0; i < 4099; ++i) code.push_back(static_cast<std::byte>(i * 7919 >> 3));
    for (const auto set :
         {mpy::InstructionSet::Rv32, mpy::InstructionSet::Rv64, mpy::InstructionSet::Xtensa}) {
        const mpy::CodeChunk chunk{set, 4, code};
        const auto decoded = decode(std::span(&chunk, 1));
        std::uint64_t at = 4;
        for (const mpy::NativeInstruction& instruction : decoded[0]) {
            ASSERT_EQ(instruction.address, at);
            at += instruction.size;
        }
        EXPECT_EQ(at, 4 + code.size()) << name_of(set);
    }
}

TEST(Objdump, NamesThePackageThatIsMissing) {
    ObjdumpTools tools;
    tools.riscv = "no-such-objdump";
    ObjdumpDisassembler disassembler(tools);
    const auto code = octets({0x82, 0x80});
    const mpy::CodeChunk chunk{mpy::InstructionSet::Rv32, 0, code};
    const auto decoded = disassembler.decode(std::span(&chunk, 1));
    ASSERT_FALSE(decoded);
    EXPECT_THAT(decoded.error().message, HasSubstr("no-such-objdump"));
    EXPECT_THAT(decoded.error().message, HasSubstr("binutils-riscv64-unknown-elf"));
}

TEST(Objdump, DoesNotBelieveAProgramThatWritesSomethingElse) {
    const auto folder = TemporaryDirectory::create("mpyconform-test-");
    ASSERT_TRUE(folder);
    const auto script = [&](const std::string& text) {
        const auto path = folder->path() / "objdump";
        std::ofstream(path) << "#!/bin/sh\n" << text;
        std::filesystem::permissions(path, std::filesystem::perms::owner_all);
        ObjdumpTools tools;
        tools.riscv = path.string();
        ObjdumpDisassembler disassembler(tools);
        const auto code = octets({0x82, 0x80, 0x82, 0x80});
        const mpy::CodeChunk chunk{mpy::InstructionSet::Rv32, 0, code};
        const auto decoded = disassembler.decode(std::span(&chunk, 1));
        return decoded ? std::string("accepted") : decoded.error().message;
    };
    EXPECT_THAT(script("exit 1"), HasSubstr("failed with exit status 1"));
    EXPECT_THAT(script("echo hello"), HasSubstr("left out"));
    EXPECT_THAT(script("printf 'Disassembly of section .c0:\\n\\n   8:\\tret\\n'"),
                HasSubstr("not understood"));
    EXPECT_THAT(script("printf 'Disassembly of section .c7:\\n'"), HasSubstr("not understood"));
    EXPECT_THAT(script("printf 'Disassembly of section .c0:\\n\\n   0:\\tret\\n   0:\\tret\\n'"),
                HasSubstr("not understood"));
    EXPECT_EQ(script("printf 'Disassembly of section .c0:\\n\\n   0:\\tret\\n   2:\\tret\\n'"), "accepted");
}

// --- compiled programs ---------------------------------------------------------------------------------

class CompiledForObjdump : public ::testing::TestWithParam<std::string> {};

TEST_P(CompiledForObjdump, IsCoveredExactlyAndEveryTableCallIsNamed) {
    std::ifstream in(MPYCONFORM_SOURCE_DIR "/fixtures/mpy/" + GetParam(), std::ios::binary);
    const std::string file{std::istreambuf_iterator<char>(in), {}};
    mpy::Module module;
    ASSERT_TRUE(mpy::read_module(mpy::as_octets(file), module));
    std::vector<mpy::RawCodeIndex> all;
    for (const mpy::RawCode& code : module.raw_codes) all.push_back(code.index);
    ObjdumpDisassembler disassembler;
    const auto listings = disassemble(module, all, &disassembler);
    ASSERT_TRUE(listings) << listings.error().message;
    for (const mpy::Listing& listing : *listings) {
        const mpy::RawCode& code = module.raw_code(listing.raw_code);
        ASSERT_EQ(listing.not_shown, "");
        std::uint64_t at = 0;
        for (const mpy::ListingLine& line : listing.lines) {
            if (line.kind == mpy::ListingLine::Kind::Label) continue;
            ASSERT_EQ(line.offset, at);
            at += line.size;
            EXPECT_EQ(line.warning, "") << render_line(module, code, line);
            EXPECT_NE(line.kind, mpy::ListingLine::Kind::Bad) << render_line(module, code, line);
            if (code.kind == mpy::RawCodeKind::Asm || !line.indirect_call) continue;
            ASSERT_TRUE(line.calls) << render_line(module, code, line);
            EXPECT_LT(line.calls->value, mpy::kCompilerSlots);
        }
        EXPECT_EQ(at, code.fun_data.size());
    }
}

INSTANTIATE_TEST_SUITE_P(All, CompiledForObjdump,
                         ::testing::Values("functions-1.29.0-native-xtensa.mpy",
                                           "generators-1.29.0-native-xtensa.mpy", "viper-1.29.0-xtensa.mpy",
                                           "asm-xtensa-1.29.0-xtensa.mpy",
                                           "functions-1.29.0-native-rv32imc.mpy",
                                           "generators-1.29.0-native-rv32imc.mpy", "viper-1.29.0-rv32imc.mpy",
                                           "asm-rv32-1.29.0-rv32imc.mpy", "asm-rv32-1.29.0-rv32imc-zba.mpy"),
                         [](const auto& tested) {
                             std::string name;
                             for (const char c : tested.param)
                                 name += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
                             return name;
                         });

}  // namespace
}  // namespace harness
