#include "harness/report/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "harness/report/text.h"

namespace harness {
namespace {

constexpr std::string_view kEraseLine = "\r\x1b[K";
constexpr std::size_t kUsualWidth = 80;

std::string_view environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string_view{} : std::string_view(value);
}

}  // namespace

StandardOutput::StandardOutput() {
    const std::string_view term = environment("TERM");
    interactive_ = ::isatty(STDOUT_FILENO) == 1 && !term.empty() && term != "dumb";
    colour_ = interactive_ && environment("NO_COLOR").empty();
}

void StandardOutput::write(std::string_view text) {
    if (!trouble_.empty()) return;
    while (!text.empty()) {
        const ssize_t put = ::write(STDOUT_FILENO, text.data(), text.size());
        if (put < 0) {
            if (errno == EINTR) continue;
            trouble_ = std::strerror(errno);
            return;
        }
        text.remove_prefix(static_cast<std::size_t>(put));
    }
}

Result<void> StandardOutput::status() const {
    if (trouble_.empty()) return {};
    return io_error("cannot write to standard output: " + trouble_);
}

std::size_t StandardOutput::width() const {
    if (!interactive_) return kPipeWidth;
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kUsualWidth;
    return size.ws_col;
}

void LiveLine::print(std::string_view lines) {
    if (shown_.empty()) {
        terminal_.write(lines);
        return;
    }
    // One write, so that nothing else can come between.
    terminal_.write(std::string(kEraseLine) + std::string(lines) + shown_);
}

void LiveLine::set(std::string_view text) {
    if (!terminal_.is_interactive()) return;
    // The last column stays free: some terminals wrap when it is written.
    const std::size_t width = terminal_.width();
    std::string line = fit_columns(text, width > 1 ? width - 1 : 1);
    if (line == shown_) return;
    terminal_.write(std::string(kEraseLine) + line);
    shown_ = std::move(line);
}

void LiveLine::clear() {
    if (shown_.empty()) return;
    terminal_.write(kEraseLine);
    shown_.clear();
}

}  // namespace harness
