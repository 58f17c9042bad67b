#include "harness/suite/own_artifact_edit.h"

#include <gtest/gtest.h>

namespace harness::own {
namespace {

// A header (x64, small ints of 31 bits), 200 names as a two-octet vuint, 1 object, and some octets.
const std::string kArtifact("\x4d\x06\x0b\x1f\x81\x48\x01\xaa\xbb\xcc", 10);

std::string hex(const std::string& octets) {
    std::string text;
    for (const char c : octets) {
        const auto value = static_cast<unsigned char>(c);
        text += "0123456789abcdef"[value >> 4];
        text += "0123456789abcdef"[value & 15];
    }
    return text;
}

std::string edited(const std::vector<std::string>& edits) {
    const auto result = apply_edits(kArtifact, edits);
    return result ? hex(*result) : result.error().message;
}

TEST(OwnArtifactEdit, CutsAndPatchesOctets) {
    EXPECT_EQ(edited({"truncate 3"}), "4d060b");
    EXPECT_EQ(edited({"truncate 0"}), "");
    EXPECT_EQ(edited({"truncate -1"}), "4d060b1f814801aabb");
    EXPECT_EQ(edited({"set 0 4e 07"}), "4e070b1f814801aabbcc");
    EXPECT_EQ(edited({"set -2 0000"}), "4d060b1f814801aa0000");
    EXPECT_EQ(edited({"xor 0x3 20"}), "4d060b3f814801aabbcc");
    EXPECT_EQ(edited({"insert 4 00 11"}), "4d060b1f0011814801aabbcc");
    EXPECT_EQ(edited({"insert 10 00"}), "4d060b1f814801aabbcc00");
    EXPECT_EQ(edited({"delete 4 3"}), "4d060b1faabbcc");
    EXPECT_EQ(edited({"append 00ff"}), "4d060b1f814801aabbcc00ff");
    EXPECT_EQ(edited({"replace aabb with 00"}), "4d060b1f81480100cc");
}

TEST(OwnArtifactEdit, NamesTheFieldsOfTheHeader) {
    EXPECT_EQ(edited({"version 5"}), "4d050b1f814801aabbcc");
    EXPECT_EQ(edited({"sub-version 2"}), "4d060a1f814801aabbcc");
    EXPECT_EQ(edited({"arch armv6"}), "4d060f1f814801aabbcc");
    EXPECT_EQ(edited({"arch 15"}), "4d063f1f814801aabbcc");
    EXPECT_EQ(edited({"arch none"}), "4d06031f814801aabbcc");
    EXPECT_EQ(edited({"feature-bit 7 1"}), "4d068b1f814801aabbcc");
    EXPECT_EQ(edited({"arch-flags 300"}), "4d064b1f822c814801aabbcc");
    EXPECT_EQ(edited({"small-int-bits 64"}), "4d060b40814801aabbcc");
    EXPECT_EQ(edited({"qstr-count 5"}), "4d060b1f0501aabbcc");
    EXPECT_EQ(edited({"object-count 128"}), "4d060b1f81488100aabbcc");
    EXPECT_EQ(edited({"version 7", "truncate 2"}), "4d07");
}

TEST(OwnArtifactEdit, AnEditThatDoesNotFitIsAnError) {
    EXPECT_EQ(edited({"truncate 10"}),
              "the artifact edit 'truncate 10' does not fit: the artifact has 10 octets");
    EXPECT_EQ(edited({"set 9 0000"}),
              "the artifact edit 'set 9 0000' does not fit: the artifact has 10 octets");
    EXPECT_EQ(edited({"set 0 4d"}), "the artifact edit 'set 0 4d' does not fit: it changes nothing");
    EXPECT_EQ(edited({"replace dd with 00"}),
              "the artifact edit 'replace dd with 00' does not fit: the artifact does not hold these octets");
    EXPECT_EQ(edited({"append 4d", "replace 4d with 00"}),
              "the artifact edit 'replace 4d with 00' does not fit: the artifact holds these octets more "
              "than once");
    EXPECT_EQ(edited({"arch 16"}), "the artifact edit 'arch 16' does not fit: 16 is outside the field");
    EXPECT_EQ(edited({"truncate 2", "version 5"}),
              "the artifact edit 'version 5' does not fit: the artifact has no whole header");
    EXPECT_EQ(edited({"truncate 5", "qstr-count 5"}),
              "the artifact edit 'qstr-count 5' does not fit: there is no count to replace");
}

TEST(OwnArtifactEdit, BadTextsAreRefused) {
    for (const char* text : {"", "truncate", "truncate x", "truncate 1 2", "set 0", "set 0 4", "set 0 zz",
                             "replace aa", "replace with aa", "arch z80", "shrink 3"}) {
        EXPECT_FALSE(ArtifactEdit::parse(text)) << text;
    }
}

}  // namespace
}  // namespace harness::own
