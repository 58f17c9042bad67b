// The golden .mpy files of fixtures/mpy, for tests; and recorded listings to compare with.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "mpy/module.h"
#include "mpy/reader.h"

namespace mpy::testing {

inline std::string fixture_octets(const std::string& name) {
    std::ifstream in(MPYCONFORM_SOURCE_DIR "/fixtures/mpy/" + name, std::ios::binary);
    EXPECT_TRUE(in.good()) << "no fixture " << name;
    return {std::istreambuf_iterator<char>(in), {}};
}

inline std::vector<std::string> fixture_names() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(MPYCONFORM_SOURCE_DIR "/fixtures/mpy")) {
        if (entry.path().extension() == ".mpy") names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

/// A fixture with the octets that its module points into.
struct Fixture {
    std::string octets;
    Module module;

    explicit Fixture(const std::string& name) : octets(fixture_octets(name)) {
        const auto read = read_module(as_octets(octets), module);
        EXPECT_TRUE(read) << name;
    }
    Fixture(const Fixture&) = delete;
    Fixture& operator=(const Fixture&) = delete;

    std::vector<RawCodeIndex> all() const {
        std::vector<RawCodeIndex> indices;
        for (const RawCode& code : module.raw_codes) indices.push_back(code.index);
        return indices;
    }
};

/// Compares with fixtures/listings/NAME. With MPYCONFORM_REWRITE=1 in the environment the file is written
/// anew instead, to be reviewed as a diff.
inline void expect_recorded(const std::string& name, const std::string& text) {
    const std::filesystem::path file =
        std::filesystem::path(MPYCONFORM_SOURCE_DIR) / "fixtures" / "listings" / name;
    if (std::getenv("MPYCONFORM_REWRITE") != nullptr) {
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << text;
        return;
    }
    std::ifstream in(file, std::ios::binary);
    ASSERT_TRUE(in.good()) << "no recorded " << file << "; MPYCONFORM_REWRITE=1 writes it";
    const std::string recorded{std::istreambuf_iterator<char>(in), {}};
    if (recorded == text) return;
    const auto at = std::mismatch(recorded.begin(), recorded.end(), text.begin(), text.end());
    const auto line = 1 + std::count(recorded.begin(), at.first, '\n');
    ADD_FAILURE() << file << " differs from line " << line
                  << " on; with MPYCONFORM_REWRITE=1 it is written anew";
}

}  // namespace mpy::testing
