#include "mpy/native_value.h"

#include "mpy/facts/native_functions.h"
#include "mpy/printable.h"

namespace mpy {
namespace {

using Kind = NativeValue::Kind;

/// Longest text of a qstr or object inside a note.
constexpr std::size_t kNoteOctets = 32;
/// Third argument of obj_subscr that asks for a load. Source: the native ABI text, section 1.2.
constexpr std::int64_t kSentinel = 4;

std::uint32_t index_of(const NativeValue& value) {
    return static_cast<std::uint32_t>(value.number);
}

}  // namespace

std::string NativeValueWriter::describe(const NativeValue& value) const {
    switch (value.kind) {
        case Kind::FunctionObject:
            return value.number == 0 ? "function object" : std::string();
        case Kind::CodeState:
            return value.number == 0 ? "generator state" : std::string();
        case Kind::Context:
            return value.number == 0 ? "module context" : std::string();
        case Kind::Globals:
            return "module globals";
        case Kind::QstrTable:
            return value.number == 0 ? "qstr table" : std::string();
        case Kind::ObjectTable:
            return value.number == 0 ? "object table" : std::string();
        case Kind::FunctionTable:
            return value.number == 0 ? "function table" : std::string();
        case Kind::ChildTable:
            return value.number == 0 ? "child table" : std::string();
        case Kind::Arguments:
            return value.number == 0 ? "arguments" : std::string();
        case Kind::Slot: {
            if (value.number == 0) return "None";
            if (value.number == 1) return "False";
            if (value.number == 2) return "True";
            const NativeFunctionInfo* row = native_function({index_of(value)}, module_.header.sub_version());
            return row == nullptr ? "no such table slot" : std::string(row->name);
        }
        case Kind::Qstr:
            return "qstr " + quoted_qstr(module_, {index_of(value)}, kNoteOctets);
        case Kind::Object:
            return "object " + printable_object(module_, {index_of(value)}, kNoteOctets);
        case Kind::Child:
            return "child " + std::to_string(value.number) + ' ' + child_name(value.number);
        case Kind::Argument:
            return "argument " + std::to_string(value.number);
        case Kind::ArgumentCount:
            return "number of arguments";
        case Kind::KeywordCount:
            return "number of keyword arguments";
        case Kind::Unknown:
        case Kind::Constant:
        case Kind::StackAddress:
        case Kind::CodeAddress:
            return {};
    }
    return {};
}

std::string NativeValueWriter::as_object(const NativeValue& value) const {
    switch (value.kind) {
        case Kind::Constant:
            if (value.number == 0) return "NULL";
            if (value.number == kSentinel) return "LOAD";
            if ((value.number & 1) != 0) return std::to_string(value.number >> 1);
            return "?";
        case Kind::Slot:
            return value.number <= 2 ? describe(value) : "?";
        case Kind::Object:
            return printable_object(module_, {index_of(value)}, kNoteOctets);
        case Kind::Argument:
            return describe(value);
        case Kind::Globals:
            return "globals";
        case Kind::Context:
            return "module";
        default:
            return "?";
    }
}

std::string NativeValueWriter::local_name(std::uint64_t local) const {
    if (code_.prelude && local < code_.prelude->argument_names.size()) {
        std::uint64_t at = 0;
        for (const QstrIndex name : code_.prelude->argument_names) {
            if (at++ != local) continue;
            const std::string_view text = module_.qstr_text(name);
            // Closed-over variables have no name of their own: they are called `*`.
            if (text == "*") return "closed-over " + std::to_string(local);
            return "local " + quoted(text, kNoteOctets);
        }
    }
    return "local " + std::to_string(local);
}

std::string NativeValueWriter::child_name(std::int64_t index) const {
    const RawCode* child = module_.child(code_, {static_cast<std::uint32_t>(index)});
    if (child == nullptr) return "<no such child>";
    // Viper and assembler code has no prelude and so no name of its own.
    if (!child->prelude) return std::string(name_of(child->kind)) + " code";
    return quoted(module_.function_name(*child), kNoteOctets);
}

}  // namespace mpy
