#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <termios.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "harness/process/descriptor.h"
#include "harness/target/byte_stream.h"

namespace harness {
namespace {

struct Rate {
    unsigned baudrate;
    speed_t constant;
};
constexpr std::array kRates{
    Rate{1200, B1200},       Rate{2400, B2400},       Rate{4800, B4800},       Rate{9600, B9600},
    Rate{19200, B19200},     Rate{38400, B38400},     Rate{57600, B57600},     Rate{115200, B115200},
    Rate{230400, B230400},   Rate{460800, B460800},   Rate{500000, B500000},   Rate{576000, B576000},
    Rate{921600, B921600},   Rate{1000000, B1000000}, Rate{1152000, B1152000}, Rate{1500000, B1500000},
    Rate{2000000, B2000000}, Rate{2500000, B2500000}, Rate{3000000, B3000000}, Rate{3500000, B3500000},
    Rate{4000000, B4000000},
};

/// What to look at when a device cannot be opened.
std::string_view advice(int error) {
    switch (error) {
        case EACCES:
            return "; add yourself to the group that owns it (dialout on Debian)";
        case ENOENT:
        case ENODEV:
        case ENXIO:
            return "; is the board plugged in, and is that its device?";
        case EBUSY:
            return "; another program holds it (a terminal, mpremote)";
        default:
            return "";
    }
}

Error cannot_open(const std::string& device, int error) {
    return io_error(fmt::format("cannot open {}: {}{}", device, std::strerror(error), advice(error)));
}

}  // namespace

Result<std::unique_ptr<ByteStream>> open_serial(const boost::asio::any_io_executor& executor,
                                                const std::string& device, unsigned baudrate) {
    const auto* const rate =
        std::find_if(kRates.begin(), kRates.end(), [&](const Rate& row) { return row.baudrate == baudrate; });
    if (rate == kRates.end())
        return usage_error(
            fmt::format("{} is no rate of a serial line here; usual ones are 9600, 115200, "
                        "460800, 921600, 1000000",
                        baudrate));
    Descriptor line(::open(device.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
    if (line.get() < 0) return cannot_open(device, errno);
    termios settings{};
    if (::tcgetattr(line.get(), &settings) != 0)
        return io_error(fmt::format("{} is no serial line: {}", device, std::strerror(errno)));
    // Nobody else opens it while we talk. Pseudo-terminals know it as well.
    if (::ioctl(line.get(), TIOCEXCL) != 0) return cannot_open(device, errno);
    ::cfmakeraw(&settings);
    settings.c_cflag &= ~static_cast<tcflag_t>(CSTOPB | CRTSCTS);
    settings.c_cflag |= CLOCAL | CREAD;
    settings.c_cc[VMIN] = 1;
    settings.c_cc[VTIME] = 0;
    ::cfsetispeed(&settings, rate->constant);
    ::cfsetospeed(&settings, rate->constant);
    if (::tcsetattr(line.get(), TCSANOW, &settings) != 0)
        return io_error(fmt::format("cannot set {} to {} baud: {}", device, baudrate, std::strerror(errno)));
    return stream_of_descriptor(executor, line.release());
}

}  // namespace harness
