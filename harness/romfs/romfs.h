// Writer and reader of ROMFS images: how tests travel into a machine's memory.
//
// The writer makes what MicroPython's own builder makes: directory entries sorted by name, one file record
// with one verbatim data record each, no padding, no alignment. The reader is for `mpyconform romfs` and for
// tests; it accepts everything that MicroPython's reader accepts.
//
// Source: the ROMFS format as MicroPython 1.25 reads it (extmod/vfs_rom.c, described in docs/romfs.md).
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"

namespace harness {

/// The files of an image under construction. Paths are relative, separated by '/', without empty, "." or ".."
/// parts.
class RomfsBuilder {
  public:
    /// Error: the path is not allowed, or a file stands where a folder is needed (or the other way round). A
    /// file that is added twice with the same content is added once; with another content it is an error.
    [[nodiscard]] Result<void> add(std::string_view path, std::shared_ptr<const std::string> content);

    /// Size of the image as it stands, without building it. At most a few octets over the real size, never
    /// under.
    [[nodiscard]] std::size_t size_estimate() const { return size_estimate_; }
    [[nodiscard]] std::size_t file_count() const { return file_count_; }

    /// The image's octets.
    [[nodiscard]] std::string build() const;

  private:
    struct Node {
        std::shared_ptr<const std::string> content;  ///< null for a folder
        std::map<std::string, Node, std::less<>> children;
    };
    static std::string build_children(const Node& folder);

    Node root_;
    std::size_t size_estimate_ = 8;
    std::size_t file_count_ = 0;
};

/// One file of an image; `content` points into the image.
struct RomfsFile {
    std::string path;
    std::string_view content;
};

/// All files of an image in the order in which they stand. Error: what is wrong, with the offset.
[[nodiscard]] Result<std::vector<RomfsFile>> read_romfs(std::string_view image);

}  // namespace harness
