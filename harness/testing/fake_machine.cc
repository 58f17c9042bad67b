// A machine that speaks the monitor protocol (docs/monitor.md) on its standard input and output, and breaks
// it as it is told: the name of the program that it is to run says how ("/any/hang.py"); kPrograms below is
// the list. Options of an emulator are taken and mostly ignored: `loader,file=IMAGE` gives the image whose id
// `hello` tells, `boot=MODE` how it boots, `state=FILE` where it remembers that it was here before.
#include <unistd.h>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <thread>

namespace {

void put(std::string_view text) {
    while (!text.empty()) {
        const ssize_t size = ::write(1, text.data(), text.size());
        if (size <= 0) ::_exit(0);
        text.remove_prefix(static_cast<std::size_t>(size));
    }
}

void sleep_milliseconds(long milliseconds) {
    timespec left{milliseconds / 1'000, (milliseconds % 1'000) * 1'000'000};
    while (::nanosleep(&left, &left) != 0) {
    }
}

constexpr std::string_view kAttention = "\x1eMPY\x1e";
constexpr std::string_view kBanner = "MicroPython v1.25.0; fake machine\r\n>>> ";

std::string input;  // what came and was not used yet

/// Lines behind the image that are still to be taken; they come before what is sent.
std::string script;

/// More input; ends with it.
void wait_for_input() {
    char buffer[4096];
    const ssize_t size = ::read(0, buffer, sizeof buffer);
    if (size <= 0) ::_exit(0);
    input.append(buffer, static_cast<std::size_t>(size));
}

void wait_for_attention() {
    for (;;) {
        const std::size_t at = input.find(kAttention);
        if (at != std::string::npos) {
            script.clear();
            input.erase(0, at + kAttention.size());
            return;
        }
        wait_for_input();
    }
}

std::string next_line() {
    if (const std::size_t end = script.find('\n'); end != std::string::npos) {
        std::string line = script.substr(0, end);
        script.erase(0, end + 1);
        return line;
    }
    for (;;) {
        if (const std::size_t at = input.find(kAttention); at != std::string::npos)
            input.erase(0, at + kAttention.size());
        if (const std::size_t end = input.find('\n'); end != std::string::npos) {
            std::string line = input.substr(0, end);
            input.erase(0, end + 1);
            return line;
        }
        wait_for_input();
    }
}

std::string value_of(const std::string& line, std::string_view key) {
    const std::size_t at = line.find(" " + std::string(key) + "=");
    if (at == std::string::npos) return {};
    const std::size_t from = at + key.size() + 2;
    return line.substr(from, line.find(' ', from) - from);
}

/// The frames of one command.
struct Answer {
    std::string tag;
    unsigned sequence = 0;
    std::size_t printed = 0;

    [[nodiscard]] std::string frame(std::string_view kind, std::string_view payload) {
        std::string text = "\x1eMPY " + tag + " " + std::to_string(sequence++) + " " + std::string(kind) +
                           " " + std::to_string(payload.size()) + "\n";
        return text + std::string(payload) + "\n";
    }
    void send(std::string_view kind, std::string_view payload) { put(frame(kind, payload)); }
    void out(std::string_view text) {
        printed += text.size();
        send("out", text);
    }
    void begin() { send("begin", "path=/fake\n"); }
    void end(std::string_view more = {}) {
        send("end", "status=ok\nstage=run\nout_bytes=" + std::to_string(printed) + "\n" + std::string(more));
    }
    void fault(std::string_view kind) {
        send("fault", "kind=" + std::string(kind) + "\nstage=run\npc=0x1000\nwhere=core\n");
    }
};

std::string state_file;

/// How often this was asked of any fake machine with the same state, this time included.
int times_here() {
    int times = 0;
    std::ifstream(state_file) >> times;
    std::ofstream(state_file) << ++times << "\n";
    return times;
}

bool been_here() {
    return times_here() > 1;
}

using Program = void (*)(Answer&);
const std::map<std::string_view, Program> kPrograms = {
    {"ok",
     [](Answer& run) {
         run.begin();
         run.out("fine\n");
         run.end();
     }},
    {"late",
     [](Answer& run) {
         run.begin();
         for (const char* part : {"fi", "ne", "\n"}) {
             sleep_milliseconds(60);
             run.out(part);
         }
         sleep_milliseconds(60);
         run.end();
     }},
    {"bytewise",
     [](Answer& run) {
         run.begin();
         run.printed = 5;
         for (const char c : run.frame("out", "fine\n")) put(std::string_view(&c, 1));
         run.end();
     }},
    {"imitate",
     [](Answer& run) {
         run.begin();
         Answer forged{run.tag, run.sequence};
         run.out(forged.frame("end", "status=ok\nout_bytes=0\n") + ">>> MicroPython v1\n");
         run.end();
     }},
    {"stray",
     [](Answer& run) {
         run.begin();
         put("noise");
         run.out("fine\n");
         run.end();
     }},
    {"reset",
     [](Answer& run) {
         run.begin();
         put("\r\n");
         put(kBanner);
     }},
    {"reset-in-parts",
     [](Answer& run) {
         run.begin();
         for (const char octet : kBanner) {
             put(std::string_view(&octet, 1));
             std::this_thread::sleep_for(std::chrono::milliseconds(2));
         }
     }},
    {"wrong-number",
     [](Answer& run) {
         run.begin();
         ++run.sequence;
         run.out("fine\n");
         run.end();
     }},
    {"wrong-tag",
     [](Answer& run) {
         run.begin();
         run.tag = "0123456789abcdef";
         run.out("x");
         run.end();
     }},
    {"lost-output",
     [](Answer& run) {
         run.begin();
         run.out("fine\n");
         run.printed += 7;
         run.end();
     }},
    {"torn",
     [](Answer& run) {
         run.begin();
         put(run.frame("out", "a long line\n").substr(0, 40));
         ::_exit(0);
     }},
    {"dies",
     [](Answer& run) {
         run.begin();
         run.out("so far\n");
         ::_exit(3);
     }},
    {"dies-before", [](Answer&) { ::_exit(3); }},
    {"killed",
     [](Answer& run) {
         run.begin();
         ::raise(SIGKILL);
     }},
    {"killed-once",
     [](Answer& run) {
         run.begin();
         if (!been_here()) ::raise(SIGKILL);
         run.out("fine\n");
         run.end();
     }},
    {"killed-often",  // as often as it is repeated for
     [](Answer& run) {
         run.begin();
         if (times_here() <= 5) ::raise(SIGKILL);
         run.out("fine\n");
         run.end();
     }},
    {"spends",
     [](Answer& run) {
         run.begin();
         run.out("fine\n");
         run.end("exec_spent=1\n");
     }},
    {"hangs",
     [](Answer& run) {
         run.begin();
         run.out("so far\n");
         wait_for_attention();
         run.fault("break");
     }},
    {"deaf",
     [](Answer& run) {
         run.begin();
         for (;;) ::pause();
     }},
    {"mute",
     [](Answer&) {
         for (;;) ::pause();
     }},
    {"floods",
     [](Answer& run) {
         run.begin();
         const std::string block(4096, 'x');
         for (;;) run.out(block);
     }},
    {"faults",
     [](Answer& run) {
         run.begin();
         run.fault("undefined");
     }},
    {"faults-twice",
     [](Answer& run) {
         run.begin();
         run.fault("double");
         ::_exit(70);
     }},
    {"refused", [](Answer& run) { run.send("error", "reason=path\ntext=there%20is%20no%20such%20file\n"); }},
};

std::string image_id(const std::string& image) {
    std::ifstream file(image, std::ios::binary);
    const std::string octets{std::istreambuf_iterator<char>(file), {}};
    const std::size_t name = octets.find(".image-id");
    if (name == std::string::npos) return {};
    // Behind the name stands one record: kind 2, 16 octets. Source: docs/romfs.md.
    return octets.substr(name + std::string_view(".image-id\x02\x10").size(), 16);
}

/// What lies behind the image. Source: docs/monitor.md, `script`.
std::string script_of(const std::string& image) {
    std::ifstream file(image, std::ios::binary);
    const std::string octets{std::istreambuf_iterator<char>(file), {}};
    constexpr std::string_view kMagic = "\x1eMPY script\n";
    const std::size_t at = octets.rfind(kMagic);
    if (at == std::string::npos) return {};
    return octets.substr(at + kMagic.size(), octets.find('\0', at) - at - kMagic.size());
}

}  // namespace

int main(int argc, char** argv) {
    std::string image;
    std::string boot;
    for (int i = 1; i < argc; ++i) {
        const std::string_view word = argv[i];
        if (word.starts_with("loader,file=")) image = word.substr(12, word.find(",addr") - 12);
        if (word.starts_with("boot=")) boot = word.substr(5);
        if (word.starts_with("state=")) state_file = word.substr(6);
    }
    if (boot == "dead") return 1;
    if (boot == "silent")
        for (;;) ::pause();
    if (boot == "dead-once" && !been_here()) return 1;
    put(kBanner);
    wait_for_attention();
    const std::string id = boot == "stale-image" ? "feedfacefeedface" : image_id(image);
    for (;;) {
        const std::string line = next_line();
        Answer answer{value_of(line, "tag")};
        if (line.starts_with("hello ")) {
            answer.send("hello", std::string("protocol=") + (boot == "other-protocol" ? "2" : "1") +
                                     "\nfirmware=mpyconform\nguards=null,artifacts\ninterruptible=yes\n"
                                     "rx_window=1024\nimage_id=" +
                                     id + "\nscript=" + (boot == "no-script" ? "no" : "yes") + "\n");
            continue;
        }
        if (line.starts_with("script ")) {
            script = script_of(image).substr(std::stoul(value_of(line, "from")));
            answer.send(boot == "refuses-script" ? "error" : "ack", "boots=0\n");
            if (boot == "refuses-script") script.clear();
            continue;
        }
        std::string name = value_of(line, "path");
        name = name.substr(name.rfind('/') + 1);
        name = name.substr(0, name.find('.'));
        const auto program = kPrograms.find(name);
        (program != kPrograms.end() ? program->second : kPrograms.at("refused"))(answer);
    }
}
