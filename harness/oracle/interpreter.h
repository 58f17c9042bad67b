// Which CPython the oracle is: found and asked once per run.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "harness/base/result.h"

namespace harness {

struct Interpreter {
    /// The interpreter itself, absolute: what sys.executable says, not the shim or link that was named.
    std::filesystem::path executable;
    std::string version;     ///< "3.11.2"
    std::string build;       ///< the whole of sys.version, on one line
    std::string byte_order;  ///< "little" or "big"
    std::string hash;        ///< content hash of the executable

    /// "CPython 3.11.2": how an expectation names its source.
    [[nodiscard]] std::string name() const { return "CPython " + version; }
};

/// The fixed hash seed of every oracle run: sets of strings print in the same order each time.
inline constexpr const char* kHashSeed = "0";

/// Runs `command` (a path, or a name along PATH) and asks it who it is. Refused: no such program, something
/// that is not CPython, one older than 3.8 (test-conventions 6.4 documents 3.8.2).
[[nodiscard]] boost::asio::awaitable<Result<Interpreter>> ask_interpreter(
    std::string command, std::vector<std::string> environment);

}  // namespace harness
