#include "harness/target/board_address.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/this_coro.hpp>
#include <charconv>
#include <filesystem>
#include <sstream>
#include <vector>

#include "harness/target/first_prompt.h"
#include "harness/target/telnet_stream.h"

namespace harness {
namespace asio = boost::asio;

namespace {

/// Of a program that has just been started.
constexpr std::chrono::milliseconds kFirstPrompt{5000};

bool all_digits(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// "a0" → "/dev/ttyACM0"; everything else stays. Source: test-conventions 5.1.
std::string expanded_device(std::string_view text) {
    static constexpr std::array<std::pair<char, std::string_view>, 3> kShort{
        {{'a', "/dev/ttyACM"}, {'u', "/dev/ttyUSB"}, {'c', "COM"}}};
    for (const auto& [letter, device] : kShort)
        if (text.size() > 1 && text[0] == letter && all_digits(text.substr(1)))
            return fmt::format("{}{}", device, text.substr(1));
    return std::string(text);
}

bool is_short_form(std::string_view text) {
    return expanded_device(text) != text;
}

bool is_dotted_quad(std::string_view text) {
    int groups = 0;
    while (true) {
        const std::size_t dot = std::min(text.find('.'), text.size());
        if (!all_digits(text.substr(0, dot)) || dot > 3) return false;
        ++groups;
        if (dot == text.size()) return groups == 4;
        text.remove_prefix(dot + 1);
    }
}

bool is_port(std::string_view text) {
    unsigned number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    return failed == std::errc() && end == text.data() + text.size() && number > 0 && number < 65536;
}

/// HOST:PORT or [ADDRESS]:PORT.
std::optional<BoardAddress> tcp_address(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0 || !is_port(text.substr(colon + 1)))
        return std::nullopt;
    std::string_view host = text.substr(0, colon);
    if (host.front() == '[' && host.back() == ']')
        host = host.substr(1, host.size() - 2);
    else if (host.find_first_of(":/ ") != std::string_view::npos)
        return std::nullopt;
    BoardAddress address;
    address.kind = BoardAddress::Kind::Tcp;
    address.place = host;
    address.port = text.substr(colon + 1);
    return address;
}

std::optional<BoardAddress> address_of(std::string_view text) {
    using Kind = BoardAddress::Kind;
    const auto made = [](Kind kind, std::string_view place) {
        BoardAddress address;
        address.kind = kind;
        address.place = place;
        return std::optional<BoardAddress>(std::move(address));
    };
    const auto after = [&](std::string_view prefix) { return text.substr(prefix.size()); };
    if (text.starts_with("execpty:")) return made(Kind::CommandTerminal, after("execpty:"));
    if (text.starts_with("exec:")) return made(Kind::Command, after("exec:"));
    if (text.starts_with("socket:")) return made(Kind::UnixSocket, after("socket:"));
    if (text.starts_with("port:")) {
        // The stock runner strips this word in front of every form.
        const std::string_view rest = after("port:");
        if (is_dotted_quad(rest) || tcp_address(rest)) return address_of(rest);
        return made(Kind::Serial, expanded_device(rest));
    }
    if (text.starts_with("/dev/") || is_short_form(text)) return made(Kind::Serial, expanded_device(text));
    if (is_dotted_quad(text)) {
        auto telnet = made(Kind::Telnet, text);
        telnet->port = "23";
        return telnet;
    }
    return tcp_address(text);
}

std::vector<std::string> words_of(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> words;
    for (std::string word; stream >> word;) words.push_back(word);
    return words;
}

}  // namespace

std::optional<BoardAddress> parse_board_address(std::string_view text) {
    auto address = address_of(text);
    if (!address || address->place.empty()) return std::nullopt;
    address->text = text;
    return address;
}

std::string BoardAddress::short_name() const {
    switch (kind) {
        case Kind::Command:
        case Kind::CommandTerminal: {
            const std::vector<std::string> words = words_of(place);
            const std::string program = words.empty() ? "" : words.front();
            return fmt::format("{}:{}", kind == Kind::Command ? "exec" : "execpty",
                               std::filesystem::path(program).filename().string());
        }
        case Kind::Tcp:
            return fmt::format("{}:{}", place, port);
        case Kind::Telnet:
            return place;
        case Kind::Serial:
        case Kind::UnixSocket:
            break;
    }
    return std::filesystem::path(place).filename().string();
}

asio::awaitable<Result<std::unique_ptr<ByteStream>>> open_board(const BoardAddress& address,
                                                                std::chrono::milliseconds timeout) {
    const auto executor = co_await asio::this_coro::executor;
    Command command;
    command.environment = inherited_environment();
    switch (address.kind) {
        case BoardAddress::Kind::Serial:
            co_return open_serial(executor, address.place, address.baudrate);
        case BoardAddress::Kind::UnixSocket:
            co_return open_unix_socket(executor, address.place);
        case BoardAddress::Kind::Command: {
            command.argv = {"/bin/sh", "-c", address.place};
            MPY_CO_TRY(auto stream, open_command(executor, std::move(command)));
            co_await wait_for_first_prompt(*stream, kFirstPrompt);
            co_return stream;
        }
        case BoardAddress::Kind::CommandTerminal: {
            command.argv = words_of(address.place);
            auto opened = co_await open_command_terminal(std::move(command), timeout);
            co_return opened;
        }
        case BoardAddress::Kind::Tcp: {
            auto opened = co_await open_tcp(address.place, address.port, timeout);
            co_return opened;
        }
        case BoardAddress::Kind::Telnet:
            break;
    }
    MPY_CO_TRY(auto line, co_await open_tcp(address.place, address.port, timeout));
    auto opened = co_await log_in_by_telnet(std::move(line), address.user, address.password);
    co_return opened;
}

}  // namespace harness
