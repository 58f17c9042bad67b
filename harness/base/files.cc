#include "harness/base/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>
#include <xxhash.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <unordered_map>

namespace harness {
namespace fs = std::filesystem;

namespace {

std::string errno_text() {
    return std::strerror(errno);
}

class FileDescriptor {
  public:
    explicit FileDescriptor(int fd) : fd_(fd) {}
    FileDescriptor(const FileDescriptor&) = delete;
    FileDescriptor& operator=(const FileDescriptor&) = delete;
    ~FileDescriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    [[nodiscard]] int get() const { return fd_; }

  private:
    int fd_;
};

}  // namespace

Result<std::string> read_file(const fs::path& path) {
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0) return io_error(fmt::format("cannot open {}: {}", path.string(), errno_text()));
    struct stat status {};
    std::string octets;
    if (::fstat(file.get(), &status) == 0) {
        if (S_ISDIR(status.st_mode))
            return io_error(fmt::format("cannot read {}: it is a folder", path.string()));
        octets.reserve(static_cast<std::size_t>(status.st_size));
    }
    char chunk[1 << 16];
    for (;;) {
        const ssize_t got = ::read(file.get(), chunk, sizeof chunk);
        if (got < 0) {
            if (errno == EINTR) continue;
            return io_error(fmt::format("cannot read {}: {}", path.string(), errno_text()));
        }
        if (got == 0) return octets;
        octets.append(chunk, static_cast<std::size_t>(got));
    }
}

Result<void> write_file_atomically(const fs::path& path, std::string_view octets) {
    static std::atomic<unsigned> counter{0};
    const fs::path temporary = path.string() + fmt::format(".{}.{}.tmp", ::getpid(),
                                                           counter.fetch_add(1, std::memory_order_relaxed));
    int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0 && errno == ENOENT) {
        std::error_code error;
        fs::create_directories(path.parent_path(), error);
        fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    }
    if (fd < 0) return io_error(fmt::format("cannot write {}: {}", path.string(), errno_text()));
    const char* next = octets.data();
    std::size_t left = octets.size();
    bool written = true;
    while (left != 0) {
        const ssize_t put = ::write(fd, next, left);
        if (put < 0) {
            if (errno == EINTR) continue;
            written = false;
            break;
        }
        next += put;
        left -= static_cast<std::size_t>(put);
    }
    int saved = errno;
    if (::close(fd) != 0 && written) {
        saved = errno;
        written = false;
    }
    if (written && ::rename(temporary.c_str(), path.c_str()) != 0) {
        saved = errno;
        written = false;
    }
    if (!written) {
        ::unlink(temporary.c_str());
        return io_error(fmt::format("cannot write {}: {}", path.string(), std::strerror(saved)));
    }
    return {};
}

std::string content_hash(std::string_view octets) {
    const XXH128_hash_t hash = XXH3_128bits(octets.data(), octets.size());
    return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

KeyBuilder& KeyBuilder::add(std::string_view part) {
    add_number(part.size());
    buffer_.append(part);
    return *this;
}

KeyBuilder& KeyBuilder::add_number(std::uint64_t number) {
    char octets[sizeof number];
    std::memcpy(octets, &number, sizeof number);
    buffer_.append(octets, sizeof octets);
    return *this;
}

std::string KeyBuilder::hex() const {
    return content_hash(buffer_);
}

Result<std::string> file_hash(const fs::path& path) {
    struct Known {
        off_t size;
        timespec modified;
        std::string hash;
    };
    static std::mutex mutex;
    static std::unordered_map<std::string, Known> known;

    struct stat status {};
    if (::stat(path.c_str(), &status) != 0)
        return io_error(fmt::format("cannot read {}: {}", path.string(), errno_text()));
    {
        const std::lock_guard lock(mutex);
        const auto found = known.find(path.string());
        if (found != known.end() && found->second.size == status.st_size &&
            found->second.modified.tv_sec == status.st_mtim.tv_sec &&
            found->second.modified.tv_nsec == status.st_mtim.tv_nsec)
            return found->second.hash;
    }
    MPY_TRY(const std::string octets, read_file(path));
    std::string hash = content_hash(octets);
    const std::lock_guard lock(mutex);
    known[path.string()] = {status.st_size, status.st_mtim, hash};
    return hash;
}

fs::path folder_for_scratch() {
    constexpr const char* kMemory = "/dev/shm";
    constexpr std::uint64_t kEnoughOctets = std::uint64_t{256} << 20;
    if (std::getenv("TMPDIR") != nullptr) return {};
    struct statfs system {};
    if (::statfs(kMemory, &system) != 0 || system.f_type != TMPFS_MAGIC) return {};
    const std::uint64_t free_octets =
        static_cast<std::uint64_t>(system.f_bavail) * static_cast<std::uint64_t>(system.f_bsize);
    return free_octets >= kEnoughOctets && ::access(kMemory, W_OK | X_OK) == 0 ? fs::path(kMemory)
                                                                               : fs::path();
}

Result<TemporaryDirectory> TemporaryDirectory::create(std::string_view prefix, const fs::path& parent) {
    std::error_code error;
    const fs::path base = parent.empty() ? fs::temp_directory_path(error) : parent;
    if (error) return io_error("no temporary folder: " + error.message());
    fs::create_directories(base, error);
    std::string name = (base / (std::string(prefix) + "XXXXXX")).string();
    if (::mkdtemp(name.data()) == nullptr)
        return io_error(fmt::format("cannot make a folder below {}: {}", base.string(), errno_text()));
    return TemporaryDirectory(fs::path(name));
}

TemporaryDirectory::TemporaryDirectory(TemporaryDirectory&& other) noexcept
    : path_(std::exchange(other.path_, {})) {}

TemporaryDirectory& TemporaryDirectory::operator=(TemporaryDirectory&& other) noexcept {
    std::swap(path_, other.path_);
    return *this;
}

TemporaryDirectory::~TemporaryDirectory() {
    if (path_.empty()) return;
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

}  // namespace harness
