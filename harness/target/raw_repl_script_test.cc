#include "harness/target/raw_repl_script.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace harness::raw_repl {
namespace {
using ::testing::HasSubstr;
using ::testing::Not;

Reply finished(std::string output, std::string exception) {
    Reply reply;
    reply.end = End::Finished;
    reply.output = std::move(output);
    reply.exception = std::move(exception);
    return reply;
}

constexpr const char* kNoMemory =
    "Traceback (most recent call last):\r\n  File \"<stdin>\", line 73, in <module>\r\n"
    "MemoryError: memory allocation failed, allocating 90 bytes\r\n";

TEST(RawReplScript, ALiteralHoldsAnyOctetAndNoControlCharacter) {
    std::string all;
    for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
    const std::string literal = bytes_literal(all);
    EXPECT_THAT(literal, HasSubstr("\\x00\\x01\\x02\\x03\\x04"));
    EXPECT_THAT(literal, HasSubstr("\\'"));
    EXPECT_THAT(literal, HasSubstr("\\\\"));
    EXPECT_TRUE(std::all_of(literal.begin(), literal.end(), [](char c) { return c >= ' ' && c < '\x7f'; }));
}

TEST(RawReplScript, TheMarkerKeepsLineNumbersInFrontOfAComment) {
    EXPECT_EQ(marked_source("# about\nprint(1)\n"), "print('START TEST')# about\nprint(1)\n");
    EXPECT_EQ(marked_source("print(1)\n"), "print('START TEST')\nprint(1)\n");
}

TEST(RawReplScript, AProgramThatEndedHasItsOutputWithoutTheMarker) {
    const Outcome outcome = outcome_of(finished("START TEST\r\nhello\r\n", ""), Marker::Expected, false);
    EXPECT_EQ(outcome.ending, Ending::Exited);
    EXPECT_EQ(outcome.exit_code, 0);
    EXPECT_EQ(outcome.output, "hello\r\n");
}

TEST(RawReplScript, AnExceptionIsTheEndOfTheOutputAndAStatus) {
    const Outcome outcome =
        outcome_of(finished("START TEST\r\nhello\r\n", "ValueError: no\r\n"), Marker::Expected, false);
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_EQ(outcome.output, "hello\r\nValueError: no\r\n");
}

TEST(RawReplScript, TheCarriersOwnLineIsNotInATraceback) {
    const std::string head = "Traceback (most recent call last):\r\n";
    const std::string own = "  File \"<stdin>\", line 73, in <module>\r\n";
    const std::string theirs = "  File \"t.py\", line 1, in <module>\r\n";
    const auto shown = [](const std::string& exception) {
        return outcome_of(finished("START TEST\r\n", exception), Marker::Expected, true).output;
    };
    EXPECT_EQ(shown(head + own + theirs + "ValueError: no\r\n"), head + theirs + "ValueError: no\r\n");
    EXPECT_EQ(shown(head + own + "ValueError: incompatible .mpy file\r\n"),
              "ValueError: incompatible .mpy file\r\n");
}

TEST(RawReplScript, TooLargeIsOnlyWhatNeverStarted) {
    const auto output = [](Reply reply, Marker marker, bool carried) {
        return outcome_of(std::move(reply), marker, carried).output;
    };
    const std::string too_large = "SKIP-TOO-LARGE\n";
    EXPECT_EQ(output(finished("", kNoMemory), Marker::Expected, false), too_large);
    EXPECT_EQ(output(finished("", kNoMemory), Marker::Expected, true), too_large);
    EXPECT_EQ(output(finished("STOP READING\r\n", kNoMemory), Marker::Expected, true), too_large);
    EXPECT_EQ(output(finished("", "MemoryError: no\r\n"), Marker::None, false), too_large);
    // It was running.
    EXPECT_THAT(output(finished("START TEST\r\n", kNoMemory), Marker::Expected, true), Not(too_large));
    EXPECT_THAT(output(finished("START TEST\r\n", kNoMemory), Marker::Expected, false), Not(too_large));
    EXPECT_THAT(output(finished("a\r\n", kNoMemory), Marker::None, false), Not(too_large));
    EXPECT_THAT(output(finished("", kNoMemory), Marker::None, false), Not(too_large));
}

TEST(RawReplScript, AnArtifactWithMoreBehindItsEndHasStartedToo) {
    const Outcome outcome = outcome_of(finished("STOP READING\r\nhello\r\n", ""), Marker::Expected, true);
    EXPECT_EQ(outcome.ending, Ending::Exited);
    EXPECT_EQ(outcome.output, "hello\r\n");
}

TEST(RawReplScript, OutputWithoutTheMarkerIsNotTrusted) {
    EXPECT_EQ(outcome_of(finished("hello\r\n", ""), Marker::Expected, false).ending, Ending::Garbled);
    EXPECT_EQ(outcome_of(finished("hello\r\n", ""), Marker::None, false).ending, Ending::Exited);
}

}  // namespace
}  // namespace harness::raw_repl
