#include "harness/target/board_address.h"

#include <gtest/gtest.h>

namespace harness {
namespace {
using Kind = BoardAddress::Kind;

void expect(std::string_view text, Kind kind, std::string_view place, std::string_view port,
            std::string_view short_name) {
    const auto address = parse_board_address(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->kind, kind) << text;
    EXPECT_EQ(address->place, place) << text;
    EXPECT_EQ(address->port, port) << text;
    EXPECT_EQ(address->short_name(), short_name) << text;
    EXPECT_EQ(address->text, text);
}

TEST(BoardAddress, KnowsTheFormsOfTheStockRunner) {
    expect("port:/dev/ttyACM0", Kind::Serial, "/dev/ttyACM0", "", "ttyACM0");
    expect("/dev/ttyS1", Kind::Serial, "/dev/ttyS1", "", "ttyS1");
    expect("a0", Kind::Serial, "/dev/ttyACM0", "", "ttyACM0");
    expect("port:u12", Kind::Serial, "/dev/ttyUSB12", "", "ttyUSB12");
    expect("c3", Kind::Serial, "COM3", "", "COM3");
    expect("exec:qemu-system-arm -M x | tee log", Kind::Command, "qemu-system-arm -M x | tee log", "",
           "exec:qemu-system-arm");
    expect("execpty:/opt/qemu -serial pty", Kind::CommandTerminal, "/opt/qemu -serial pty", "",
           "execpty:qemu");
    expect("192.168.1.1", Kind::Telnet, "192.168.1.1", "23", "192.168.1.1");
    expect("port:192.168.1.1", Kind::Telnet, "192.168.1.1", "23", "192.168.1.1");
}

TEST(BoardAddress, KnowsSockets) {
    expect("board.example:8266", Kind::Tcp, "board.example", "8266", "board.example:8266");
    expect("127.0.0.1:5555", Kind::Tcp, "127.0.0.1", "5555", "127.0.0.1:5555");
    expect("[::1]:5555", Kind::Tcp, "::1", "5555", "::1:5555");
    expect("socket:/tmp/board.sock", Kind::UnixSocket, "/tmp/board.sock", "", "board.sock");
}

TEST(BoardAddress, TakesNothingElseForABoard) {
    for (const char* text : {"unix-x64", "mps2-an385", "", "a", "abc", "exec:", "port:", "1.2.3", "1.2.3.4.5",
                             "host:", "host:port", "host:0", "host:65536", ":80", "a b:80"})
        EXPECT_FALSE(parse_board_address(text)) << text;
}

}  // namespace
}  // namespace harness
