#include "harness/romfs/romfs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace harness {
namespace {
using testing::HasSubstr;

std::shared_ptr<const std::string> text(std::string value) {
    return std::make_shared<const std::string>(std::move(value));
}

std::string octets(std::initializer_list<int> values) {
    std::string result;
    for (const int value : values) result += static_cast<char>(value);
    return result;
}

TEST(Romfs, TheSmallestImage) {
    EXPECT_EQ(RomfsBuilder().build(), octets({0xd2, 0xcd, 0x31, 0x00}));
}

TEST(Romfs, OneFileByHand) {
    RomfsBuilder builder;
    ASSERT_TRUE(builder.add("a", text("hi")));
    EXPECT_EQ(builder.build(), octets({0xd2, 0xcd, 0x31,         // filesystem
                                       0x08,                     // payload length
                                       0x05, 0x06, 0x01, 'a',    // file record, 6 octets, name
                                       0x02, 0x02, 'h', 'i'}));  // verbatim data
}

TEST(Romfs, AnOddImageGetsARedundantLengthGroup) {
    RomfsBuilder builder;
    ASSERT_TRUE(builder.add("a", text("odd")));
    const std::string image = builder.build();
    EXPECT_EQ(image.size() % 2, 0U);
    EXPECT_EQ(image.substr(3, 2), octets({0x80, 0x09}));
}

TEST(Romfs, ReadsBackWhatItWroteInSortedOrder) {
    RomfsBuilder builder;
    ASSERT_TRUE(builder.add("z.py", text("last")));
    ASSERT_TRUE(builder.add("pkg/sub/deep.py", text(std::string(20000, 'd'))));
    ASSERT_TRUE(builder.add("pkg/__init__.py", text("")));
    ASSERT_TRUE(builder.add("pkg/__init__.py", text(""))) << "the same file again is the same file";
    EXPECT_EQ(builder.file_count(), 3U);
    const std::string image = builder.build();
    EXPECT_LE(image.size(), builder.size_estimate());
    const auto files = read_romfs(image);
    ASSERT_TRUE(files) << files.error().text();
    ASSERT_EQ(files->size(), 3U);
    EXPECT_EQ((*files)[0].path, "pkg/__init__.py");
    EXPECT_EQ((*files)[1].path, "pkg/sub/deep.py");
    EXPECT_EQ((*files)[1].content.size(), 20000U);
    EXPECT_EQ((*files)[2].content, "last");
}

TEST(Romfs, RefusesPathsThatAnImageCannotHold) {
    RomfsBuilder builder;
    for (const char* path : {"", "/a", "a//b", "a/", "./a", "a/../b"})
        EXPECT_FALSE(builder.add(path, text("x"))) << path;
    ASSERT_TRUE(builder.add("a", text("x")));
    EXPECT_FALSE(builder.add("a/b", text("x")));
    EXPECT_FALSE(builder.add("a", text("y")));
    ASSERT_TRUE(builder.add("d/e", text("x")));
    EXPECT_FALSE(builder.add("d", text("x")));
}

TEST(Romfs, FollowsDataPointersAndSkipsUnknownRecords) {
    // A top-level data record, then a file whose content is a pointer to it (size 2, offset 2 from the
    // payload).
    const std::string image = octets({0xd2, 0xcd, 0x31, 0x0e, 0x02, 0x02, 'h', 'i',     // data
                                      0x07, 0x00,                                       // unknown record
                                      0x05, 0x06, 0x01, 'a', 0x03, 0x02, 0x02, 0x02});  // file, pointer
    const auto files = read_romfs(image);
    ASSERT_TRUE(files) << files.error().text();
    ASSERT_EQ(files->size(), 1U);
    EXPECT_EQ((*files)[0].content, "hi");
}

TEST(Romfs, SaysWhatIsWrong) {
    const auto not_romfs = read_romfs("PK\x03\x04");
    ASSERT_FALSE(not_romfs);
    EXPECT_THAT(not_romfs.error().message, HasSubstr("starts with 50 4b 03"));
    const auto cut = read_romfs(octets({0xd2, 0xcd, 0x31, 0x10, 0x05}));
    ASSERT_FALSE(cut);
    EXPECT_THAT(cut.error().message, HasSubstr("has 16 octets, but 1 are left"));
}

TEST(Romfs, DamagedImagesNeverReadOutside) {
    RomfsBuilder builder;
    ASSERT_TRUE(builder.add("pkg/a.py", text("print(1)")));
    ASSERT_TRUE(builder.add("b.mpy", text(std::string(300, 'b'))));
    const std::string good = builder.build();
    for (std::size_t length = 0; length < good.size(); ++length)
        EXPECT_FALSE(read_romfs(std::string_view(good).substr(0, length))) << length;
    std::mt19937 random(1);
    for (int round = 0; round < 20000; ++round) {
        std::string damaged = good;
        damaged[random() % 40] = static_cast<char>(random());
        (void)read_romfs(damaged);
    }
}

}  // namespace
}  // namespace harness
