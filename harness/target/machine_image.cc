#include "harness/target/machine_image.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "harness/base/files.h"
#include "harness/romfs/romfs.h"
#include "harness/target/monitor_codec.h"

namespace harness {
namespace fs = std::filesystem;

namespace {

/// Octets of names and record headers that one file costs at most, beside its content and path.
constexpr std::size_t kFileOverhead = 64;
/// Octets of the command that runs a program (Script), beside its path; with the keys that are ever given.
constexpr std::size_t kCommandOctets = 128;
/// Larger files are left at home: they are inputs of host tools, no test opens them on a machine.
constexpr std::uintmax_t kLargestFile = 512 * 1024;

/// An expectation lies beside its test but is never opened by it.
bool travels(const fs::directory_entry& entry) {
    std::error_code error;
    return entry.is_regular_file(error) && entry.path().extension() != ".exp" &&
           entry.file_size(error) <= kLargestFile;
}

}  // namespace

Result<const ImagePacker::Folder*> ImagePacker::folder(const fs::path& path) {
    const auto known = folders_.find(path);
    if (known != folders_.end()) return &known->second;
    Folder folder;
    folder.name = path.filename().string();
    const auto taken = [&](const std::string& name) {
        return std::any_of(folders_.begin(), folders_.end(),
                           [&](const auto& entry) { return entry.second.name == name; });
    };
    for (int suffix = 2; taken(folder.name); ++suffix)
        folder.name = fmt::format("{}-{}", path.filename().string(), suffix);
    std::error_code error;
    for (fs::recursive_directory_iterator entry(path, error), end; !error && entry != end;
         entry.increment(error)) {
        if (!travels(*entry)) continue;
        MPY_TRY(std::string content, read_file(entry->path()));
        folder.octets += content.size() + entry->path().string().size() + kFileOverhead;
        folder.files.push_back({entry->path().lexically_relative(path).generic_string(),
                                std::make_shared<const std::string>(std::move(content))});
    }
    if (error) return io_error(fmt::format("cannot read {}: {}", path.string(), error.message()));
    return &folders_.emplace(path, std::move(folder)).first->second;
}

Result<std::vector<PackedImage>> ImagePacker::pack(std::span<const RunRequest> requests) {
    std::vector<PackedImage> images;
    std::optional<RomfsBuilder> builder;
    std::set<const Folder*> packed;
    PackedImage image;
    std::size_t commands = 0;
    const auto close = [&] {
        if (!builder) return;
        image.octets = builder->build();
        images.push_back(std::move(image));
        builder.reset();
    };
    const auto open = [&]() -> Result<void> {
        builder.emplace();
        packed.clear();
        image = {};
        commands = kCommandOctets;
        image.id = monitor::random_tag();
        return builder->add(".image-id", std::make_shared<const std::string>(image.id));
    };
    for (std::size_t i = 0; i < requests.size(); ++i) {
        const RunRequest& request = requests[i];
        const Test& test = *request.job->test;
        const fs::path origin =
            request.job->mode == Mode::Source ? test.path.parent_path() : test.working_directory;
        MPY_TRY(const Folder* home, folder(origin));
        std::size_t own_octets = request.artifact ? request.artifact->size() + kFileOverhead : 0;
        for (const auto& [name, octets] : request.modules)
            own_octets += octets->size() + name.size() + kFileOverhead;
        const std::size_t command = kCommandOctets + home->name.size() + test.path.filename().string().size();
        const auto room_needed = [&] {
            return own_octets + commands + command + (packed.contains(home) ? 0 : home->octets);
        };
        if (builder && builder->size_estimate() + room_needed() > window_bytes_) close();
        if (!builder) MPY_CHECK_OK(open());
        if (builder->size_estimate() + room_needed() > window_bytes_)
            return io_error(
                fmt::format("{} with its folder takes {} octets, but the machine's artifact window has {}",
                            test.id, room_needed(), window_bytes_));
        // A test with modules of its own gets a folder of its own: two tests may both call their helper
        // `helper`.
        std::string place = home->name;
        if (!request.modules.empty()) place = fmt::format("{}-job{}", home->name, i);
        if (packed.insert(home).second)
            for (const File& file : home->files)
                MPY_CHECK_OK(builder->add(home->name + "/" + file.path, file.content));
        for (const auto& [name, octets] : request.modules)
            MPY_CHECK_OK(builder->add(place + "/" + name, octets));
        std::string path = fmt::format("{}/{}", place, test.path.filename().string());
        if (request.artifact) {
            path = fmt::format("{}/mpyconform_{}.mpy", place, i);
            MPY_CHECK_OK(builder->add(path, request.artifact));
        }
        commands += command;
        image.programs.push_back({i, "/" + path});
    }
    close();
    return images;
}

}  // namespace harness
