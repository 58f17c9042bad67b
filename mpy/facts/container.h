// The small numbers of the container as types. Not here: how they are laid out in a file (reader.h).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mpy {

enum class ObjectKind : std::uint8_t {
#define MPY_OBJECT_KIND(number, Id, name, payload) Id = number,
#include "mpy/facts/container.def"
};
enum class RawCodeKind : std::uint8_t {
#define MPY_RAW_CODE_KIND(number, Id, name) Id = number,
#include "mpy/facts/container.def"
};
enum class NativeType : std::uint8_t {
#define MPY_NATIVE_TYPE(number, Id, name) Id = number,
#include "mpy/facts/container.def"
};
enum class RelocationTarget : std::uint8_t {
#define MPY_RELOCATION(d, Id, name, counted) Id = d,
#include "mpy/facts/container.def"
};
/// Bits of the scope flags of viper raw code.
enum class ScopeFlag : std::uint8_t {
#define MPY_SCOPE_FLAG(value, Id, name) Id = value,
#include "mpy/facts/container.def"
};
/// Bits of the flags in a prelude.
enum class PreludeFlag : std::uint8_t {
#define MPY_PRELUDE_FLAG(value, Id, name) Id = value,
#include "mpy/facts/container.def"
};
/// Values of the arch-flags number of rv32imc.
enum class ArchFlag : std::uint8_t {
#define MPY_ARCH_FLAG(bit, Id, name) Id = 1 << (bit),
#include "mpy/facts/container.def"
};

/// A number and its name.
struct NamedNumber {
    std::uint8_t number;
    std::string_view name;
};

enum class ObjectPayload : std::uint8_t { Nothing, Text, TerminatedText, Items };
struct ObjectKindInfo {
    std::uint8_t number;
    std::string_view name;
    ObjectPayload payload;
};
inline constexpr std::array kObjectKinds = {
#define MPY_OBJECT_KIND(number, Id, name, payload) ObjectKindInfo{number, name, ObjectPayload::payload},
#include "mpy/facts/container.def"
};
inline constexpr std::array kRawCodeKinds = {
#define MPY_RAW_CODE_KIND(number, Id, name) NamedNumber{number, name},
#include "mpy/facts/container.def"
};
inline constexpr std::array kNativeTypes = {
#define MPY_NATIVE_TYPE(number, Id, name) NamedNumber{number, name},
#include "mpy/facts/container.def"
};
inline constexpr std::array kScopeFlags = {
#define MPY_SCOPE_FLAG(value, Id, name) NamedNumber{value, name},
#include "mpy/facts/container.def"
};
inline constexpr std::array kPreludeFlags = {
#define MPY_PRELUDE_FLAG(value, Id, name) NamedNumber{value, name},
#include "mpy/facts/container.def"
};
inline constexpr std::array kArchFlags = {
#define MPY_ARCH_FLAG(bit, Id, name) NamedNumber{1 << (bit), name},
#include "mpy/facts/container.def"
};

struct RelocationInfo {
    std::uint8_t d;
    std::string_view name;
    bool counted;
};
inline constexpr std::array kRelocations = {
#define MPY_RELOCATION(d, Id, name, counted) RelocationInfo{d, name, (counted) != 0},
#include "mpy/facts/container.def"
};

struct FeatureField {
    std::uint8_t first_bit;
    std::uint8_t bits;
    std::string_view name;

    /// The field's value in a feature octet.
    constexpr std::uint8_t of(std::uint8_t feature) const {
        return static_cast<std::uint8_t>((feature >> first_bit) & ((1U << bits) - 1));
    }
};
inline constexpr std::array kFeatureFields = {
#define MPY_FEATURE_FIELD(first_bit, bits, Id, name) FeatureField{first_bit, bits, name},
#include "mpy/facts/container.def"
};
enum class FeatureFieldId : std::uint8_t {
#define MPY_FEATURE_FIELD(first_bit, bits, Id, name) Id,
#include "mpy/facts/container.def"
};
constexpr std::uint8_t feature_field(FeatureFieldId id, std::uint8_t feature) {
    return kFeatureFields[static_cast<std::size_t>(id)].of(feature);
}

constexpr std::string_view name_of(ObjectKind kind) {
    return kObjectKinds[static_cast<std::size_t>(kind)].name;
}
constexpr std::string_view name_of(RawCodeKind kind) {
    return kRawCodeKinds[static_cast<std::size_t>(kind)].name;
}
constexpr std::string_view name_of(NativeType type) {
    return kNativeTypes[static_cast<std::size_t>(type)].name;
}
constexpr std::string_view name_of(RelocationTarget target) {
    for (const RelocationInfo& row : kRelocations) {
        if (row.d == static_cast<std::uint8_t>(target)) return row.name;
    }
    return {};
}
constexpr bool has_flag(std::uint64_t flags, ScopeFlag flag) {
    return (flags & static_cast<std::uint8_t>(flag)) != 0;
}
constexpr bool has_flag(std::uint64_t flags, PreludeFlag flag) {
    return (flags & static_cast<std::uint8_t>(flag)) != 0;
}

/// All bits that scope flags of viper raw code may have.
inline constexpr std::uint8_t kAllScopeFlags = 0x70;
/// All bits that the flags of a prelude may have.
inline constexpr std::uint8_t kAllPreludeFlags = 0x0F;
/// First relocation number that means "contents of a slot of the runtime function table".
inline constexpr std::uint8_t kFirstSlotRelocation = 9;
/// Largest result type that inline assembler declares.
inline constexpr std::uint8_t kMaxAsmResultType = 3;
/// Most arguments that an inline assembler function takes.
inline constexpr std::uint8_t kMaxAsmArguments = 4;

namespace detail {
template <class Rows>
constexpr bool numbers_are_dense(const Rows& rows) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i].number != i) return false;
    }
    return true;
}
template <class Rows>
constexpr std::uint64_t union_of_bits(const Rows& rows) {
    std::uint64_t bits = 0;
    for (const auto& row : rows) bits |= row.number;
    return bits;
}
constexpr bool feature_fields_cover_the_octet() {
    unsigned next = 0;
    for (const FeatureField& field : kFeatureFields) {
        if (field.first_bit != next) return false;
        next += field.bits;
    }
    return next == 8;
}
}  // namespace detail
static_assert(kObjectKinds.size() == 11 && detail::numbers_are_dense(kObjectKinds));
static_assert(kRawCodeKinds.size() == 4 && detail::numbers_are_dense(kRawCodeKinds));
static_assert(kNativeTypes.size() == 9 && detail::numbers_are_dense(kNativeTypes));
static_assert(kRelocations.size() == 7 && kRelocations.back().d == kFirstSlotRelocation);
static_assert(detail::union_of_bits(kScopeFlags) == kAllScopeFlags);
static_assert(detail::union_of_bits(kPreludeFlags) == kAllPreludeFlags);
static_assert(detail::feature_fields_cover_the_octet());

}  // namespace mpy
