// Compares a whole text with a recorded file beside the tests. With MPYCONFORM_REWRITE=1 in the environment
// the file is written anew instead, to be reviewed as a diff.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "harness/base/files.h"
#include "harness/report/diff.h"

namespace harness::golden {

inline void expect_text(const std::string& name, const std::string& text) {
    const std::filesystem::path file =
        std::filesystem::path(MPYCONFORM_SOURCE_DIR) / "harness" / "report" / "golden" / name;
    if (std::getenv("MPYCONFORM_REWRITE") != nullptr) {
        ASSERT_TRUE(write_file_atomically(file, text));
        return;
    }
    const auto recorded = read_file(file);
    ASSERT_TRUE(recorded) << recorded.error().text();
    EXPECT_EQ(unified_diff(*recorded, text), "") << "differs from " << file;
}

}  // namespace harness::golden
