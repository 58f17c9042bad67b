#include "harness/target/stock_firmware.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/files.h"

namespace harness {
namespace {
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(StockManifest, OurUnittestStandsInForALibraryThatIsNotThere) {
    const auto manifest =
        manifest_without_library("require('unittest'); freeze('test-frzmpy', ('a.py',))", "/project/support");
    ASSERT_TRUE(manifest);
    EXPECT_EQ(*manifest,
              "package('unittest', base_path='/project/support'); freeze('test-frzmpy', ('a.py',))");
    const auto plain = manifest_without_library("freeze('test-frzmpy')", "/project/support");
    ASSERT_TRUE(plain);
    EXPECT_EQ(*plain, "freeze('test-frzmpy')");
}

TEST(StockManifest, WhatElseIsRequiredIsRefused) {
    for (const char* text : {"require('unittest'); require('aioble')", "boards/X/manifest.py"}) {
        const auto refused = manifest_without_library(text, "/project/support");
        ASSERT_FALSE(refused) << text;
        EXPECT_THAT(refused.error().message, HasSubstr("submodule update"));
    }
}

TEST(StockBoard, AsksTheTreeForTheBoardAndItsProcessor) {
    const auto tree = TemporaryDirectory::create("stock-board-test-");
    ASSERT_TRUE(tree);
    MachineFile machine;
    machine.name = "stock-virt";
    machine.board = "VIRT";
    EXPECT_THAT(missing_for_board(tree->path(), "1.25.0", machine), HasSubstr("has no ports/qemu/Makefile"));
    const auto port = tree->path() / "ports/qemu";
    ASSERT_TRUE(write_file_atomically(port / "Makefile", "\n"));
    EXPECT_THAT(missing_for_board(tree->path(), "1.25.0", machine),
                HasSubstr("MicroPython 1.25.0 has no board VIRT"));
    const auto rules = port / "boards/VIRT/mpconfigboard.mk";
    ASSERT_TRUE(write_file_atomically(rules, "QEMU_ARGS += -bios none\n"));
    EXPECT_EQ(missing_for_board(tree->path(), "1.25.0", machine), "");
    EXPECT_THAT(board_cpu(tree->path(), machine), IsEmpty());
    ASSERT_TRUE(write_file_atomically(rules, "QEMU_ARGS += -bios none -cpu rv32,zcmp=on\nX = 1\n"));
    EXPECT_THAT(board_cpu(tree->path(), machine), ElementsAre("-cpu", "rv32,zcmp=on"));
}

}  // namespace
}  // namespace harness
