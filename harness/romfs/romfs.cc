#include "harness/romfs/romfs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <ranges>

namespace harness {
namespace {

// Record kinds. Source: docs/romfs.md, table of records.
constexpr std::uint64_t kUnused = 0;
constexpr std::uint64_t kVerbatim = 2;
constexpr std::uint64_t kPointer = 3;
constexpr std::uint64_t kDirectory = 4;
constexpr std::uint64_t kFile = 5;
/// The filesystem record's kind (0x14A6B1) as it is always written: readers compare the three octets.
constexpr std::string_view kMagic = "\xd2\xcd\x31";
/// Folder nesting that the reader follows; MicroPython's own paths are far shorter.
constexpr int kDeepest = 64;
/// Most octets that kind and length fields of one file or folder take together.
constexpr std::size_t kRecordOverhead = 24;

std::string varuint(std::uint64_t value) {
    std::string octets(1, static_cast<char>(value & 0x7f));
    while ((value >>= 7) != 0) octets.insert(octets.begin(), static_cast<char>(0x80 | (value & 0x7f)));
    return octets;
}

std::string record(std::uint64_t kind, std::string_view payload) {
    std::string octets = varuint(kind) + varuint(payload.size());
    octets.append(payload);
    return octets;
}

std::string named_payload(std::string_view name, std::string_view nested) {
    std::string octets = varuint(name.size());
    octets.append(name);
    octets.append(nested);
    return octets;
}

Error path_error(std::string_view path, std::string_view why) {
    return usage_error(fmt::format("cannot put {:?} into a ROMFS image: {}", path, why));
}

}  // namespace

Result<void> RomfsBuilder::add(std::string_view path, std::shared_ptr<const std::string> content) {
    std::vector<std::string_view> names;
    for (std::size_t start = 0; start <= path.size();) {
        const std::size_t slash = std::min(path.find('/', start), path.size());
        names.push_back(path.substr(start, slash - start));
        start = slash + 1;
    }
    for (const std::string_view name : names)
        if (name.empty() || name == "." || name == "..")
            return path_error(path, "a path has to be relative, without empty, '.' or '..' parts");

    Node* node = &root_;
    for (const std::string_view name : names) {
        if (node->content) return path_error(path, "a file stands where a folder is needed");
        const auto [entry, is_new] = node->children.try_emplace(std::string(name));
        if (is_new) size_estimate_ += kRecordOverhead + name.size();
        node = &entry->second;
    }
    if (!node->children.empty()) return path_error(path, "a folder of that name is already there");
    if (node->content) {
        if (*node->content != *content) return path_error(path, "another file of that name is already there");
        return {};
    }
    size_estimate_ += content->size();
    ++file_count_;
    node->content = std::move(content);
    return {};
}

std::string RomfsBuilder::build_children(const Node& folder) {
    std::string octets;
    for (const auto& [name, node] : folder.children) {
        const std::string nested = node.content ? record(kVerbatim, *node.content) : build_children(node);
        octets += record(node.content ? kFile : kDirectory, named_payload(name, nested));
    }
    return octets;
}

std::string RomfsBuilder::build() const {
    const std::string payload = build_children(root_);
    const std::string length = varuint(payload.size());
    std::string image(kMagic);
    // The whole record has an even size; a redundant leading group makes it so.
    if ((kMagic.size() + length.size() + payload.size()) % 2 != 0) image += '\x80';
    return image + length + payload;
}

namespace {

/// Reads records; `offset` counts from the start of the image.
struct Cursor {
    std::string_view image;
    std::size_t offset;
    std::size_t end;

    [[nodiscard]] bool done() const { return offset >= end; }

    [[nodiscard]] Result<std::uint64_t> number(std::string_view field) {
        std::uint64_t value = 0;
        const std::size_t start = offset;
        for (;;) {
            if (offset >= end)
                return configuration_error(
                    fmt::format("ROMFS offset {:#x}: the {} runs over the end of its record", start, field));
            const auto octet = static_cast<unsigned char>(image[offset++]);
            if (value >> 57 != 0)
                return configuration_error(
                    fmt::format("ROMFS offset {:#x}: the {} is too large", start, field));
            value = value << 7 | (octet & 0x7fU);
            if ((octet & 0x80U) == 0) return value;
        }
    }

    /// Checks that `size` octets are left and steps over them.
    [[nodiscard]] Result<std::size_t> take(std::uint64_t size, std::string_view field) {
        if (size > end - offset)
            return configuration_error(
                fmt::format("ROMFS offset {:#x}: the {} has {} octets, but {} are left", offset, field, size,
                            end - offset));
        const std::size_t start = offset;
        offset += static_cast<std::size_t>(size);
        return start;
    }
};

Result<std::optional<std::string_view>> file_content(Cursor cursor, std::size_t filesystem) {
    while (!cursor.done()) {
        MPY_TRY(const std::uint64_t kind, cursor.number("record kind"));
        if (kind == kUnused) break;
        MPY_TRY(const std::uint64_t size, cursor.number("record length"));
        MPY_TRY(const std::size_t start, cursor.take(size, "record"));
        if (kind == kVerbatim)
            return std::optional(cursor.image.substr(start, static_cast<std::size_t>(size)));
        if (kind == kPointer) {
            Cursor pointer{cursor.image, start, cursor.offset};
            MPY_TRY(const std::uint64_t length, pointer.number("data size"));
            MPY_TRY(const std::uint64_t place, pointer.number("data offset"));
            const std::size_t room = cursor.image.size() - filesystem;
            if (place > room || length > room - place)
                return configuration_error(
                    fmt::format("ROMFS offset {:#x}: a data pointer leaves the image", start));
            return std::optional(cursor.image.substr(filesystem + static_cast<std::size_t>(place),
                                                     static_cast<std::size_t>(length)));
        }
    }
    return std::optional<std::string_view>();
}

Result<void> read_folder(Cursor cursor, const std::string& prefix, std::size_t filesystem, int depth,
                         std::vector<RomfsFile>& files) {
    if (depth > kDeepest)
        return configuration_error(
            fmt::format("ROMFS offset {:#x}: folders are nested too deeply", cursor.offset));
    while (!cursor.done()) {
        const std::size_t at = cursor.offset;
        MPY_TRY(const std::uint64_t kind, cursor.number("record kind"));
        if (kind == kUnused)
            return configuration_error(
                fmt::format("ROMFS offset {:#x}: a record of kind 0 marks corruption", at));
        MPY_TRY(const std::uint64_t size, cursor.number("record length"));
        MPY_TRY(const std::size_t start, cursor.take(size, "record"));
        if (kind != kDirectory && kind != kFile) continue;
        Cursor inner{cursor.image, start, cursor.offset};
        MPY_TRY(const std::uint64_t name_size, inner.number("name length"));
        MPY_TRY(const std::size_t name_start, inner.take(name_size, "name"));
        const std::string path =
            prefix + std::string(cursor.image.substr(name_start, static_cast<std::size_t>(name_size)));
        if (kind == kDirectory) {
            MPY_CHECK_OK(read_folder(inner, path + "/", filesystem, depth + 1, files));
            continue;
        }
        MPY_TRY(const std::optional<std::string_view> content, file_content(inner, filesystem));
        if (!content)
            return configuration_error(
                fmt::format("ROMFS offset {:#x}: the file {:?} has no content", at, path));
        files.push_back({path, *content});
    }
    return {};
}

}  // namespace

Result<std::vector<RomfsFile>> read_romfs(std::string_view image) {
    if (!image.starts_with(kMagic))
        return configuration_error(fmt::format(
            "this is no ROMFS image: it starts with {:02x}, a ROMFS image starts with d2 cd 31",
            fmt::join(image.substr(0, 3) |
                          std::views::transform([](char c) { return static_cast<unsigned char>(c); }),
                      " ")));
    Cursor cursor{image, kMagic.size(), image.size()};
    MPY_TRY(const std::uint64_t size, cursor.number("image length"));
    MPY_TRY(const std::size_t start, cursor.take(size, "image"));
    std::vector<RomfsFile> files;
    MPY_CHECK_OK(read_folder(Cursor{image, start, cursor.offset}, "", start, 0, files));
    return files;
}

}  // namespace harness
