#include "harness/target/quiet_process.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

namespace harness {

bool sleeps(pid_t pid) {
    bool any = false;
    std::error_code error;
    for (std::filesystem::directory_iterator entry(fmt::format("/proc/{}/task", pid), error), end;
         !error && entry != end; entry.increment(error)) {
        std::ifstream file(entry->path() / "stat");
        std::string line;
        if (!std::getline(file, line)) return false;
        // The second field is the name, in brackets, and may hold anything.
        const std::size_t name_end = line.rfind(')');
        if (name_end == std::string::npos || name_end + 2 >= line.size() || line[name_end + 2] != 'S')
            return false;
        any = true;
    }
    return any && !error;
}

}  // namespace harness
