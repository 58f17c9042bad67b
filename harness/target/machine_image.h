// Packs programs into ROMFS images for a machine's memory.
//
// Every program travels with its folder (helper modules, data files), so that relative imports and file names
// work as on the host. Folders are read once per packer.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/target/target.h"

namespace harness {

/// One image and where its programs are.
struct PackedImage {
    std::string octets;
    std::string id;  ///< content of /.image-id: the machine has to tell the same
    struct Program {
        std::size_t request;  ///< index into the requests
        std::string path;     ///< absolute in the image
    };
    std::vector<Program> programs;
};

class ImagePacker {
  public:
    /// `window_bytes`: an image never gets larger than this.
    explicit ImagePacker(std::size_t window_bytes) : window_bytes_(window_bytes) {}

    /// Packs the requests in order into as many images as it takes. Error: one program alone does not fit, or
    /// a folder cannot be read; the message names it.
    [[nodiscard]] Result<std::vector<PackedImage>> pack(std::span<const RunRequest> requests);

  private:
    struct File {
        std::string path;  ///< relative to its folder
        std::shared_ptr<const std::string> content;
    };
    struct Folder {
        std::string name;  ///< in the image
        std::vector<File> files;
        std::size_t octets = 0;
    };
    [[nodiscard]] Result<const Folder*> folder(const std::filesystem::path& path);

    std::size_t window_bytes_;
    std::map<std::filesystem::path, Folder> folders_;
};

}  // namespace harness
