#include "harness/cli/changed_since.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/process/process.h"

namespace harness {
namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

struct GitReply {
    int status = 0;
    std::string out;
    std::string err;  ///< without the newline at its end
};

/// `git -C folder words…`. What a hook or a person set to point git somewhere else does not count here.
asio::awaitable<Result<GitReply>> git(fs::path folder, std::vector<std::string> words) {
    Command command;
    command.argv = {"git", "-C", folder.string()};
    command.argv.insert(command.argv.end(), words.begin(), words.end());
    command.environment = inherited_environment(
        {{"LC_ALL", "C"}, {"GIT_OPTIONAL_LOCKS", "0"}, {"GIT_TERMINAL_PROMPT", "0"}},
        {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_EXTERNAL_DIFF"});
    Limits limits;
    limits.wall = std::chrono::seconds(60);
    limits.separate_stderr = true;
    auto result = co_await run_process(std::move(command), limits);
    if (!result) co_return missing_tool("--changed-since asks git: " + result.error().text());
    if (result->ending != Ending::Exited || result->truncated)
        co_return io_error(fmt::format("--changed-since: git {} did not come to an end ({})", words.front(),
                                       word(result->ending)));
    GitReply reply{result->exit_code, std::move(result->output), std::move(result->error_output)};
    while (reply.err.ends_with('\n')) reply.err.pop_back();
    co_return reply;
}

/// Adds the names of a list with a NUL behind each; they are relative to the checkout's top.
void add_names(const std::string& list, ChangedFiles& changed) {
    for (std::size_t at = 0; at < list.size();) {
        const std::size_t end = std::min(list.find('\0', at), list.size());
        changed.files.push_back(changed.checkout / list.substr(at, end - at));
        at = end + 1;
    }
}

Error cannot(const std::string& revision, const std::string& why) {
    return usage_error(fmt::format("--changed-since {}: {}", revision, why));
}

asio::awaitable<Result<fs::path>> top_of_checkout(fs::path folder, std::string revision) {
    std::vector<std::string> words{"rev-parse", "--show-toplevel"};
    MPY_CO_TRY(GitReply top, co_await git(folder, words));
    if (top.status != 0)
        co_return cannot(revision,
                         fmt::format("the tests in {} are in no git checkout that could be asked ({})",
                                     folder.string(), top.err));
    while (top.out.ends_with('\n')) top.out.pop_back();
    // A folder that git ignores, such as an unpacked source package below a checkout, never shows a change.
    words = {"ls-files", "-z", "--", "."};
    MPY_CO_TRY(const GitReply held, co_await git(folder, words));
    if (held.status != 0 || held.out.empty())
        co_return cannot(revision, fmt::format("the git checkout {} does not hold the tests in {}", top.out,
                                               folder.string()));
    co_return fs::path(top.out);
}

}  // namespace

asio::awaitable<Result<ChangedFiles>> changed_files(fs::path folder, std::string revision) {
    if (revision.empty() || revision.starts_with('-'))
        co_return cannot(revision, "expected a revision of git, such as origin/main, or a range A..B");
    ChangedFiles changed;
    std::vector<std::string> words;
    MPY_CO_TRY(changed.checkout, co_await top_of_checkout(folder, revision));
    std::string from = revision;
    const bool is_range = revision.find("..") != std::string::npos;
    if (!is_range) {
        words = {"rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}"};
        MPY_CO_TRY(const GitReply known, co_await git(changed.checkout, words));
        if (known.status != 0)
            co_return cannot(revision,
                             fmt::format("the checkout {} has no such revision (fetch it, or correct the "
                                         "name)",
                                         changed.checkout.string()));
        words = {"merge-base", revision, "HEAD"};
        MPY_CO_TRY(GitReply base, co_await git(changed.checkout, words));
        if (base.status != 0)
            co_return cannot(revision,
                             fmt::format("it has no history in common with what is checked out in {} (a "
                                         "shallow clone? fetch more of it, or give a range A..B)",
                                         changed.checkout.string()));
        from = base.out.substr(0, base.out.find('\n'));
    }
    words = {"diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--end-of-options", from, "--"};
    MPY_CO_TRY(const GitReply diff, co_await git(changed.checkout, words));
    if (diff.status != 0) co_return cannot(revision, diff.err);
    add_names(diff.out, changed);
    if (!is_range) {
        words = {"ls-files", "-z", "--others", "--exclude-standard"};
        MPY_CO_TRY(const GitReply untracked, co_await git(changed.checkout, words));
        if (untracked.status != 0) co_return cannot(revision, untracked.err);
        add_names(untracked.out, changed);
    }
    co_return changed;
}

}  // namespace harness
