#include "harness/compile/refusals.h"

#include <gtest/gtest.h>

namespace harness {
namespace {

bool documented(std::string_view message, std::string_view release, std::string_view arch,
                Emitter emitter = Emitter::Native, std::string_view source = {}) {
    return is_documented_refusal({message, Release::parse(release).value(), arch, emitter, source});
}

TEST(Refusals, ABareRaiseIsRefusedFrom129On) {
    EXPECT_TRUE(documented("NotImplementedError: native raise", "1.29.0", "x64"));
    EXPECT_FALSE(documented("NotImplementedError: native raise", "1.28.0", "x64"));
}

TEST(Refusals, TooManyLocalsHoldsForThumbOnly) {
    constexpr std::string_view kText = "NotImplementedError: too many locals for native method";
    for (const char* arch : {"armv6m", "armv7m", "armv7em", "armv7emsp", "armv7emdp"})
        EXPECT_TRUE(documented(kText, "1.25.0", arch)) << arch;
    for (const char* arch : {"armv6", "x86", "x64", "xtensa", "xtensawin", "rv32imc", ""})
        EXPECT_FALSE(documented(kText, "1.25.0", arch)) << arch;
}

TEST(Refusals, AYieldIsRefusedInViperOnly) {
    constexpr std::string_view kText = "NotImplementedError: native yield";
    EXPECT_TRUE(documented(kText, "1.25.0", "x64", Emitter::Viper));
    EXPECT_TRUE(
        documented(kText, "1.25.0", "x64", Emitter::Native, "@micropython.viper\ndef f():\n yield\n"));
    EXPECT_FALSE(documented(kText, "1.25.0", "x64", Emitter::Native, "def f():\n yield\n"));
}

TEST(Refusals, InvalidArchIsOneOnlyForAssemblerThatTheArchLacks) {
    constexpr std::string_view kText =
        "Traceback (most recent call last):\n  File \"a.py\", line 2, in <module>\nSyntaxError: invalid arch";
    constexpr std::string_view kAssembler = "import micropython\n@micropython.asm_thumb\ndef f(): pass\n";
    constexpr std::string_view kNative =
        "import micropython\n@micropython.native\ndef f(): pass\n# asm_thumb\n";
    EXPECT_TRUE(documented(kText, "1.25.0", "x64", Emitter::Bytecode, kAssembler));
    EXPECT_FALSE(documented(kText, "1.25.0", "armv7m", Emitter::Bytecode, kAssembler));
    EXPECT_FALSE(documented(kText, "1.25.0", "x64", Emitter::Bytecode, kNative));
}

TEST(Refusals, ABranchTooFarIsOneOnXtensaAndOnOldThumb1) {
    constexpr std::string_view kOld = "ERROR: xtensa bccz out of range";
    constexpr std::string_view kNew = "RuntimeError: ERROR: xtensa bccz out of range";
    for (const char* arch : {"xtensa", "xtensawin"}) {
        EXPECT_TRUE(documented(kOld, "1.25.0", arch));
        EXPECT_FALSE(documented(kOld, "1.26.0", arch));
        EXPECT_TRUE(documented(kNew, "1.26.0", arch));
    }
    EXPECT_FALSE(documented(kNew, "1.29.0", "armv7m"));
    EXPECT_FALSE(documented("RuntimeError: ERROR: xtensa out of range", "1.29.0", "xtensa"));
    EXPECT_TRUE(documented("NotImplementedError: native method too big", "1.25.0", "armv6m"));
    EXPECT_FALSE(documented("NotImplementedError: native method too big", "1.26.0", "armv6m"));
    EXPECT_FALSE(documented("NotImplementedError: native method too big", "1.25.0", "armv7m"));
}

TEST(Refusals, OnlyTheWholeLastLineCounts) {
    EXPECT_FALSE(documented("NotImplementedError: native raise of eyebrows", "1.29.0", "x64"));
    EXPECT_FALSE(documented("NotImplementedError: native raise\nSegmentation fault", "1.29.0", "x64"));
    EXPECT_FALSE(documented("SyntaxError: invalid syntax", "1.29.0", "x64"));
    EXPECT_FALSE(documented("", "1.29.0", "x64"));
}

}  // namespace
}  // namespace harness
