#include "harness/target/probe_scripts.h"

#include <fmt/format.h>

#include <array>

#include "harness/base/files.h"

namespace harness {
namespace {

// Written so that the smallest builds run them: no formatting, no exec, no attribute that is taken for
// granted.

constexpr std::string_view kIdentity = R"(
def say(key, value):
    print("probe", key, value)

try:
    import sys
except ImportError:
    sys = None
implementation = getattr(sys, "implementation", None)
say("platform", getattr(sys, "platform", "minimal"))
say("name", getattr(implementation, "name", ""))
say("version", getattr(implementation, "version", ""))
say("mpy", getattr(implementation, "_mpy", 0))
say("build", getattr(implementation, "_build", "unknown"))
say("thread", getattr(implementation, "_thread", None))
say("byte_order", getattr(sys, "byteorder", ""))
if hasattr(sys, "settrace"):
    say("has", "settrace")

try:
    float
except NameError:
    say("float_bits", 0)
else:
    if float("1.0000001") == float("1.0"):
        say("float_bits", 30)
    elif float("1e300") == float("inf"):
        say("float_bits", 32)
    else:
        say("float_bits", 64)

say("unicode", len("α") == 1)

try:
    (lambda: 0)(1)
except TypeError as error:
    text = str(error)
    if "lambda" in text:
        say("error_reporting", "detailed")
    elif "takes" in text:
        say("error_reporting", "normal")
    elif text:
        say("error_reporting", "terse")
    else:
        say("error_reporting", "none")
)";

// With the heap locked an integer that is not small cannot be made. 2**n is small up to n = bits - 2.
constexpr std::string_view kSmallInt = R"(
import micropython

def largest():
    one = 1
    n = 8
    micropython.heap_lock()
    try:
        while n < 128:
            one << n
            n += 1
    except:
        pass
    micropython.heap_unlock()
    return n

n = largest()
print("probe has heap_lock")
if n < 128:
    print("probe small_int_bits", n + 1)
)";

constexpr std::string_view kMicropython = R"(
import micropython
if hasattr(micropython, "schedule"):
    print("probe has schedule")
)";

// How an artifact gets to a board whose only way in is the REPL.
constexpr std::string_view kMount = R"(
import io, os

try:
    import vfs
except ImportError:
    vfs = os


class File(io.IOBase):
    pass


class Files:
    def mount(self, readonly, mkfs):
        pass

    def chdir(self, path):
        pass

    def stat(self, path):
        raise OSError(2)


vfs.mount(Files(), "/probe_mount")
os.chdir("/probe_mount")
print("probe has mount")
)";

constexpr std::string_view kNative = R"(
@micropython.native
def seven():
    return 7

if seven() == 7:
    print("probe has native_emitter")
)";

constexpr std::string_view kViper = R"(
@micropython.viper
def next_one(number: int) -> int:
    return number + 1

if next_one(6) == 7:
    print("probe has viper_emitter")
)";

constexpr std::string_view kIntBig = R"(
if str(123456789012345678901234567890) == "123456789012345678901234567890":
    print("probe has int_big")
)";

constexpr std::string_view kInt64 = R"(
if str(1 << 62) == "4611686018427387904":
    print("probe has int_64")
)";

constexpr std::string_view kSet = R"(
if len({1, 2, 2}) == 2:
    print("probe has set")
)";

constexpr std::string_view kAsync = R"(
async def nothing():
    await 1

print("probe has async")
)";

constexpr std::string_view kConst = R"(
seven = const(7)
if seven == 7:
    print("probe has const")
)";

constexpr std::string_view kReverseOps = R"(
class Right:
    def __radd__(self, left):
        return left

if 7 + Right() == 7:
    print("probe has reverse_ops")
)";

constexpr std::string_view kFstring = R"(
seven = 7
if f"{seven}!" == "7!":
    print("probe has fstring")
)";

constexpr std::string_view kTstring = R"(
seven = 7
t"{seven}!"
print("probe has tstring")
)";

// The inline assemblers: a function that compiles is enough, none is called.

constexpr std::string_view kThumb = R"(
@micropython.asm_thumb
def f(r0):
    add(r0, r0, r0)

print("probe inline_asm thumb")
)";

constexpr std::string_view kThumb2 = R"(
@micropython.asm_thumb
def f():
    it(eq)
    nop()

print("probe inline_asm_feature thumb2")
)";

constexpr std::string_view kXtensa = R"(
@micropython.asm_xtensa
def f():
    add(a2, a2, a2)

print("probe inline_asm xtensa")
)";

constexpr std::string_view kRv32 = R"(
@micropython.asm_rv32
def f():
    add(a0, a0, a0)

print("probe inline_asm rv32")
)";

constexpr std::string_view kZba = R"(
@micropython.asm_rv32
def f():
    sh1add(a0, a0, a0)

print("probe inline_asm_feature zba")
)";

constexpr std::string_view kZcmp = R"(
@micropython.asm_rv32
def f():
    cm_mva01s(s0, s1)

print("probe inline_asm_feature zcmp")
)";

/// One try for each builtin name.
std::string builtins_source() {
    // Name, feature.
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kBuiltins{{
        {"bytearray", "bytearray"},
        {"complex", "complex"},
        {"eval", "eval"},
        {"exec", "exec"},
        {"extra_coverage", "coverage"},
        {"frozenset", "frozenset"},
        {"memoryview", "memoryview"},
        {"property", "property"},
        {"slice", "slice"},
    }};
    std::string source;
    for (const auto& [name, feature] : kBuiltins)
        source += fmt::format("try:\n    {}\n    print(\"probe has {}\")\nexcept NameError:\n    pass\n",
                              name, feature);
    return source;
}

/// One try for each module.
std::string modules_source() {
    static constexpr std::array<std::string_view, 17> kModules{
        "array",       "cmath", "collections", "errno",  "gc",   "io",      "json", "machine", "math",
        "micropython", "os",    "re",          "struct", "time", "uctypes", "vfs",  "_thread"};
    std::string source;
    for (const std::string_view module : kModules)
        source += fmt::format(
            "try:\n    import {0}\n    print(\"probe has module_{1}\")\nexcept Exception:\n    pass\n",
            module, module.starts_with('_') ? module.substr(1) : module);
    return source;
}

// Typed at the prompt. Ctrl-B moves the cursor before the 4 where such keys are known, so that 24 is
// assigned; elsewhere it is ignored, and 42 is. Ctrl-W erases the word in front of the cursor where it is
// known.
constexpr std::string_view kEmacsKeys =
    "n = 4\x02"
    "2\nn == 24 and print(\"probe has repl_emacs_keys\")\n";
constexpr std::string_view kWordsMove =
    "n = 77\x17"
    "1\nn == 1 and print(\"probe has repl_words_move\")\n";

}  // namespace

const std::vector<Probe>& probes() {
    const auto text = [](std::string_view source) { return std::string(source.substr(1)); };
    static const std::vector<Probe> list{
        {"probe_identity", text(kIdentity), ""},
        {"probe_small_int", text(kSmallInt), ""},
        {"probe_micropython", text(kMicropython), ""},
        {"probe_builtins", builtins_source(), ""},
        {"probe_modules", modules_source(), ""},
        {"probe_asyncio", "import asyncio\nprint(\"probe has module_asyncio\")\n", ""},
        {"probe_unittest", "import unittest\nunittest.TestCase\nprint(\"probe has unittest\")\n", ""},
        {"probe_stack", "import machine\nmachine.stack_misaligned()\nprint(\"probe has stack_misaligned\")\n",
         ""},
        {"probe_registers",
         "import machine\nmachine.registers_changed(int)\nprint(\"probe has registers_changed\")\n", ""},
        {"probe_mount", text(kMount), ""},
        {"probe_native", text(kNative), ""},
        {"probe_viper", text(kViper), ""},
        {"probe_int_big", text(kIntBig), ""},
        {"probe_int_64", text(kInt64), ""},
        {"probe_set", text(kSet), ""},
        {"probe_async", text(kAsync), ""},
        {"probe_const", text(kConst), ""},
        {"probe_reverse_ops", text(kReverseOps), ""},
        {"probe_fstring", text(kFstring), ""},
        {"probe_tstring", text(kTstring), ""},
        {"probe_thumb", text(kThumb), ""},
        {"probe_thumb2", text(kThumb2), "probe_thumb"},
        {"probe_xtensa", text(kXtensa), ""},
        {"probe_rv32", text(kRv32), ""},
        {"probe_zba", text(kZba), "probe_rv32"},
        {"probe_zcmp", text(kZcmp), "probe_rv32"},
        {"probe_repl_emacs_keys", std::string(kEmacsKeys), "", true},
        {"probe_repl_words_move", std::string(kWordsMove), "", true},
    };
    return list;
}

std::string probe_set_identity() {
    KeyBuilder key;
    for (const Probe& probe : probes())
        key.add(probe.name).add(probe.source).add(probe.after).add(probe.typed ? "typed" : "");
    return key.hex();
}

}  // namespace harness
