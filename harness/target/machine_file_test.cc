#include "harness/target/machine_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <utility>

namespace harness {
namespace {
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kGood = R"(name = "board"
about = "a board"
arch = "armv7em"
accepts = ["armv7em", "armv6m"]
firmware = "board"
qemu = "qemu-system-arm"
package = "qemu-system-arm"
compiler = "arm-none-eabi-gcc"
compiler_package = "gcc-arm-none-eabi"
arguments = ["-M", "board"]
console = ["-serial", "stdio"]
window = 0x21000000
window_size = 0x01000000
)";

TEST(MachineFile, GivesTheWholeCommandLine) {
    const auto machine = parse_machine_file(kGood, "qemu-configs/board.toml");
    ASSERT_TRUE(machine) << machine.error().text();
    EXPECT_EQ(machine->window_size_bytes, 16U << 20);
    EXPECT_THAT(machine->command("fw.elf", "image.romfs"),
                ElementsAre("qemu-system-arm", "-M", "board", "-display", "none", "-monitor", "none",
                            "-no-reboot", "-serial", "stdio", "-device",
                            "loader,file=image.romfs,addr=0x21000000,force-raw=on", "-kernel", "fw.elf"));
}

TEST(MachineFile, NamesFileAndLineOfEachMistake) {
    const auto broken = [](std::string_view from, std::string_view to) {
        std::string text(kGood);
        text.replace(text.find(from), from.size(), to);
        const auto machine = parse_machine_file(text, "qemu-configs/board.toml");
        return machine ? std::string("accepted") : machine.error().text();
    };
    EXPECT_THAT(broken("window_size", "window_sise"), HasSubstr("qemu-configs/board.toml:13"));
    EXPECT_THAT(broken("\"armv6m\"", "\"z80\""), HasSubstr("there is no arch \"z80\""));
    EXPECT_THAT(broken("[\"armv7em\", \"armv6m\"]", "[\"armv6m\"]"), HasSubstr("has to stand first"));
    EXPECT_THAT(broken("name = \"board\"", "name = \"other\""), HasSubstr("have to be the same"));
    EXPECT_THAT(broken("about = \"a board\"", ""), HasSubstr("about"));
    EXPECT_THAT(broken("0x01000000", "12"), HasSubstr("at least 4096"));
    EXPECT_THAT(broken("[\"-serial\", \"stdio\"]", "[]"), HasSubstr("connect the console"));
}

TEST(MachineFile, EveryFileOfTheProjectIsGood) {
    const auto machines = load_machine_files(MPYCONFORM_SOURCE_DIR "/qemu-configs");
    ASSERT_TRUE(machines) << machines.error().text();
    std::set<std::pair<std::string, std::string>> firmwares;
    for (const MachineFile& machine : *machines)
        EXPECT_TRUE(firmwares.emplace(machine.firmware, machine.variant).second)
            << machine.name << " shares its firmware with another machine: it would say the other's name";
}

}  // namespace
}  // namespace harness
