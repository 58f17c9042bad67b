#include "harness/target/revision.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/use_awaitable.hpp>

#include "harness/base/files.h"
#include "harness/process/process.h"
#include "harness/target/build_lock.h"
#include "harness/target/source_tree.h"

namespace harness {
namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kShortCommit = 12;
constexpr std::chrono::minutes kLimit{5};
constexpr std::size_t kMostOutput = std::size_t{64} << 20;

std::string trimmed(std::string text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
    return text;
}

/// A command's standard output. Error (Io): it did not end well; the message is what it said.
asio::awaitable<Result<std::string>> output_of(std::vector<std::string> argv) {
    Command command;
    command.argv = std::move(argv);
    // Reading must not refresh the checkout's index.
    command.environment = inherited_environment(
        {{"GIT_OPTIONAL_LOCKS", "0"}, {"LC_ALL", "C"}},
        {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX"});
    Limits limits;
    limits.wall = kLimit;
    limits.output_bytes = kMostOutput;
    limits.separate_stderr = true;
    MPY_CO_TRY(ProcessResult ran, co_await run_process(command, limits));
    if (ran.ending != Ending::Exited || ran.exit_code != 0) {
        std::string said = trimmed(ran.error_output.substr(0, 500));
        co_return io_error(said.empty() ? command.shell_text() + " failed" : std::move(said));
    }
    co_return std::move(ran.output);
}

using Words = std::vector<std::string>;

/// git in a folder that the user named: that it belongs to somebody else is no reason to refuse it.
asio::awaitable<Result<std::string>> git(fs::path folder, Words words) {
    Words argv{"git", "-c", "safe.directory=*", "-C", folder.string()};
    argv.insert(argv.end(), words.begin(), words.end());
    co_return co_await output_of(std::move(argv));
}

/// True when the folder is the top of a working tree of its own.
asio::awaitable<bool> is_checkout(fs::path folder) {
    const Words ask{"rev-parse", "--show-toplevel"};
    const auto top = co_await git(folder, ask);
    std::error_code error;
    co_return top&& fs::equivalent(trimmed(*top), folder, error);
}

asio::awaitable<Result<void>> unpack(fs::path repository, std::string commit, fs::path folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) co_return io_error(fmt::format("cannot make {}: {}", folder.string(), error.message()));
    const std::string archive = folder.string() + ".tar";
    const Words pack{"archive", "--format=tar", "--output=" + archive, commit};
    MPY_CO_TRY([[maybe_unused]] const std::string packed, co_await git(repository, pack));
    const Words extract{"tar", "-xf", archive, "-C", folder.string()};
    auto extracted = co_await output_of(extract);
    fs::remove(archive, error);
    if (!extracted) co_return extracted.error();
    co_return Result<void>{};
}

/// Fills the place of a submodule; the note says why it stays empty.
asio::awaitable<Result<std::string>> place_submodule(fs::path checkout, PinnedSubmodule module,
                                                     fs::path place) {
    const fs::path here = checkout / module.path;
    if (!is_populated(here)) co_return std::string();  // missing on both sides: nothing differs
    const bool has_own_repository = co_await is_checkout(here);
    if (!has_own_repository)
        co_return fmt::format("{} is no git checkout of its own, so the revision has it empty", module.path);
    const Words ask{"rev-parse", "HEAD"};
    MPY_CO_TRY(const std::string head, co_await git(here, ask));
    std::error_code error;
    if (trimmed(head) == module.commit) {
        fs::remove(place, error);
        fs::create_directory_symlink(here, place, error);
        if (error) co_return io_error(fmt::format("cannot link {}: {}", place.string(), error.message()));
        co_return std::string();
    }
    const auto unpacked = co_await unpack(here, module.commit, place);
    if (unpacked) co_return std::string();
    co_return fmt::format("the revision pins {} of {}, which the checkout does not hold: it is empty there",
                          module.commit.substr(0, kShortCommit), module.path);
}

asio::awaitable<Result<void>> lay_out(fs::path checkout, std::string commit, fs::path folder) {
    MPY_CO_CHECK_OK(co_await unpack(checkout, commit, folder));
    const Words list{"ls-tree", "-r", "-z", commit};
    MPY_CO_TRY(const std::string listing, co_await git(checkout, list));
    std::string notes;
    for (const PinnedSubmodule& module : submodules_in(listing)) {
        MPY_CO_TRY(const std::string note, co_await place_submodule(checkout, module, folder / module.path));
        if (!note.empty()) notes += note + "\n";
    }
    co_return write_file_atomically(folder.string() + ".notes", notes);
}

}  // namespace

std::vector<PinnedSubmodule> submodules_in(std::string_view listing) {
    // Source: git-ls-tree(1): "<mode> SP <type> SP <object> TAB <file>", ended by NUL with -z.
    std::vector<PinnedSubmodule> modules;
    while (!listing.empty()) {
        const std::size_t end = std::min(listing.find('\0'), listing.size());
        const std::string_view line = listing.substr(0, end);
        listing.remove_prefix(std::min(end + 1, listing.size()));
        constexpr std::string_view kKind = "160000 commit ";
        const std::size_t tab = line.find('\t');
        if (!line.starts_with(kKind) || tab == std::string_view::npos) continue;
        modules.push_back(
            {std::string(line.substr(tab + 1)), std::string(line.substr(kKind.size(), tab - kKind.size()))});
    }
    return modules;
}

asio::awaitable<std::string> checked_out_commit(fs::path tree) {
    const bool has_git = co_await is_checkout(tree);
    if (!has_git) co_return std::string();
    const Words ask{"rev-parse", "HEAD"};
    const auto head = co_await git(tree, ask);
    if (!head) co_return std::string();
    const Words ask_changes{"status", "--porcelain", "--untracked-files=no"};
    const auto changed = co_await git(tree, ask_changes);
    const bool is_dirty = changed && !trimmed(*changed).empty();
    co_return trimmed(*head).substr(0, kShortCommit) + (is_dirty ? "-dirty" : "");
}

asio::awaitable<Result<LaidOutRevision>> lay_out_revision(fs::path checkout, std::string revision,
                                                          fs::path cache) {
    const bool has_git = co_await is_checkout(checkout);
    if (!has_git)
        co_return usage_error(fmt::format(
            "--base {}: expected the root of a git checkout in --micropython-tree, and {} is none", revision,
            checkout.string()));
    if (revision.empty() || revision.front() == '-')
        co_return usage_error(
            fmt::format("--base {:?}: expected a revision such as HEAD or v1.25.0", revision));
    const Words ask{"rev-parse", "--verify", revision + "^{commit}"};
    const auto found = co_await git(checkout, ask);
    if (!found)
        co_return usage_error(fmt::format("--base {}: the checkout {} has no such revision (git says: {})",
                                          revision, checkout.string(), found.error().message));
    LaidOutRevision laid_out;
    laid_out.commit = trimmed(*found);
    const std::string name = laid_out.commit.substr(0, kShortCommit);
    // The checkout's place is part of the name because its submodules are linked in.
    const fs::path folder = builds_of(cache, checkout) / "revisions";
    laid_out.root = folder / name;
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) co_return io_error(fmt::format("cannot make {}: {}", folder.string(), error.message()));
    MPY_CO_TRY([[maybe_unused]] const BuildLock lock, co_await BuildLock::acquire(folder / "lock"));
    if (!fs::exists(laid_out.root, error)) {
        const fs::path fresh = folder / (name + ".new");
        fs::remove_all(fresh, error);
        MPY_CO_CHECK_OK(co_await lay_out(checkout, laid_out.commit, fresh));
        fs::rename(fresh.string() + ".notes", laid_out.root.string() + ".notes", error);
        if (!error) fs::rename(fresh, laid_out.root, error);
        if (error)
            co_return io_error(fmt::format("cannot make {}: {}", laid_out.root.string(), error.message()));
    }
    if (const auto notes = read_file(laid_out.root.string() + ".notes"))
        for (std::string_view rest = *notes; !rest.empty();) {
            const std::size_t end = std::min(rest.find('\n'), rest.size());
            laid_out.notes.emplace_back(rest.substr(0, end));
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    co_return laid_out;
}

}  // namespace harness
