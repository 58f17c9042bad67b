#include "harness/compile/outcome_cache.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <thread>

#include "harness/base/files.h"

namespace harness {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

std::string key_of(std::string_view text) {
    return content_hash(text);
}

CompileOutcome artifact(std::string octets) {
    CompileOutcome outcome;
    outcome.kind = CompileOutcome::Kind::Artifact;
    outcome.octets = std::make_shared<const std::string>(std::move(octets));
    outcome.wall = std::chrono::microseconds(1500);
    outcome.cpu = std::chrono::microseconds(900);
    return outcome;
}

CompileOutcome trouble(CompileOutcome::Kind kind, std::string message, int exit_code = 1) {
    CompileOutcome outcome;
    outcome.kind = kind;
    outcome.message = std::move(message);
    outcome.exit_code = exit_code;
    return outcome;
}

class OutcomeCacheTest : public ::testing::Test {
  protected:
    std::vector<fs::path> entries() const {
        std::vector<fs::path> found;
        for (const auto& entry : fs::recursive_directory_iterator(folder.path()))
            if (entry.is_regular_file() && entry.path().filename() != "pruned") found.push_back(entry.path());
        return found;
    }
    TemporaryDirectory folder = TemporaryDirectory::create("cache-test-").value();
};

TEST_F(OutcomeCacheTest, GivesBackWhatWasStored) {
    const std::string octets("M\x06\0\x1f", 4);
    OutcomeCache(folder.path()).store(key_of("a"), artifact(octets));
    OutcomeCache cache(folder.path());
    const auto found = cache.find(key_of("a"));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->kind, CompileOutcome::Kind::Artifact);
    EXPECT_EQ(*found->octets, octets);
    EXPECT_EQ(found->wall, std::chrono::microseconds(1500));
    EXPECT_EQ(found->cpu, std::chrono::microseconds(900));
    EXPECT_TRUE(found->cached);
    EXPECT_FALSE(cache.find(key_of("b")));
    EXPECT_EQ(cache.counts().hits, 1U);
    EXPECT_EQ(cache.counts().misses, 1U);
}

TEST_F(OutcomeCacheTest, KeepsRefusalsAndErrorsButNothingThatMayBeAnAccident) {
    using Kind = CompileOutcome::Kind;
    OutcomeCache cache(folder.path());
    cache.store(key_of("refused"), trouble(Kind::Refused, "NotImplementedError: native raise"));
    cache.store(key_of("error"), trouble(Kind::Error, "SyntaxError: invalid syntax"));
    cache.store(key_of("odd status"), trouble(Kind::Error, "what?", 3));
    cache.store(key_of("silent"), trouble(Kind::Error, ""));
    for (const Kind kind : {Kind::Crash, Kind::Hang, Kind::Wrong})
        cache.store(key_of(std::to_string(static_cast<int>(kind))), trouble(kind, "x"));
    EXPECT_EQ(entries().size(), 2U);
    EXPECT_EQ(cache.find(key_of("refused"))->message, "NotImplementedError: native raise");
    const auto error = cache.find(key_of("error"));
    EXPECT_EQ(error->kind, Kind::Error);
    EXPECT_EQ(error->exit_code, 1);
    EXPECT_EQ(error->octets, nullptr);
}

TEST_F(OutcomeCacheTest, ADamagedEntryIsFoundWhateverOctetIsWrong) {
    OutcomeCache cache(folder.path());
    cache.store(key_of("a"), artifact("octets"));
    const fs::path path = entries().at(0);
    const std::string good = read_file(path).value();
    for (std::size_t i = 0; i < good.size(); ++i) {
        std::string bad = good;
        bad[i] = static_cast<char>(bad[i] ^ 1);
        ASSERT_TRUE(write_file_atomically(path, bad));
        EXPECT_FALSE(cache.find(key_of("a"))) << "octet " << i;
        EXPECT_FALSE(fs::exists(path)) << "octet " << i;
        ASSERT_TRUE(write_file_atomically(path, good.substr(0, i)));
        EXPECT_FALSE(cache.find(key_of("a"))) << "cut at " << i;
    }
    EXPECT_EQ(cache.counts().damaged, 2 * good.size());
    ASSERT_TRUE(write_file_atomically(path, good + "x"));
    EXPECT_FALSE(cache.find(key_of("a")));
    ASSERT_TRUE(write_file_atomically(path, good));
    EXPECT_TRUE(cache.find(key_of("a")));
}

TEST_F(OutcomeCacheTest, AnEntryUnderAnotherNameIsNotBelieved) {
    OutcomeCache cache(folder.path());
    cache.store(key_of("a"), artifact("octets of a"));
    const std::string other = key_of("b");
    const fs::path moved = folder.path() / "compiled" / other.substr(0, 2) / other.substr(2);
    fs::create_directories(moved.parent_path());
    fs::rename(entries().at(0), moved);
    EXPECT_FALSE(cache.find(other));
}

TEST_F(OutcomeCacheTest, AFolderThatCannotBeWrittenIsToldOnceAndCostsNothingElse) {
    ASSERT_TRUE(write_file_atomically(folder.path() / "file", ""));
    OutcomeCache cache(folder.path() / "file");
    for (int i = 0; i < 3; ++i) cache.store(key_of(std::to_string(i)), artifact("octets"));
    cache.prune();
    EXPECT_FALSE(cache.find(key_of("1")));
    ASSERT_EQ(cache.notes().size(), 1U);
    EXPECT_THAT(cache.notes()[0], HasSubstr("cannot be written"));
}

void set_age(const fs::path& path, std::time_t seconds) {
    const timespec time{std::time(nullptr) - seconds, 0};
    const timespec times[2] = {time, time};
    ASSERT_EQ(::utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
}

TEST_F(OutcomeCacheTest, PruningRemovesWhatWasNotUsedForLongest) {
    constexpr std::uint64_t kLimit = 40 * 4096;
    OutcomeCache cache(folder.path(), kLimit);
    const auto path_of = [&](int i) {
        const std::string key = key_of(std::to_string(i));
        return folder.path() / "compiled" / key.substr(0, 2) / key.substr(2);
    };
    for (int i = 0; i < 60; ++i) {
        cache.store(key_of(std::to_string(i)), artifact(std::string(3000, 'x')));
        set_age(path_of(i), 100 * 24 * 3600 - i);
    }
    EXPECT_TRUE(cache.find(key_of("0")));  // used again: young
    cache.prune();
    EXPECT_LE(entries().size(), 30U);
    EXPECT_GE(entries().size(), 20U);
    EXPECT_TRUE(fs::exists(path_of(0)));
    EXPECT_FALSE(fs::exists(path_of(1)));
    EXPECT_TRUE(fs::exists(path_of(59)));
}

TEST_F(OutcomeCacheTest, PruningRemovesLeftoversButNotWhatARunWritesNow) {
    OutcomeCache cache(folder.path());
    cache.store(key_of("a"), artifact("octets"));
    const fs::path old_one = folder.path() / "compiled" / "ab" / "dead.1.0.tmp";
    const fs::path young = folder.path() / "compiled" / "ab" / "alive.2.0.tmp";
    ASSERT_TRUE(write_file_atomically(old_one, "x"));
    ASSERT_TRUE(write_file_atomically(young, "x"));
    set_age(old_one, 2 * 3600);
    cache.prune();
    EXPECT_FALSE(fs::exists(old_one));
    EXPECT_TRUE(fs::exists(young));
    EXPECT_TRUE(cache.find(key_of("a")));
}

TEST_F(OutcomeCacheTest, SeveralRunsAtOnceNeverSeeAPart) {
    std::vector<std::thread> threads;
    std::atomic<int> wrong{0};
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            OutcomeCache cache(folder.path(), 64 * 4096);
            for (int i = 0; i < 300; ++i) {
                const std::string name = std::to_string(i % 20);
                const std::string octets(2000 + static_cast<std::size_t>(i % 20), 'x');
                if (const auto found = cache.find(key_of(name)); found && *found->octets != octets) ++wrong;
                if ((i + t) % 3 == 0) cache.store(key_of(name), artifact(octets));
                if (i % 50 == 0) cache.prune();
            }
            if (cache.counts().damaged != 0 || !cache.notes().empty()) ++wrong;
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(wrong, 0);
}

TEST_F(OutcomeCacheTest, ALookUpIsFast) {
    OutcomeCache cache(folder.path());
    constexpr int kEntries = 2000;
    for (int i = 0; i < kEntries; ++i)
        cache.store(key_of(std::to_string(i)), artifact(std::string(1500, 'x')));
    std::vector<std::string> keys;
    for (int i = 0; i < kEntries; ++i) keys.push_back(key_of(std::to_string(i)));
    // Processor time: the machine may be busy with other things.
    const std::clock_t before = std::clock();
    for (const std::string& key : keys) ASSERT_TRUE(cache.find(key));
    const double each = 1e6 * static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC / kEntries;
    RecordProperty("microseconds", std::to_string(each));
    // The promise is 50 microseconds in an optimised build; this must also hold for a debug build with
    // sanitizers.
    EXPECT_LT(each, 500);
}

TEST(CacheFolder, MayBeNamedByTheEnvironment) {
    ::unsetenv("MPYCONFORM_CACHE");
    EXPECT_EQ(cache_folder("/project"), "/project/.cache");
    ASSERT_EQ(::setenv("MPYCONFORM_CACHE", "/elsewhere", 1), 0);
    EXPECT_EQ(cache_folder("/project"), "/elsewhere");
    ::unsetenv("MPYCONFORM_CACHE");
}

}  // namespace
}  // namespace harness
