#include "mpy/prelude.h"

#include <gmock/gmock.h>

#include <vector>

#include "mpy/testing/file_builder.h"

namespace mpy {
namespace {

using testing::Octets;
using testing::PreludeSpec;

/// The result holds views of `octets`.
Prelude decode(const Octets& octets) {
    const Result<Prelude> result = decode_prelude(octets.span(), 0, Rule::V10);
    EXPECT_TRUE(result.has_value()) << to_string(result.error());
    return result ? *result : Prelude{};
}

std::vector<std::uint32_t> numbers(const QstrList& list) {
    std::vector<std::uint32_t> result;
    for (QstrIndex index : list) result.push_back(index.value);
    return result;
}

TEST(MpyPrelude, DecodesTheWorkedSignatures) {
    // Source: the bytecode text, section 2.1.
    Prelude prelude = decode(Octets{0x20, 0x02, 0x01});
    EXPECT_EQ(prelude.n_state, 5U);
    EXPECT_EQ(prelude.n_exc_stack, 0U);

    prelude = decode(Octets{0x4D, 0x04, 0x01, 0x02});
    EXPECT_EQ(prelude.n_state, 10U);
    EXPECT_EQ(prelude.n_exc_stack, 1U);
    EXPECT_EQ(prelude.n_pos_args, 1U);

    const Octets worked{0xAA, 0x89, 0xC0, 0xC0, 0x40,  // signature
                        0x0B,                          // n_info 5, n_cells 1
                        0x03, 0x06, 0x07, 0x02, 0x20,  // name, three arguments, one line entry
                        0x00};                         // cell: local 0
    prelude = decode(worked);
    EXPECT_EQ(prelude.n_state, 6U);
    EXPECT_EQ(prelude.n_pos_args, 2U);
    EXPECT_EQ(prelude.n_kwonly_args, 1U);
    EXPECT_EQ(prelude.n_def_pos_args, 1U);
    EXPECT_EQ(prelude.flags, 14U);
    EXPECT_EQ(prelude.n_parameters(), 5U);
    EXPECT_EQ(prelude.name, (QstrIndex{3}));
    EXPECT_THAT(numbers(prelude.argument_names), ::testing::ElementsAre(6, 7, 2));
    EXPECT_EQ(prelude.line_table.size(), 1U);
    EXPECT_EQ(prelude.line_table_extent, (Extent{10, 1}));
    ASSERT_EQ(prelude.cell_locals.size(), 1U);
    EXPECT_EQ(prelude.extent(), (Extent{0, 12}));
}

TEST(MpyPrelude, DecodesTheWorkedSize) {
    Octets octets{0x00, 0x81, 0x03, 0x01};  // n_info 64, n_cells 3
    for (int i = 0; i < 63 + 3; ++i) octets.octet(0);
    const Prelude prelude = decode(octets);
    EXPECT_EQ(prelude.n_info, 64U);
    EXPECT_EQ(prelude.n_cells, 3U);
}

TEST(MpyPrelude, EveryNumberSurvivesItsEncoding) {
    for (std::uint32_t bit = 0; bit < 12; ++bit) {
        const std::uint32_t value = 1U << bit;
        for (int field = 0; field < 6; ++field) {
            PreludeSpec spec;
            if (field == 0) spec.n_state = value + 1;
            if (field == 1) spec.n_exc_stack = value;
            if (field == 2) spec.flags = value;
            if (field == 3) spec.n_def_pos_args = value;
            if (field == 4) spec.n_pos_args = value;
            if (field == 5) spec.n_kwonly_args = value;
            for (std::uint32_t i = 0; i < spec.n_pos_args + spec.n_kwonly_args; ++i) spec.info.octet(1);
            const Octets octets = spec.encode();
            const Prelude prelude = decode(octets);
            EXPECT_EQ(prelude.n_state, spec.n_state);
            EXPECT_EQ(prelude.n_exc_stack, spec.n_exc_stack);
            EXPECT_EQ(prelude.flags, spec.flags);
            EXPECT_EQ(prelude.n_def_pos_args, spec.n_def_pos_args);
            EXPECT_EQ(prelude.n_pos_args, spec.n_pos_args);
            EXPECT_EQ(prelude.n_kwonly_args, spec.n_kwonly_args);
            EXPECT_EQ(prelude.info.size, spec.info.size());
        }
    }
}

TEST(MpyPrelude, RefusesWhatDoesNotFit) {
    struct Case {
        Octets octets;
        const char* field;
    };
    const std::vector<Case> cases = {
        {Octets{}, "prelude.signature"},
        {Octets{0x80}, "prelude.signature"},
        {Octets{0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00},
         "prelude.signature"},
        {Octets{0x00}, "prelude.size"},
        {Octets{0x00, 0x80}, "prelude.size"},
        {Octets{0x00, 0x00, 0x00}, "prelude.n_info"},                        // n_info 0
        {Octets{0x00, 0x04, 0x01}, "prelude.n_info"},                        // n_info 2, one octet left
        {Octets{0x00, 0x03, 0x01}, "prelude.n_cells"},                       // one cell, no octet left
        {Octets{0x00, 0x80, 0x80, 0x80, 0x80, 0x80, 0x02}, "prelude.size"},  // n_info 2^30
        {Octets{0x01, 0x02, 0x01}, "prelude.argument[0]"},                   // one argument, no name for it
        {Octets{0x00, 0x02, 0x81}, "prelude.name"},                          // name is cut
        {Octets{0x00, 0x0A, 0x90, 0x80, 0x80, 0x80, 0x00}, "prelude.name"},  // name 2^32
    };
    for (const Case& c : cases) {
        const Result<Prelude> result = decode_prelude(c.octets.span(), 0, Rule::V11);
        ASSERT_TRUE(result.has_error()) << c.field;
        EXPECT_EQ(result.error().field, c.field);
        EXPECT_EQ(result.error().rule, Rule::V11);
    }
}

}  // namespace
}  // namespace mpy
