#include "harness/cli/board_targets.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <cctype>

#include "harness/base/files.h"
#include "harness/process/process.h"
#include "harness/target/first_prompt.h"

namespace harness {
namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

/// To open a device, to connect, to start a program that says where its terminal is.
constexpr std::chrono::milliseconds kOpenPatience{10000};
/// Of an emulator that has just been started.
constexpr std::chrono::milliseconds kFirstPrompt{5000};

/// A name that NAME=ADDRESS may give: no part of an address looks like it.
bool is_name(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.';
    });
}

std::string_view without_name(std::string_view text) {
    const std::size_t equals = text.find('=');
    return equals != std::string_view::npos && is_name(text.substr(0, equals)) ? text.substr(equals + 1)
                                                                               : text;
}

bool is_command(std::string_view text) {
    const std::string_view address = without_name(text);
    return address.starts_with("exec:") || address.starts_with("execpty:");
}

asio::awaitable<Result<std::unique_ptr<ByteStream>>> open_machine(Command command) {
    const auto executor = co_await asio::this_coro::executor;
    MPY_CO_TRY(auto stream, open_command(executor, std::move(command)));
    co_await wait_for_first_prompt(*stream, kFirstPrompt);
    co_return stream;
}

Result<std::string> identity_of(const MachineFile& machine, const fs::path& firmware) {
    MPY_TRY(const std::string hash, file_hash(firmware));
    KeyBuilder key;
    key.add("raw-repl").add(hash);
    for (const std::string& word : machine.command(firmware.filename(), {})) key.add(word);
    return key.hex();
}

}  // namespace

std::optional<BoardWish> parse_board_wish(std::string_view text) {
    const std::string_view place = without_name(text);
    auto address = parse_board_address(place);
    if (!address) return std::nullopt;
    BoardWish wish;
    wish.name = place.size() == text.size() ? address->short_name()
                                            : std::string(text.substr(0, text.size() - place.size() - 1));
    wish.address = std::move(*address);
    return wish;
}

std::vector<std::string> split_target_names(std::string_view text) {
    std::vector<std::string> names;
    while (!text.empty()) {
        const std::size_t end = is_command(text) ? text.size() : std::min(text.find(','), text.size());
        if (end > 0) names.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return names;
}

std::unique_ptr<RawReplTarget> make_board_target(const BoardWish& wish, const BoardOptions& options) {
    BoardAddress address = wish.address;
    address.baudrate = options.baudrate;
    address.user = options.user;
    address.password = options.password;
    RawReplTargetConfig config;
    config.description.name = wish.name;
    config.description.runtime = "firmware over the raw REPL";
    config.description.machine = address.text;
    config.description.raw_repl = true;
    config.where = address.text;
    config.opening_starts_board = address.starts_board();
    config.power_cycle = options.power_cycle;
    config.prologue = options.prologue;
    config.open = [address]() { return open_board(address, kOpenPatience); };
    return std::make_unique<RawReplTarget>(std::move(config));
}

Result<std::unique_ptr<RawReplTarget>> make_machine_board_target(const MachineFile& machine,
                                                                 TargetDescription description,
                                                                 const fs::path& firmware,
                                                                 const fs::path& probe_cache,
                                                                 const BoardOptions& options) {
    Command command;
    command.argv = machine.command(firmware, {});
    std::vector<std::pair<std::string, std::string>> variables;
    for (const std::string& variable : machine.environment) {
        const std::size_t equals = variable.find('=');
        variables.emplace_back(variable.substr(0, equals), variable.substr(equals + 1));
    }
    command.environment = inherited_environment(variables);
    RawReplTargetConfig config;
    MPY_TRY(config.identity, identity_of(machine, firmware));
    config.probe_cache = probe_cache;
    config.description = std::move(description);
    config.description.raw_repl = true;
    config.where = command.shell_text();
    config.opening_starts_board = true;
    config.only_one = false;
    config.pace = {machine.pace_octets, machine.pace_pause};
    config.last_words = machine.last_words;
    config.prologue = options.prologue;
    config.open = [command]() { return open_machine(command); };
    return std::make_unique<RawReplTarget>(std::move(config));
}

}  // namespace harness
