#include "harness/cli/romfs_command.h"

#include <fmt/format.h>

#include <memory>

#include "harness/base/files.h"
#include "harness/cli/exit_status.h"
#include "harness/romfs/romfs.h"

namespace harness {
namespace fs = std::filesystem;

namespace {

Result<void> build(const RomfsOptions& options) {
    RomfsBuilder builder;
    std::error_code error;
    for (fs::recursive_directory_iterator entry(options.folder, error), end; !error && entry != end;
         entry.increment(error)) {
        if (!entry->is_regular_file(error)) continue;
        MPY_TRY(std::string content, read_file(entry->path()));
        MPY_CHECK_OK(builder.add(entry->path().lexically_relative(options.folder).generic_string(),
                                 std::make_shared<const std::string>(std::move(content))));
    }
    if (error) return io_error(fmt::format("cannot read {}: {}", options.folder.string(), error.message()));
    if (builder.file_count() == 0)
        return usage_error(fmt::format("{} holds no file to put into an image", options.folder.string()));
    const std::string image = builder.build();
    MPY_CHECK_OK(write_file_atomically(options.image, image));
    fmt::print("{}: {} files, {} octets\n", options.image.string(), builder.file_count(), image.size());
    return {};
}

Result<void> list(const RomfsOptions& options) {
    MPY_TRY(const std::string image, read_file(options.image));
    MPY_TRY(const std::vector<RomfsFile> files, read_romfs(image));
    for (const RomfsFile& file : files) fmt::print("{:>9} {}\n", file.content.size(), file.path);
    return {};
}

}  // namespace

int romfs_command(const RomfsOptions& options) {
    const Result<void> done = options.folder.empty() ? list(options) : build(options);
    if (done) return kExitPassed;
    fmt::print(stderr, "mpyconform: {}\n", done.error().text());
    return done.error().kind == ErrorKind::Configuration ? kExitFailed : kExitUsage;
}

}  // namespace harness
