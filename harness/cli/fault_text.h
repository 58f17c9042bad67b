// A machine's fault report as lines for a person: what happened, where in the artifact or in the core, the
// registers, and the code around it with the names of what it calls.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <filesystem>
#include <memory>
#include <string>

#include "harness/compile/outcome_cache.h"
#include "harness/compile/toolset.h"
#include "harness/disassembly/objdump_disassembler.h"
#include "harness/target/monitor_codec.h"
#include "harness/target/target.h"

namespace harness {

/// The programs that decode machine code, with what set-up made for them.
[[nodiscard]] ObjdumpTools objdump_tools(const Toolset& toolset);

/// With what a report is made.
struct FaultTools {
    std::string addr2line;  ///< program that reads the firmware's symbols, "arm-none-eabi-addr2line"
    ObjdumpTools objdump;
    /// Places that were looked up before: a known crash comes back with every run, and a program that decodes
    /// costs some hundredths of a second, in which nothing else is done. Empty = none.
    std::shared_ptr<OutcomeCache> places;
};

/// Never fails: what cannot be told is said to be so.
[[nodiscard]] boost::asio::awaitable<std::string> describe_fault(monitor::Record fault, RunRequest request,
                                                                 std::filesystem::path elf, FaultTools tools);

/// All but the names of functions of the core.
[[nodiscard]] std::string fault_text(const monitor::Record& fault, const std::string* artifact,
                                     const FaultTools& tools);

}  // namespace harness
