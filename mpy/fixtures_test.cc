// What real compilers make: every file of fixtures/mpy is read, checked and written back; then it is damaged
// in every small way, and the library has to survive that and to say something sensible.
#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "mpy/round_trip.h"
#include "mpy/writer.h"

namespace mpy {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> fixture_names() {
    std::vector<std::string> names;
    for (const fs::directory_entry& entry : fs::directory_iterator(MPYCONFORM_SOURCE_DIR "/fixtures/mpy")) {
        if (entry.path().extension() == ".mpy") names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::vector<std::byte> load(const std::string& name) {
    std::ifstream in(MPYCONFORM_SOURCE_DIR "/fixtures/mpy/" + name, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const std::span<const std::byte> octets = as_octets(text);
    return {octets.begin(), octets.end()};
}

bool is_old(const std::string& name) {
    return name.starts_with("old-");
}

class MpyFixture : public ::testing::TestWithParam<std::string> {
  protected:
    const std::vector<std::byte> file_ = load(GetParam());
};

TEST_P(MpyFixture, IsCleanAndComesBackAsItWas) {
    ASSERT_FALSE(file_.empty());
    const CheckReport report = check_artifact(file_);
    if (!is_old(GetParam())) {
        for (const Finding& finding : report.findings) ADD_FAILURE() << to_string(finding);
        return;
    }
    // Versions before 6 are refused by name: the release of the compiler that made the file is in the words.
    ASSERT_EQ(report.findings.size(), 1U);
    EXPECT_EQ(report.findings[0].rule, Rule::V1);
    const std::string release = GetParam().substr(4, GetParam().find('-', 4) - 4);
    EXPECT_THAT(report.findings[0].found, ::testing::HasSubstr("written by MicroPython " + release + " to"));
}

// Every beginning of the file, in a buffer of exactly that size, so that a sanitizer sees any octet read
// behind it.
TEST_P(MpyFixture, SurvivesBeingCutAnywhere) {
    for (std::size_t size = 0; size < file_.size(); ++size) {
        const auto copy = std::make_unique<std::byte[]>(size);
        std::copy_n(file_.begin(), size, copy.get());
        const CheckReport report = check_artifact({copy.get(), size});
        ASSERT_FALSE(report.ok()) << size;
        EXPECT_LE(report.findings.back().offset, size);
    }
}

/// The octets whose bits are worth flipping: all of the container, preludes and bytecode; of machine code,
/// which nobody looks into, every 16th. Files of older compilers differ little from those of the newest, so
/// of them every 7th.
std::vector<std::size_t> octets_to_damage(const std::string& name, std::span<const std::byte> file) {
    std::vector<bool> machine_code(file.size());
    Module module;
    if (read_module(file, module)) {
        for (const RawCode& code : module.raw_codes) {
            for (std::size_t i = 0; !code.is_bytecode() && i < code.code.size(); ++i)
                machine_code[code.code_offset + i] = true;
        }
    }
    const std::size_t step = name.find("-1.29.0") != std::string::npos ? 1 : 7;
    std::vector<std::size_t> offsets;
    for (std::size_t at = 0; at < file.size(); at += step) {
        if (!machine_code[at] || at % 16 == 0) offsets.push_back(at);
    }
    return offsets;
}

// Bits flipped one at a time: an answer, never a crash; and what reads still comes back octet by octet.
TEST_P(MpyFixture, SurvivesFlippedBits) {
    std::vector<std::byte> damaged = file_;
    std::size_t noticed = 0;
    for (const std::size_t at : octets_to_damage(GetParam(), file_)) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            damaged[at] = file_[at] ^ std::byte{static_cast<unsigned char>(1U << bit)};
            Module module;
            if (const Result<void> read = read_module(damaged, module)) {
                noticed += check_module(module).clean() ? 0U : 1U;
                if (module.redundant_vuints.empty()) {
                    const Result<void> trip = check_round_trip(damaged, module);
                    ASSERT_TRUE(trip) << at << ": " << to_string(trip.error());
                } else {
                    EXPECT_TRUE(write_module(module, {RedundantVuints::Shorten}));
                }
            } else {
                ++noticed;
                EXPECT_FALSE(read.error().field.empty());
                EXPECT_LE(read.error().offset, damaged.size());
            }
        }
        damaged[at] = file_[at];
    }
    // Many flips change a number or a name into another that is as good; a part always shows.
    EXPECT_GT(noticed, 0U);
}

INSTANTIATE_TEST_SUITE_P(Golden, MpyFixture, ::testing::ValuesIn(fixture_names()), [](const auto& param) {
    std::string name = param.param.substr(0, param.param.size() - 4);
    std::replace_if(
        name.begin(), name.end(), [](char c) { return c == '-' || c == '.'; }, '_');
    return name;
});

TEST(MpyFixtures, CoverEveryEmitterAndArchitecture) {
    const std::vector<std::string> names = fixture_names();
    ASSERT_GT(names.size(), 50U);
    for (const ArchInfo& arch : kArchs) {
        if (!arch.emits_native) continue;
        for (const std::string_view start : {"functions-1.29.0-native-", "viper-1.29.0-"}) {
            const std::string name = std::string(start).append(arch.name).append(".mpy");
            EXPECT_THAT(names, ::testing::Contains(name));
            Module module;
            const std::vector<std::byte> file = load(name);
            ASSERT_TRUE(read_module(file, module));
            EXPECT_EQ(module.header.arch(), &arch) << name;
        }
    }
}

// Where several compilers have made the same source, the static strings they name are those of the table.
TEST(MpyFixtures, NameStaticStringsByTheirNumbers) {
    Module module;
    const std::vector<std::byte> file = load("classes-1.29.0-bytecode.mpy");
    ASSERT_TRUE(read_module(file, module));
    std::vector<std::string_view> names;
    for (const QstrEntry& entry : module.qstrs) {
        if (entry.is_static) names.push_back(entry.text);
    }
    for (const std::string_view name : {"<module>", "__init__", "__getitem__", "super", "staticmethod"}) {
        EXPECT_THAT(names, ::testing::Contains(name));
    }
}

// Any artifact outside the repository, by hand: MPYCONFORM_ARTIFACTS=DIR checks every .mpy below DIR.
TEST(MpyFixtures, ArtifactsOfAnotherFolder) {
    const char* folder = std::getenv("MPYCONFORM_ARTIFACTS");
    if (folder == nullptr) GTEST_SKIP() << "MPYCONFORM_ARTIFACTS names no folder";
    std::size_t n = 0;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.path().extension() != ".mpy") continue;
        ++n;
        std::ifstream in(entry.path(), std::ios::binary);
        const std::string text{std::istreambuf_iterator<char>(in), {}};
        for (const Finding& finding : check_artifact(as_octets(text)).findings) {
            ADD_FAILURE() << entry.path() << ": " << to_string(finding);
        }
    }
    EXPECT_GT(n, 0U);
}

}  // namespace
}  // namespace mpy
