// Rules of bytecode: a function that is right, then one thing broken.
#include <gmock/gmock.h>

#include "mpy/checker.h"
#include "mpy/facts/opcodes.h"
#include "mpy/testing/file_builder.h"

namespace mpy {
namespace {

using testing::FileSpec;
using testing::Octets;
using testing::PreludeSpec;
using testing::RawCodeSpec;
using testing::small_prelude;

/// A file whose module body has this prelude and code, one object (None), and two children: bytecode and
/// assembler.
FileSpec with_code(const Octets& prelude, const Octets& code) {
    FileSpec spec;
    spec.feature = make_feature(Arch::Armv7m);
    spec.objects = {Octets{1}, Octets{0}};
    spec.module.fun_data = Octets(prelude).raw(code);
    RawCodeSpec assembler;
    assembler.kind = RawCodeKind::Asm;
    spec.module.children = {RawCodeSpec{}, assembler};
    return spec;
}

CheckReport check(unsigned n_state, unsigned n_exc_stack, const Octets& code) {
    const Octets file = with_code(small_prelude(n_state, n_exc_stack), code).encode();
    return check_file(file.span());
}

void expect_clean(unsigned n_state, unsigned n_exc_stack, const Octets& code) {
    for (const Finding& finding : check(n_state, n_exc_stack, code).findings)
        ADD_FAILURE() << to_string(finding);
}

/// The first finding; a broken function often breaks several rules.
Finding first(unsigned n_state, unsigned n_exc_stack, const Octets& code) {
    const CheckReport report = check(n_state, n_exc_stack, code);
    EXPECT_FALSE(report.findings.empty());
    return report.findings.empty() ? Finding{} : report.findings.front();
}

Rule broken(unsigned n_state, unsigned n_exc_stack, const Octets& code) {
    const Finding finding = first(n_state, n_exc_stack, code);
    EXPECT_THAT(finding.field, ::testing::StartsWith("module."));
    return finding.rule;
}

TEST(MpyCheckCode, B1Decoding) {
    expect_clean(1, 0, {0x51, 0x63});
    EXPECT_EQ(broken(1, 0, {}), Rule::B1);
    for (int octet = 0; octet < 256; ++octet) {
        if (opcode_info(static_cast<std::uint8_t>(octet)).assigned()) continue;
        const Finding finding = first(1, 0, {0x51, octet, 0x63});
        EXPECT_EQ(finding.rule, Rule::B1);
        EXPECT_EQ(finding.field, "module.code[1]");
    }
    EXPECT_EQ(broken(1, 0, {0x51, 0x63, 0x2A}), Rule::B1);
    EXPECT_EQ(broken(1, 0, {0x51, 0x63, 0x42, 0x80}), Rule::B1);
    EXPECT_EQ(broken(1, 0, {0x51, 0x63, 0x20, 0x00}), Rule::B1);
}

TEST(MpyCheckCode, B2Indices) {
    expect_clean(1, 0, {0x11, 0x01, 0x63});
    EXPECT_EQ(broken(1, 0, {0x11, 0x02, 0x63}), Rule::B2);  // LOAD_NAME string 2 of 2
    expect_clean(1, 0, {0x23, 0x00, 0x63});
    EXPECT_EQ(broken(1, 0, {0x23, 0x02, 0x63}), Rule::B2);  // LOAD_CONST_OBJ 2 of 2
    EXPECT_EQ(broken(1, 0, {0x23, 0x01, 0x63}), Rule::B2);  // object 1 is the function table
    expect_clean(1, 0, {0x32, 0x00, 0x63});
    expect_clean(1, 0, {0x32, 0x01, 0x63});
    EXPECT_EQ(broken(1, 0, {0x32, 0x02, 0x63}), Rule::B2);  // MAKE_FUNCTION child 2 of 2
    expect_clean(2, 0, {0x53, 0x53, 0x33, 0x00, 0x63});
    EXPECT_EQ(broken(2, 0, {0x53, 0x53, 0x33, 0x01, 0x63}), Rule::B2);  // assembler code with defaults
    EXPECT_EQ(broken(1, 0, {0x20, 0x01, 0x00, 0x63}), Rule::B2);        // assembler code as closure
}

TEST(MpyCheckCode, B2Children) {
    const auto rule = [](const PreludeSpec& child, const Octets& code) {
        FileSpec spec = with_code(small_prelude(4), code);
        spec.module.children[0].fun_data = child.encode().raw({0x51, 0x63});
        const Octets file = spec.encode();
        const CheckReport report = check_file(file.span());
        return report.findings.empty() ? Rule::V1 : report.findings.front().rule;
    };
    PreludeSpec defaults;
    defaults.n_state = 3;
    defaults.n_pos_args = 1;
    defaults.n_def_pos_args = 1;
    defaults.info = {1, 1};
    EXPECT_EQ(rule(defaults, {0x53, 0x53, 0x33, 0x00, 0x63}),
              Rule::V1);                                      // MAKE_FUNCTION_DEFARGS: nothing broken
    EXPECT_EQ(rule(defaults, {0x32, 0x00, 0x63}), Rule::B2);  // MAKE_FUNCTION
    PreludeSpec keywords;
    keywords.n_state = 3;
    keywords.flags = 8;
    EXPECT_EQ(rule(keywords, {0x32, 0x00, 0x63}), Rule::B2);
    // MAKE_CLOSURE with one cell for one parameter, and for none.
    PreludeSpec closed;
    closed.n_state = 3;
    closed.n_pos_args = 1;
    closed.info = {1, 1};
    EXPECT_EQ(rule(closed, {0x51, 0x20, 0x00, 0x01, 0x63}), Rule::V1);
    EXPECT_EQ(rule(PreludeSpec{}, {0x51, 0x20, 0x00, 0x01, 0x63}), Rule::B2);
}

TEST(MpyCheckCode, P1ShortestForms) {
    EXPECT_EQ(broken(1, 0, {0x11, 0x80, 0x01, 0x63}), Rule::P1);  // LOAD_NAME 1 in two octets
    const auto rule = [](const Octets& prelude) {
        const Octets file = with_code(prelude, {0x51, 0x63}).encode();
        const CheckReport report = check_file(file.span());
        return report.findings.empty() ? Rule::V1 : report.findings.front().rule;
    };
    EXPECT_EQ(rule({0x00, 0x02, 0x01}), Rule::V1);
    EXPECT_EQ(rule({0x80, 0x00, 0x02, 0x01}), Rule::P1);  // a second octet of signature that says nothing
    EXPECT_EQ(rule({0x00, 0x82, 0x00, 0x01}), Rule::P1);  // a second octet of size that says nothing
}

TEST(MpyCheckCode, B2Operands) {
    expect_clean(3, 0, {0x51, 0x51, 0x2E, 0x02, 0x63});
    expect_clean(3, 0, {0x51, 0x51, 0x51, 0x2E, 0x03, 0x63});
    EXPECT_EQ(broken(3, 0, {0x51, 0x2E, 0x01, 0x63}), Rule::B2);        // BUILD_SLICE 1
    EXPECT_EQ(broken(3, 0, {0x51, 0x51, 0x2F, 0x07, 0x63}), Rule::B2);  // STORE_COMP kind 3
    EXPECT_EQ(broken(3, 0, {0x51, 0x51, 0x2F, 0x00, 0x63}), Rule::B2);  // STORE_COMP into the value itself
    // Immediates fit the 31 bits of the header.
    expect_clean(1, 0, {0x22, 0x83, 0xFF, 0xFF, 0xFF, 0x7F, 0x63});                 // 2^30 - 1
    EXPECT_EQ(broken(1, 0, {0x22, 0x84, 0x80, 0x80, 0x80, 0x00, 0x63}), Rule::B2);  // 2^30
    expect_clean(1, 0, {0x22, 0xFC, 0x80, 0x80, 0x80, 0x00, 0x63});                 // -2^30
    EXPECT_EQ(broken(1, 0, {0x22, 0xFB, 0xFF, 0xFF, 0xFF, 0x7F, 0x63}), Rule::B2);
}

TEST(MpyCheckCode, P2ChildrenInOrder) {
    expect_clean(1, 0, {0x32, 0x00, 0x59, 0x32, 0x01, 0x63});
    EXPECT_EQ(broken(1, 0, {0x32, 0x01, 0x59, 0x32, 0x00, 0x63}), Rule::P2);
    EXPECT_EQ(broken(1, 0, {0x32, 0x00, 0x59, 0x32, 0x00, 0x63}), Rule::P2);
}

TEST(MpyCheckCode, B3Targets) {
    expect_clean(1, 0, {0x42, 0x40, 0x51, 0x63});                       // JUMP +0
    EXPECT_EQ(broken(1, 0, {0x42, 0x7F, 0x51, 0x63}), Rule::B3);        // behind the end
    EXPECT_EQ(broken(1, 0, {0x42, 0x00, 0x51, 0x63}), Rule::B3);        // in front of the start
    EXPECT_EQ(broken(1, 0, {0x42, 0x41, 0x22, 0x00, 0x63}), Rule::B3);  // into an operand
    EXPECT_EQ(broken(4, 1, {0x48, 0x10, 0x51, 0x63}), Rule::B3);        // a handler outside
    EXPECT_EQ(broken(1, 0, {0x51, 0x59}), Rule::B3);                    // runs on behind the end
    EXPECT_EQ(broken(1, 0, {0x51, 0x44, 0x3F}), Rule::B3);
    expect_clean(1, 0, {0x51, 0x65});
    expect_clean(0 + 1, 0, {0x64});
}

TEST(MpyCheckCode, B4Locals) {
    expect_clean(2, 0, {0x51, 0xC0, 0xB0, 0x63});
    EXPECT_EQ(broken(2, 0, {0x51, 0xC2, 0x51, 0x63}), Rule::B4);
    for (int opcode : {0x24, 0x25, 0x26, 0x27, 0x28, 0x29}) {
        // One slot on the stack, then the instruction on local 2 of n_state 2.
        const Finding finding = first(2, 0, {0x51, opcode, 0x02, 0x51, 0x63});
        EXPECT_EQ(finding.rule, Rule::B4) << opcode;
    }
    const auto prelude_rule = [](const PreludeSpec& spec) {
        const Octets file = with_code(spec.encode(), {0x51, 0x63}).encode();
        const CheckReport report = check_file(file.span());
        return report.findings.empty() ? Rule::V1 : report.findings.front().rule;
    };
    PreludeSpec spec;
    spec.n_state = 3;
    spec.flags = 0x10;
    EXPECT_EQ(prelude_rule(spec), Rule::B4);
    spec = {};
    spec.n_state = 3;
    spec.n_def_pos_args = 1;
    EXPECT_EQ(prelude_rule(spec), Rule::B4);
    spec = {};
    spec.n_state = 2;
    spec.n_pos_args = 1;
    spec.flags = 6;  // *a, **k: three parameters
    spec.info = {1, 1};
    EXPECT_EQ(prelude_rule(spec), Rule::B4);
    spec = {};
    spec.n_state = 2;
    spec.cells = {2};
    EXPECT_EQ(prelude_rule(spec), Rule::B4);
}

TEST(MpyCheckCode, B4Cells) {
    // Local 0 is in the cell list, local 1 is a parameter `*`, local 2 is neither.
    const auto rule = [](int local) {
        PreludeSpec prelude;
        prelude.n_state = 4;
        prelude.n_pos_args = 2;
        prelude.info = {1, 1, 2};
        prelude.cells = {0};
        FileSpec spec = with_code(prelude.encode(), {0x25, local, 0x63});
        spec.qstrs.push_back(testing::static_qstr_entry(5));
        const Octets file = spec.encode();
        const CheckReport report = check_file(file.span());
        return report.findings.empty() ? Rule::V1 : report.findings.front().rule;
    };
    EXPECT_EQ(rule(0), Rule::V1);
    EXPECT_EQ(rule(1), Rule::V1);
    EXPECT_EQ(rule(2), Rule::B4);
}

TEST(MpyCheckCode, B5Underflow) {
    // Every instruction that takes something, on an empty stack. Operands of 0 index what exists; where 0
    // takes nothing the row is left out.
    for (int octet = 0; octet < 256; ++octet) {
        const OpcodeInfo& info = opcode_info(static_cast<std::uint8_t>(octet));
        if (!info.assigned() || stack_effect(info.op, 0, 0).pops == 0) continue;
        Octets code{octet};
        if (info.form != OperandForm::None && info.form != OperandForm::InOpcode) code.octet(0);
        if (info.form == OperandForm::JumpSigned) code[1] = std::byte{0x40};
        if (info.form == OperandForm::UnsignedOctet) code.octet(0);
        bool underflow = false;
        for (const Finding& finding : check(64, 1, code.raw({0x51, 0x63})).findings) {
            underflow = underflow || (finding.rule == Rule::B5 && finding.found == "0 slots on the stack");
        }
        EXPECT_TRUE(underflow) << info.name;
    }
    EXPECT_EQ(broken(1, 0, {0x63}), Rule::B5);
    EXPECT_EQ(broken(2, 0, {0x51, 0xF2, 0x63}), Rule::B5);
    EXPECT_EQ(broken(2, 0, {0x51, 0x2A, 0x02, 0x63}), Rule::B5);
    EXPECT_EQ(broken(2, 0, {0x51, 0x34, 0x01, 0x63}), Rule::B5);
    EXPECT_EQ(broken(2, 0, {0x51, 0x4B, 0x00, 0x63}), Rule::B5);
}

TEST(MpyCheckCode, B5Joins) {
    // if c: push one more; the join disagrees.
    const Finding finding = first(3, 0,
                                  {0x51, 0x50,  // None, False
                                   0x44, 0x41,  // POP_JUMP_IF_FALSE +1
                                   0x51,        // None
                                   0x51, 0x63});
    EXPECT_EQ(finding.rule, Rule::B5);
    EXPECT_THAT(finding.found, ::testing::HasSubstr("depth"));
    // A loop that pushes every time round.
    EXPECT_EQ(broken(4, 0, {0x51, 0x42, 0x3D, 0x63}), Rule::B5);
    // JUMP_IF_FALSE_OR_POP: the value stays when it jumps, and goes when it does not.
    expect_clean(2, 0, {0x51, 0x46, 0x01, 0x51, 0x63});
    EXPECT_EQ(broken(2, 0, {0x51, 0x46, 0x02, 0x51, 0x51, 0x63}), Rule::B5);
}

TEST(MpyCheckCode, B5BlocksAtJoins) {
    // One path opens a block, the other does not.
    EXPECT_EQ(broken(8, 1,
                     {0x51, 0x44, 0x42,  // POP_JUMP_IF_FALSE over the SETUP_EXCEPT
                      0x48, 0x02,        // SETUP_EXCEPT
                      0x51, 0x63,        // None, return
                      0x5D, 0x51, 0x63}),
              Rule::B5);
}

// for i in x: try: break finally: pass
TEST(MpyCheckCode, UnwindJumpThroughFinally) {
    const auto code = [](int unwind_octet) {
        return Octets{
            0x51,                      // 0 None
            0x5F,                      // 1 GET_ITER_STACK
            0x4B, 0x0E,                // 2 FOR_ITER -> 18
            0x59,                      // 4 POP_TOP
            0x49, 0x05,                // 5 SETUP_FINALLY -> 12
            0x40, 0x49, unwind_octet,  // 7 UNWIND_JUMP -> 18, its base is 9
            0x51, 0x63,                // 10 None, return
            0x51, 0x59,                // 12 the handler: something and away with it
            0x5D,                      // 14 END_FINALLY
            0x42, 0x31,                // 15 JUMP -> 2
            0x51,                      // 17 reached by nobody
            0x51, 0x63,                // 18 None, return
        };
    };
    expect_clean(9, 1, code(0x81));
    EXPECT_EQ(broken(9, 1, code(0x01)), Rule::B5);  // the iterator stays: four slots too many at 18
    EXPECT_EQ(broken(9, 1, code(0x82)), Rule::B5);  // more blocks than are open
    EXPECT_EQ(broken(9, 1, code(0x80)), Rule::B5);  // none at all
}

// A jump whose way leads through a handler that never ends does not arrive, so nothing is known about its
// target.
TEST(MpyCheckCode, UnwindJumpThatNeverArrives) {
    expect_clean(5, 1,
                 {0x49, 0x03,          // 0 SETUP_FINALLY -> 5
                  0x40, 0x43, 0x01,    // 2 UNWIND_JUMP -> 7, its base is 4
                  0x51, 0x63,          // 5 the handler returns
                  0x59, 0x51, 0x63});  // 7 would take a slot that is not there
}

TEST(MpyCheckCode, WithBlocks) {
    const Octets code{
        0x51,        // 0 None as context manager
        0x47, 0x02,  // 1 SETUP_WITH -> 5
        0x59,        // 3 POP_TOP
        0x51,        // 4 None: normal end
        0x5C,        // 5 WITH_CLEANUP
        0x5D,        // 6 END_FINALLY
        0x51, 0x63,  // 7 None, return
    };
    // saved depth 2, three slots for the handler; three more above `exit self exc` for the call.
    expect_clean(5, 1, code);
    EXPECT_EQ(broken(4, 1, code), Rule::B6);
    // WITH_CLEANUP that is not the first of its handler.
    const Octets late{0x51, 0x47, 0x02, 0x59, 0x51, 0x59, 0x51, 0x5C, 0x5D, 0x51, 0x63};
    EXPECT_EQ(broken(6, 1, late), Rule::B5);
    EXPECT_EQ(broken(8, 1, {0x51, 0x51, 0x51, 0x5C, 0x63}), Rule::B7);
}

TEST(MpyCheckCode, B6Room) {
    expect_clean(2, 0, {0x51, 0x51, 0x59, 0x63});
    EXPECT_EQ(broken(1, 0, {0x51, 0x51, 0x59, 0x63}), Rule::B6);
    // Locals take their slots from the other end: local 1 makes two.
    expect_clean(3, 0, {0x51, 0xC1, 0x51, 0x63});
    EXPECT_EQ(broken(2, 0, {0x51, 0xC1, 0x51, 0x63}), Rule::B6);
    EXPECT_EQ(broken(1, 0, {0x51, 0x30, 0x90, 0x80, 0x80, 0x80, 0x80, 0x00, 0x63}),
              Rule::B6);  // unpack 2^39 items
    EXPECT_EQ(broken(1, 0, {0x51, 0x30, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 0x63}),
              Rule::B6);
}

TEST(MpyCheckCode, B7) {
    EXPECT_EQ(broken(1, 0, {0x51, 0x5D, 0x51, 0x63}), Rule::B7);  // END_FINALLY without a block
    EXPECT_EQ(broken(1, 0, {0x4A, 0x00, 0x51, 0x63}), Rule::B7);  // POP_EXCEPT_JUMP without a block
    EXPECT_EQ(broken(1, 0, {0x51, 0x67, 0x63}), Rule::B7);        // YIELD_VALUE outside a generator
    EXPECT_EQ(broken(2, 0, {0x51, 0x51, 0x68, 0x63}), Rule::B7);
    PreludeSpec generator;
    generator.n_state = 2;
    generator.flags = 1;
    const Octets file = with_code(generator.encode(), {0x51, 0x67, 0x51, 0x68, 0x63}).encode();
    for (const Finding& finding : check_file(file.span()).findings) ADD_FAILURE() << to_string(finding);
}

TEST(MpyCheckCode, B8Blocks) {
    const Octets code{
        0x48, 0x05,              // 0 SETUP_EXCEPT -> 7
        0x48, 0x02,              // 2 SETUP_EXCEPT -> 6
        0x51, 0x63,              // 4
        0x5D, 0x5D, 0x51, 0x63,  // 6
    };
    // The inner handler's END_FINALLY closes the inner block only; a second one follows with the outer open.
    EXPECT_EQ(broken(9, 1, code), Rule::B8);
}

TEST(MpyCheckCode, B9LineTable) {
    PreludeSpec spec;
    spec.info = {1, 0x20, 0x80};
    const Octets file = with_code(spec.encode(), {0x51, 0x63}).encode();
    const CheckReport report = check_file(file.span());
    ASSERT_EQ(report.findings.size(), 1U);
    EXPECT_EQ(report.findings[0].rule, Rule::B9);
}

TEST(MpyCheckCode, UnreachableCodeIsAllowed) {
    // Behind the return: pops that could never work, but nobody gets there.
    expect_clean(1, 0, {0x51, 0x63, 0x59, 0x59, 0x5D, 0x51, 0x63});
    // Its operands are still checked.
    EXPECT_EQ(broken(1, 0, {0x51, 0x63, 0x11, 0x09, 0x63}), Rule::B2);
}

}  // namespace
}  // namespace mpy
