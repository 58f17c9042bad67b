// A board whose REPL misbehaves as it is told, for tests of the raw REPL.
//
// fake_board [OPTION…]
//   --at STATE        how it is found: friendly (default), half-typed, paste, raw, raw-paste, running,
//   printing,
//                     stubborn (running, and deaf to the first two Ctrl-C), mute (never says anything)
//   --paste KIND      yes (default), no (firmware that does not know it), refused (knows it and has it not)
//   --window N        of raw-paste mode, default 32; source beyond it is lost, and OVERRUN is printed in its
//   run
//   --slow N          milliseconds in front of each answer
//   --chatty          boot code prints, with prompts in it; lines beside the protocol after a soft reset
//   --dead-after N    says nothing more once N pieces of source were executed
//   --pty             makes a terminal, prints its name, and is a board there
//   --listen FILE     listens on a free TCP port of this host, writes its number into FILE
//   --log FILE        appends a line for each start
//
// Source is executed line by line. A line is one of
//   print('TEXT')  fail  exit  hang  hang-hard  flood  reboot  vanish  fault  dots N  garbage  syntax
// and everything else is passed over. `syntax` makes the compiler refuse the source as soon as it is read.

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace {

struct Options {
    std::string at = "friendly";
    std::string paste = "yes";
    std::size_t window = 32;
    int slow_ms = 0;
    bool chatty = false;
    int dead_after = -1;
    bool pty = false;
    std::string listen_file;
    std::string log_file;
};

constexpr std::string_view kBanner =
    "MicroPython v1.0 on 2020-01-01; fake board\r\nType \"help()\" for more information.\r\n>>> ";
constexpr std::string_view kRawBanner = "raw REPL; CTRL-B to exit\r\n>";

class Board {
  public:
    Board(const Options& options, int input, int output)
        : options_(options), input_(input), output_(output) {}

    void run();

  private:
    enum class Mode { Friendly, PasteOfFriendly, Raw };

    [[nodiscard]] int get(int timeout_ms);
    void put(std::string_view text);
    void answer(std::string_view text);
    void find_it_at(const std::string& state);
    void friendly(int c);
    void raw(int c);
    void raw_paste();
    void soft_reset();
    void execute(const std::string& source);
    bool execute_line(const std::string& line);
    void endless(std::string_view text, int deaf_to);

    const Options& options_;
    int input_;
    int output_;
    std::string buffered_;
    Mode mode_ = Mode::Friendly;
    std::string line_;
    std::string exception_;
    bool overrun_ = false;
    bool resets_ = false;
    int executed_ = 0;
};

/// The next octet; -1 when none came in time. Ends the program when nobody is there any more.
int Board::get(int timeout_ms) {
    if (buffered_.empty()) {
        pollfd waiting{input_, POLLIN, 0};
        if (::poll(&waiting, 1, timeout_ms) <= 0) return -1;
        char chunk[4096];
        const ssize_t size = ::read(input_, chunk, sizeof(chunk));
        if (size <= 0) std::exit(0);
        buffered_.assign(chunk, static_cast<std::size_t>(size));
    }
    const int c = static_cast<unsigned char>(buffered_.front());
    buffered_.erase(0, 1);
    return c;
}

void Board::put(std::string_view text) {
    while (!text.empty()) {
        const ssize_t size = ::write(output_, text.data(), text.size());
        if (size <= 0) std::exit(0);
        text.remove_prefix(static_cast<std::size_t>(size));
    }
}

void Board::answer(std::string_view text) {
    if (options_.slow_ms > 0) std::this_thread::sleep_for(std::chrono::milliseconds(options_.slow_ms));
    put(text);
}

/// Says something for ever. Ctrl-C ends it, unless it is deaf to so many of them; -1: to all.
void Board::endless(std::string_view text, int deaf_to) {
    for (;;) {
        put(text);
        const int c = get(text.empty() ? -1 : 1);
        if (c != 3 || deaf_to < 0) continue;
        if (deaf_to-- == 0) return;
    }
}

void Board::find_it_at(const std::string& state) {
    if (state == "mute") endless("", -1);
    if (state == "running") endless("", 0);
    if (state == "stubborn") endless("", 2);
    if (state == "printing") endless("temperature 21 >>> raw REPL\r\n", 0);
    if (state == "raw" || state == "raw-paste") mode_ = Mode::Raw;
    if (state == "raw") line_ = "while True:\r\n  ";
    if (state == "raw-paste") raw_paste();
    if (state == "half-typed") line_ = "x = [1, ";
    if (state == "paste") mode_ = Mode::PasteOfFriendly;
    if (state == "friendly") put(kBanner);
    if (mode_ == Mode::Friendly && state != "friendly") answer("\r\n>>> ");
}

void Board::friendly(int c) {
    if (mode_ == Mode::PasteOfFriendly) {
        if (c == 3 || c == 4) {
            mode_ = Mode::Friendly;
            answer("\r\n>>> ");
        } else {
            answer(c == '\r' ? "\r\n=== " : std::string(1, static_cast<char>(c)));
        }
        return;
    }
    const bool empty = line_.empty();
    if (c == 1 && empty) {
        mode_ = Mode::Raw;
        answer("\r\n");
        put(kRawBanner);
    } else if (c == 2 && empty) {
        answer("\r\n");
        put(kBanner);
    } else if (c == 3) {
        line_.clear();
        answer("\r\n>>> ");
    } else if (c == 4 && empty) {
        soft_reset();
    } else if (c == '\r') {
        // An open bracket asks for more.
        const bool open = line_.find('[') != std::string::npos;
        if (!open) line_.clear();
        answer(open ? "\r\n... " : "\r\n>>> ");
    } else if (c >= ' ') {
        line_ += static_cast<char>(c);
        answer(std::string(1, static_cast<char>(c)));
    }
}

void Board::soft_reset() {
    answer("\r\nMPY: soft reboot\r\n");
    if (options_.chatty) put("boot.py: >>> hello > there\r\nwifi: connecting\r\n");
    put(mode_ == Mode::Raw ? kRawBanner : kBanner);
}

/// Source arrives in windows; what is sent without room for it is lost.
void Board::raw_paste() {
    std::string header = {'R', '\1', static_cast<char>(options_.window & 0xff),
                          static_cast<char>(options_.window >> 8), '\1'};
    answer(header);
    std::string source;
    std::size_t room = 2 * options_.window;
    std::size_t taken = 0;
    bool refused = false;
    overrun_ = false;
    for (;;) {
        const int c = get(-1);
        if (c == 3) {
            put("\x04\x04KeyboardInterrupt: \r\n\x04>");
            return;
        }
        if (c == 4) break;
        if (refused) continue;
        if (room == 0) {
            overrun_ = true;
            continue;
        }
        --room;
        source += static_cast<char>(c);
        if (source.ends_with("syntax\n")) {
            refused = true;
            put("\x04");
            continue;
        }
        if (++taken % options_.window != 0) continue;
        if (options_.slow_ms > 0) std::this_thread::sleep_for(std::chrono::milliseconds(options_.slow_ms));
        room += options_.window;
        put("\x01");
    }
    if (refused) {
        put("\x04Traceback (most recent call last):\r\nSyntaxError: invalid syntax\r\n\x04>");
        return;
    }
    put("\x04");
    execute(source);
}

void Board::raw(int c) {
    if (c == 1) {
        if (line_ ==
                "\x05"
                "A" &&
            options_.paste != "no") {
            line_.clear();
            if (options_.paste == "yes")
                raw_paste();
            else
                answer(std::string_view("R\0>", 3));
            return;
        }
        line_.clear();
        answer(kRawBanner);
    } else if (c == 2) {
        mode_ = Mode::Friendly;
        line_.clear();
        answer("\r\n");
        put(kBanner);
    } else if (c == 3) {
        line_.clear();
    } else if (c == 4) {
        const std::string source = std::exchange(line_, {});
        put("OK");
        if (source.empty())
            soft_reset();
        else
            execute(source);
    } else {
        line_ += static_cast<char>(c);
    }
}

/// False: the source ends here.
bool Board::execute_line(const std::string& line) {
    constexpr std::string_view kPrint = "print('";
    const std::size_t quote = line.find("')");
    if (line.starts_with(kPrint) && quote != std::string::npos) {
        put(line.substr(kPrint.size(), quote - kPrint.size()) + "\r\n");
        return true;
    }
    if (line == "fail" || line == "hang" || line == "flood") {
        std::string said;
        for (int i = 0; line == "flood" && i < 200; ++i) said += "all work and no play\r\n";
        if (line != "fail") endless(said, 0);
        exception_ = line == "fail" ? "ValueError: no" : "KeyboardInterrupt: ";
        exception_ = "Traceback (most recent call last):\r\n  File \"<stdin>\", line 1, in <module>\r\n" +
                     exception_ + "\r\n";
        return false;
    }
    if (line == "hang-hard") endless("", -1);
    if (line == "fault") {
        put("FATAL: hard fault\r\npc=0\r\n");
        endless("", -1);
    }
    if (line == "vanish") std::exit(0);
    if (line == "exit") resets_ = true;
    if (line == "garbage") put(std::string("\x04\x04\xff\xfe?", 5));
    if (line.starts_with("dots "))
        for (int i = std::atoi(line.c_str() + 5); i > 0; --i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(60));
            put(".");
        }
    return line != "exit" && line != "garbage" && line != "reboot";
}

void Board::execute(const std::string& source) {
    if (options_.dead_after >= 0 && executed_ >= options_.dead_after) endless("", -1);
    ++executed_;
    exception_.clear();
    resets_ = false;
    if (overrun_) put("OVERRUN\r\n");
    std::istringstream lines(source);
    for (std::string line; std::getline(lines, line);) {
        if (line == "reboot") {
            mode_ = Mode::Friendly;
            put(kBanner);
            return;
        }
        if (!execute_line(line)) break;
    }
    put("\x04" + exception_ + "\x04");
    if (resets_)
        soft_reset();
    else
        put(">");
}

void Board::run() {
    find_it_at(options_.at);
    for (;;) {
        const int c = get(-1);
        if (c < 0) continue;
        if (mode_ == Mode::Raw)
            raw(c);
        else
            friendly(c);
    }
}

/// A terminal of our own: its name is printed, its other end returned.
int make_terminal() {
    const int master = ::posix_openpt(O_RDWR | O_NOCTTY);
    if (master < 0 || ::grantpt(master) != 0 || ::unlockpt(master) != 0) std::exit(2);
    // Kept open, so that reading does not fail before somebody opens it.
    const int kept = ::open(::ptsname(master), O_RDWR | O_NOCTTY);
    termios settings{};
    ::tcgetattr(kept, &settings);
    ::cfmakeraw(&settings);
    ::tcsetattr(kept, TCSANOW, &settings);
    std::cout << "char device redirected to " << ::ptsname(master) << " (label serial0)" << std::endl;
    return master;
}

int accept_one(const std::string& file) {
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    if (::bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener, 1) != 0 ||
        ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        std::exit(2);
    std::ofstream(file + ".new") << ntohs(address.sin_port) << std::endl;
    std::rename((file + ".new").c_str(), file.c_str());
    return ::accept(listener, nullptr, nullptr);
}

Options read_options(int count, char** words) {
    Options options;
    for (int i = 1; i < count; ++i) {
        const std::string_view word = words[i];
        const auto value = [&] { return std::string(++i < count ? words[i] : ""); };
        if (word == "--at")
            options.at = value();
        else if (word == "--paste")
            options.paste = value();
        else if (word == "--window")
            options.window = static_cast<std::size_t>(std::stoul(value()));
        else if (word == "--slow")
            options.slow_ms = std::stoi(value());
        else if (word == "--chatty")
            options.chatty = true;
        else if (word == "--dead-after")
            options.dead_after = std::stoi(value());
        else if (word == "--pty")
            options.pty = true;
        else if (word == "--listen")
            options.listen_file = value();
        else if (word == "--log")
            options.log_file = value();
        else
            std::exit(2);
    }
    return options;
}

}  // namespace

int main(int count, char** words) {
    const Options options = read_options(count, words);
    if (!options.log_file.empty()) std::ofstream(options.log_file, std::ios::app) << "started" << std::endl;
    int input = STDIN_FILENO;
    int output = STDOUT_FILENO;
    if (options.pty) input = output = make_terminal();
    if (!options.listen_file.empty()) input = output = accept_one(options.listen_file);
    Board(options, input, output).run();
}
