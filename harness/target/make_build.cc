#include "harness/target/make_build.h"

#include <fmt/format.h>

#include <boost/asio/use_awaitable.hpp>
#include <sstream>

#include "harness/base/files.h"
#include "harness/process/process.h"
#include "harness/target/build_lock.h"

namespace harness {
namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

constexpr std::chrono::minutes kBuildLimit{20};
constexpr std::size_t kTailLines = 12;
constexpr std::size_t kErrorLines = 6;
constexpr std::size_t kMostOctets = 3000;
/// 2025-01-01, as SOURCE_DATE_EPOCH takes it.
constexpr const char* kBuildDate = "1735689600";
/// BUILD_ID of a build: this much of its identity.
constexpr std::size_t kIdDigits = 16;

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);)
        if (!line.empty()) lines.push_back(std::move(line));
    return lines;
}

/// Removes what an earlier attempt left and this one must not keep.
Result<void> clear_work(const MakeBuild& build) {
    std::error_code error;
    const fs::path work = build.folder / "work";
    const auto basis = read_file(build.folder / "basis");
    const auto then = read_file(build.folder / "sources");
    // A make that was killed leaves files that are cut short and look new.
    const bool was_cut_off = fs::exists(build.folder / "in-progress", error);
    const Rebuild need = basis && then && *basis == build.basis && !was_cut_off
                             ? rebuild_needed(SourceManifest::parse(*then), build.sources)
                             : Rebuild::All;
    if (need == Rebuild::All) fs::remove_all(work, error);
    if (need == Rebuild::Headers) fs::remove_all(work / "genhdr", error);
    if (error) return io_error(fmt::format("cannot clear {}: {}", work.string(), error.message()));
    if (build.mpy_cross.empty()) return {};
    MPY_TRY(const std::string compiler, file_hash(build.mpy_cross));
    const auto froze = read_file(build.folder / "frozen-by");
    if (!froze || *froze != compiler) {
        fs::remove_all(work / "frozen_mpy", error);
        MPY_CHECK_OK(write_file_atomically(build.folder / "frozen-by", compiler));
    }
    return {};
}

Command make_command(const MakeBuild& build, const std::string& identity) {
    Command make;
    make.argv = {"make",
                 "-C",
                 build.rules.string(),
                 "-j" + std::to_string(build.jobs),
                 "BUILD=" + (build.folder / "work").string(),
                 "BUILD_ID=" + identity.substr(0, kIdDigits)};
    make.argv.insert(make.argv.end(), build.variables.begin(), build.variables.end());
    make.environment = build_environment(build.release);
    return make;
}

/// A run that is going on works with the product of its own start, so none is ever written over.
Result<void> keep_product(const MakeBuild& build, const fs::path& product) {
    std::error_code error;
    const fs::path left = build.folder / "work" / build.product;
    const fs::path fresh = product.parent_path().string() + ".new";
    fs::create_directories(fresh, error);
    fs::copy_file(left, fresh / build.product, fs::copy_options::overwrite_existing, error);
    if (error)
        return io_error(fmt::format("make ended well but left no {}: {}", left.string(), error.message()));
    fs::rename(fresh, product.parent_path(), error);
    if (error) return io_error(fmt::format("cannot make {}: {}", product.string(), error.message()));
    return {};
}

/// Those of earlier days; what cannot be removed costs space only.
void forget_old_products(const fs::path& folder, const fs::path& current) {
    constexpr std::chrono::hours kKept{48};
    const auto now = fs::file_time_type::clock::now();
    std::error_code error;
    std::vector<fs::path> old;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
        std::error_code unreadable;
        if (entry.path() == current || entry.path().filename().string().size() != kIdDigits) continue;
        if (entry.is_directory(unreadable) && now - entry.last_write_time(unreadable) > kKept && !unreadable)
            old.push_back(entry.path());
    }
    for (const fs::path& path : old) fs::remove_all(path, error);
}

}  // namespace

std::vector<std::string> build_environment(const std::string& release) {
    return inherited_environment(
        {{"PYTHONDONTWRITEBYTECODE", "1"},
         {"SOURCE_DATE_EPOCH", kBuildDate},
         {"MICROPY_GIT_TAG", "v" + release},
         {"MICROPY_GIT_HASH", "unknown"}},
        {"MAKEFLAGS", "MFLAGS", "GNUMAKEFLAGS", "MAKELEVEL", "MAKEFILES", "DEBUG", "VARIANT", "BOARD",
         "BUILD", "PROG", "CROSS_COMPILE", "USER_C_MODULES", "FROZEN_MANIFEST", "MICROPY_MPYCROSS"});
}

std::string last_words(const std::string& output) {
    const std::vector<std::string> lines = lines_of(output);
    const std::size_t tail = lines.size() > kTailLines ? lines.size() - kTailLines : 0;
    std::vector<std::string> kept;
    for (std::size_t i = 0; i < tail; ++i) {
        const std::string& line = lines[i];
        if (line.find("error:") == std::string::npos && line.find("Error ") == std::string::npos) continue;
        for (std::size_t j = i; j < std::min(i + kErrorLines, tail); ++j) kept.push_back(lines[j]);
        kept.emplace_back("…");
        break;
    }
    kept.insert(kept.end(), lines.begin() + static_cast<std::ptrdiff_t>(tail), lines.end());
    std::string text = fmt::format("{}", fmt::join(kept, "\n"));
    if (text.size() > kMostOctets) text = "…" + text.substr(text.size() - kMostOctets);
    return text.empty() ? "nothing" : text;
}

Result<std::string> identity_of(const MakeBuild& build) {
    KeyBuilder key;
    for (const auto& [name, entry] : build.sources.entries())
        key.add(name).add_number(entry.size_bytes).add_number(static_cast<std::uint64_t>(entry.time));
    for (const std::string& variable : build.variables) key.add(variable);
    key.add(build.basis).add(build.rules.string()).add(build.release);
    if (!build.mpy_cross.empty()) {
        MPY_TRY(const std::string compiler, file_hash(build.mpy_cross));
        key.add(compiler);
    }
    return key.hex();
}

asio::awaitable<Result<MadeBuild>> make_build(MakeBuild build) {
    MPY_CO_TRY(const std::string identity, identity_of(build));
    const MadeBuild made{build.folder / identity.substr(0, kIdDigits) / build.product, identity, false};
    std::error_code error;
    if (fs::exists(made.product, error)) co_return made;
    fs::create_directories(build.folder, error);
    if (error) co_return io_error(fmt::format("cannot make {}: {}", build.folder.string(), error.message()));
    MPY_CO_TRY([[maybe_unused]] const BuildLock lock, co_await BuildLock::acquire(build.folder / "lock"));
    if (fs::exists(made.product, error)) co_return made;

    MPY_CO_CHECK_OK(clear_work(build));
    build.sources.set_started(fs::file_time_type::clock::now().time_since_epoch().count());
    MPY_CO_CHECK_OK(write_file_atomically(build.folder / "basis", build.basis));
    MPY_CO_CHECK_OK(write_file_atomically(build.folder / "sources", build.sources.text()));
    MPY_CO_CHECK_OK(write_file_atomically(build.folder / "in-progress", ""));
    Limits limits;
    limits.wall = kBuildLimit;
    ProcessResult result;
    // A make that somebody killed goes on where it was, once: that says nothing of the sources.
    for (int attempt = 0; attempt < 2; ++attempt) {
        if (build.starting) build.starting();
        MPY_CO_TRY(result, co_await run_process(make_command(build, identity), limits));
        if (result.ending != Ending::Signalled) break;
    }
    if (result.ending == Ending::Exited) fs::remove(build.folder / "in-progress", error);
    (void)write_file_atomically(build.folder / "make.log", result.output);
    if (result.ending == Ending::TimedOut)
        co_return configuration_error(fmt::format("{} could not be built: it took more than {} minutes",
                                                  build.what, kBuildLimit.count()));
    // Whoever killed it said nothing of the sources.
    if (result.ending != Ending::Exited)
        co_return io_error(fmt::format("{} could not be built: make was stopped ({}, signal {})", build.what,
                                       result.trouble.empty() ? word(result.ending) : result.trouble,
                                       result.signal_number));
    if (result.exit_code != 0)
        co_return configuration_error(fmt::format("{} could not be built{}. make said:\n{}", build.what,
                                                  build.hint.empty() ? "" : " (" + build.hint + ")",
                                                  last_words(result.output)));
    MPY_CO_CHECK_OK(keep_product(build, made.product));
    forget_old_products(build.folder, made.product.parent_path());
    co_return MadeBuild{made.product, identity, true};
}

}  // namespace harness
