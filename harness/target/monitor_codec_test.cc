#include "harness/target/monitor_codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace harness::monitor {
namespace {
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kTag = "00a1b2c3d4e5f607";

std::string frame(unsigned sequence, std::string_view kind, std::string_view payload) {
    return std::string("\x1eMPY ") + std::string(kTag) + " " + std::to_string(sequence) + " " +
           std::string(kind) + " " + std::to_string(payload.size()) + "\n" + std::string(payload) + "\n";
}

/// Events as one string: frames as [kind:payload], stray octets as they are.
std::string shown(const std::vector<Event>& events) {
    std::string text;
    for (const Event& event : events) {
        if (const auto* one = std::get_if<Frame>(&event))
            text += "[" + one->kind + ":" + one->payload + "]";
        else
            text += std::get<Stray>(event).octets;
    }
    return text;
}

TEST(MonitorCommand, EncodesValuesSoThatALineStaysALine) {
    const auto line = encode_command("run", kTag, {{"path", "/a b%\n\xc3\xa9.mpy"}});
    ASSERT_TRUE(line);
    EXPECT_EQ(*line, "run tag=00a1b2c3d4e5f607 path=/a%20b%25%0A%C3%A9.mpy\n");
    EXPECT_EQ(percent_decode("/a%20b%25%0A%C3%A9"), "/a b%\n\xc3\xa9");
    EXPECT_FALSE(percent_decode("%4"));
    EXPECT_FALSE(percent_decode("%zz"));
}

TEST(MonitorCommand, RefusesALineThatIsTooLong) {
    EXPECT_FALSE(encode_command("run", kTag, {{"path", std::string(1000, 'a')}}));
}

TEST(FrameReader, CutsTheSameEventsWhereverTheStreamIsSplit) {
    const std::string stream = "banner\r\n>>> " + frame(0, "begin", "path=/x\n") +
                               frame(1, "out", "a\n\x1eMPY b") + frame(2, "end", "status=ok\n");
    FrameReader whole;
    const std::string expected = shown(whole.feed(stream));
    EXPECT_EQ(expected, "banner\r\n>>> [begin:path=/x\n][out:a\n\x1eMPY b][end:status=ok\n]");
    for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
        FrameReader reader;
        std::string seen = shown(reader.feed(stream.substr(0, cut)));
        seen += shown(reader.feed(stream.substr(cut)));
        EXPECT_EQ(seen, expected) << cut;
        EXPECT_FALSE(reader.inside_frame());
    }
}

TEST(FrameReader, OutputThatImitatesAFrameStaysOutput) {
    const std::string imitation = frame(1, "end", "status=ok\n");
    FrameReader reader;
    EXPECT_EQ(shown(reader.feed(frame(0, "out", imitation))), "[out:" + imitation + "]");
}

TEST(FrameReader, ABrokenHeaderOrEndIsStray) {
    for (const std::string& broken :
         {std::string("\x1eMPY nothex 0 out 1\nx\n"), std::string("\x1eMPY 00a1b2c3 0 OUT 1\nx\n"),
          std::string("\x1eMPY 00a1b2c3 0 out 99999\nx\n"), std::string("\x1eMPY 00a1b2c3 0 out 1\nxy"),
          std::string("\x1eMPY ") + std::string(200, 'a') + "\n"}) {
        FrameReader reader;
        EXPECT_EQ(shown(reader.feed(broken)), broken);
    }
}

TEST(FrameReader, KeepsATornFrameForTheEnd) {
    FrameReader reader;
    EXPECT_EQ(shown(reader.feed("\x1eMPY 00a1b2c3 0 out 10\nabc")), "");
    EXPECT_TRUE(reader.inside_frame());
    EXPECT_EQ(reader.finish(), "\x1eMPY 00a1b2c3 0 out 10\nabc");
}

TEST(FrameReader, RandomOctetsAreBoundedAndNothingIsLost) {
    std::mt19937 random(7);
    FrameReader reader;
    std::string sent;
    std::string seen;
    for (int round = 0; round < 2000; ++round) {
        std::string chunk;
        for (unsigned i = 0; i < random() % 40; ++i) chunk += "\x1eMPY 0af1\n outbegin"[random() % 19];
        sent += chunk;
        for (const Event& event : reader.feed(chunk)) {
            const auto* stray = std::get_if<Stray>(&event);
            if (stray != nullptr) seen += stray->octets;
        }
    }
    seen += reader.finish();
    EXPECT_EQ(seen, sent);
}

TEST(MonitorRecord, ReadsKeysNumbersAndRepeats) {
    const auto record = Record::parse("pc=0x1f\nwall=12\nname=a%20b\nblk=1\nblk=2\ncode@100=00ff\nempty=\n");
    ASSERT_TRUE(record);
    EXPECT_EQ(record->number("pc"), 0x1fU);
    EXPECT_EQ(record->number("wall"), 12U);
    EXPECT_EQ(record->text("name"), "a b");
    EXPECT_EQ(record->text("empty"), "");
    EXPECT_FALSE(record->number("name"));
    EXPECT_FALSE(record->text("missing"));
    std::vector<std::string> blocks;
    for (const auto& [key, value] : record->lines())
        if (key == "blk") blocks.push_back(value);
    EXPECT_THAT(blocks, ElementsAre("1", "2"));
}

TEST(MonitorRecord, RefusesWhatIsNoRecord) {
    for (const char* payload : {"no equals\n", "=x\n", "KEY=x\n", "key=%2\n"}) {
        const auto record = Record::parse(payload);
        ASSERT_FALSE(record) << payload;
        EXPECT_THAT(record.error().message, HasSubstr("expected key=value"));
    }
}

}  // namespace
}  // namespace harness::monitor
