#include "harness/target/firmware_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/files.h"

namespace harness {
namespace {
using testing::HasSubstr;

MachineFile machine_of(std::string qemu) {
    MachineFile machine;
    machine.name = "board";
    machine.qemu = std::move(qemu);
    return machine;
}

/// The first octets of an ELF file: class, byte order, type, processor.
std::string elf_head(char word_class, char type, unsigned char processor) {
    std::string head(
        "\x7f"
        "ELF",
        4);
    head += word_class;             // 1 = 32 bits, 2 = 64 bits
    head += '\x01';                 // little-endian
    head += std::string(10, '\0');  // version, ABI, padding
    head += {type, '\0', static_cast<char>(processor), '\0'};
    return head + std::string(32, '\0');
}

class FirmwareFile : public testing::Test {
  protected:
    void SetUp() override {
        auto folder = TemporaryDirectory::create("firmware-file-test-");
        ASSERT_TRUE(folder);
        folder_.emplace(std::move(*folder));
    }
    std::string check(const std::string& octets, const MachineFile& machine) {
        const auto file = folder_->path() / "firmware.elf";
        EXPECT_TRUE(write_file_atomically(file, octets));
        const auto checked = check_firmware_file(file, machine);
        return checked ? "good" : checked.error().message;
    }
    std::optional<TemporaryDirectory> folder_;
};

TEST_F(FirmwareFile, TakesWhatItsEmulatorRuns) {
    EXPECT_EQ(check(elf_head(1, 2, 40), machine_of("qemu-system-arm")), "good");
    EXPECT_EQ(check(elf_head(1, 2, 243), machine_of("qemu-system-riscv32")), "good");
    EXPECT_EQ(check(elf_head(2, 2, 243), machine_of("qemu-system-riscv64")), "good");
    EXPECT_EQ(check(elf_head(1, 2, 3), machine_of("qemu-system-x86_64")), "good");
    EXPECT_EQ(check(elf_head(2, 2, 62), machine_of("/opt/bin/qemu-system-x86_64")), "good");
}

TEST_F(FirmwareFile, SaysWhatIsWrong) {
    EXPECT_THAT(
        check(elf_head(2, 2, 62), machine_of("qemu-system-arm")),
        HasSubstr("expected an ELF executable for 32-bit Arm, which qemu-system-arm runs, found one for "
                  "64-bit x86-64"));
    EXPECT_THAT(check(elf_head(1, 2, 243), machine_of("qemu-system-riscv64")),
                HasSubstr("for 64-bit RISC-V"));
    EXPECT_THAT(check(elf_head(1, 1, 40), machine_of("qemu-system-arm")), HasSubstr("not linked"));
    EXPECT_THAT(check("hello", machine_of("qemu-system-arm")), HasSubstr("does not begin as one"));
    EXPECT_THAT(check("", machine_of("qemu-system-arm")), HasSubstr("expected an ELF executable"));
    const auto none = check_firmware_file(folder_->path() / "none.elf", machine_of("qemu-system-arm"));
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().kind, ErrorKind::Usage);
    EXPECT_THAT(none.error().message, HasSubstr("found nothing"));
    EXPECT_FALSE(check_firmware_file(folder_->path(), machine_of("qemu-system-arm")));
}

TEST_F(FirmwareFile, AMachineThatIsNotGivenAKernelTakesAnyFile) {
    MachineFile machine = machine_of("qemu-system-arm");
    machine.firmware_arguments = {"-device", "loader,file={}"};
    EXPECT_EQ(check(":1000000000\n", machine), "good");
}

TEST(FirmwareWish, IsANameAndAFile) {
    const auto wish = parse_firmware_wish("mps2-an385=/a=b.elf");
    ASSERT_TRUE(wish);
    EXPECT_EQ(wish->first, "mps2-an385");
    EXPECT_EQ(wish->second, "/a=b.elf");
    for (const char* bad : {"", "x", "=x", "x="}) {
        const auto refused = parse_firmware_wish(bad);
        ASSERT_FALSE(refused) << bad;
        EXPECT_THAT(refused.error().message, HasSubstr("NAME=FILE"));
    }
}

}  // namespace
}  // namespace harness
