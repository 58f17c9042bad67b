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

constexpr std::string_view kRawRepl = R"(name = "old"
about = "an old board"
arch = "none"
transport = "raw-repl"
on_request = true
firmware_file = "/usr/share/old/firmware.hex"
firmware_package = "old-firmware"
firmware_arguments = ["-device", "loader,file={}"]
qemu = "qemu-system-arm"
package = "qemu-system-arm"
arguments = ["-M", "old"]
console = ["-serial", "stdio"]
pace_octets = 64
last_words = "FATAL"
)";

TEST(MachineFile, TakesFirmwareThatOnlySpeaksTheRawRepl) {
    const auto machine = parse_machine_file(kRawRepl, "qemu-configs/old.toml");
    ASSERT_TRUE(machine) << machine.error().text();
    EXPECT_EQ(machine->transport, MachineTransport::RawRepl);
    EXPECT_TRUE(machine->on_request);
    EXPECT_TRUE(machine->accepts.empty());
    EXPECT_EQ(machine->pace_octets, 64U);
    EXPECT_EQ(machine->pace_pause, std::chrono::milliseconds(10));
    EXPECT_EQ(machine->last_words, "FATAL");
    EXPECT_THAT(
        machine->command(machine->firmware_file, {}),
        ElementsAre("qemu-system-arm", "-M", "old", "-display", "none", "-monitor", "none", "-no-reboot",
                    "-serial", "stdio", "-device", "loader,file=/usr/share/old/firmware.hex"));
}

TEST(MachineFile, SaysWhatIsWrongWithARawReplFile) {
    const auto broken = [](std::string_view from, std::string_view to) {
        std::string text(kRawRepl);
        text.replace(text.find(from), from.size(), to);
        const auto machine = parse_machine_file(text, "qemu-configs/old.toml");
        return machine ? std::string("accepted") : machine.error().text();
    };
    EXPECT_THAT(broken("\"raw-repl\"", "\"telnet\""), HasSubstr("expected \"monitor\" or \"raw-repl\""));
    EXPECT_THAT(broken("transport = \"raw-repl\"\n", ""), HasSubstr("old.toml"));
    EXPECT_THAT(broken("firmware_package = \"old-firmware\"\n", ""), HasSubstr("firmware_package"));
    EXPECT_THAT(broken("file={}", "file=x"), HasSubstr("where the firmware's file goes"));
    EXPECT_THAT(broken("= 64", "= 0"), HasSubstr("1 to 65536"));
    EXPECT_THAT(broken("on_request = true", "on_request = \"yes\""), HasSubstr("on_request"));
}

constexpr std::string_view kStock = R"(name = "stock"
about = "a stock board"
arch = "armv6"
transport = "raw-repl"
board = "SOME_BOARD"
make = ["MICROPY_HEAP_SIZE=1000"]
compiler = "arm-none-eabi-gcc"
compiler_package = "gcc-arm-none-eabi"
qemu = "qemu-system-arm"
package = "qemu-system-arm"
console = ["-serial", "stdio"]
window = 0x1000
window_size = 0x2000
)";

TEST(MachineFile, TakesABoardOfMicroPythonsOwnPort) {
    const auto machine = parse_machine_file(kStock, "qemu-configs/stock.toml");
    ASSERT_TRUE(machine) << machine.error().text();
    EXPECT_EQ(machine->board, "SOME_BOARD");
    EXPECT_THAT(machine->make_variables, ElementsAre("MICROPY_HEAP_SIZE=1000"));
    EXPECT_EQ(machine->product, "firmware.elf");
    const auto broken = [](std::string_view from, std::string_view to) {
        std::string text(kStock);
        text.replace(text.find(from), from.size(), to);
        const auto refused = parse_machine_file(text, "qemu-configs/stock.toml");
        return refused ? std::string("accepted") : refused.error().text();
    };
    EXPECT_THAT(broken("transport = \"raw-repl\"\n", ""), HasSubstr("stock firmware knows no monitor"));
    EXPECT_THAT(broken("MICROPY_HEAP_SIZE=1000", "=1000"), HasSubstr("expected NAME=value"));
    EXPECT_THAT(broken("board = \"SOME_BOARD\"", "firmware = \"x\""), HasSubstr("make"));
}

TEST(MachineFile, EveryFileOfTheProjectIsGood) {
    const auto machines = load_machine_files(MPYCONFORM_SOURCE_DIR "/qemu-configs");
    ASSERT_TRUE(machines) << machines.error().text();
    std::set<std::pair<std::string, std::string>> firmwares;
    for (const MachineFile& machine : *machines)
        EXPECT_TRUE(!machine.firmware_file.empty() ||
                    firmwares.emplace(machine.firmware + machine.board, machine.variant).second)
            << machine.name << " shares its firmware with another machine: it would say the other's name";
}

}  // namespace
}  // namespace harness
