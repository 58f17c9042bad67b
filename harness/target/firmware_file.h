// Whether a firmware file of the user's can be meant for a machine: told before an emulator that is given the
// wrong one prints nothing for ever.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "harness/base/result.h"
#include "harness/target/machine_file.h"

namespace harness {

/// `NAME=FILE` of --firmware. Error: it is not of that form.
[[nodiscard]] Result<std::pair<std::string, std::filesystem::path>> parse_firmware_wish(
    std::string_view wish);

/// Error: there is no such file, it is no ELF executable, or one for another processor than the machine's. A
/// machine whose firmware is no ELF by its machine file (`firmware_arguments`) takes any file.
[[nodiscard]] Result<void> check_firmware_file(const std::filesystem::path& file, const MachineFile& machine);

}  // namespace harness
