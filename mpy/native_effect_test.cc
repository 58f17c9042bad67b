#include "mpy/native_effect.h"

#include <gtest/gtest.h>

#include <string>

#include "mpy/native_effect_text.h"

namespace mpy {
namespace {

using Kind = Step::Kind;

NativeEffect effect(InstructionSet set, const std::string& text, std::uint64_t address = 0x100,
                    std::uint8_t size = 4) {
    NativeInstruction instruction;
    instruction.address = address;
    instruction.size = size;
    instruction.decoded = true;
    const std::size_t space = text.find(' ');
    instruction.mnemonic = text.substr(0, space);
    if (space != std::string::npos) instruction.operands = text.substr(space + 1);
    return effect_of(set, instruction);
}

/// The only step of an instruction.
Step step_of(InstructionSet set, const std::string& text) {
    const NativeEffect found = effect(set, text);
    EXPECT_EQ(found.steps.size(), 1U) << text;
    return found.steps.empty() ? Step{} : found.steps.front();
}

void expect_step(const Step& step, Kind kind, int to, int from, std::int64_t number) {
    EXPECT_EQ(step.kind, kind);
    EXPECT_EQ(step.to, static_cast<RegisterNumber>(to));
    EXPECT_EQ(step.from, static_cast<RegisterNumber>(from));
    EXPECT_EQ(step.number, number);
}

TEST(EffectText, SplitsOperandsOutsideBrackets) {
    EXPECT_EQ(effect_text::split_operands("r0, [r1, #4]").size(), 2U);
    EXPECT_EQ(effect_text::split_operands("{r4, r5, lr}").size(), 1U);
    EXPECT_EQ(effect_text::split_operands("").size(), 0U);
    EXPECT_EQ(effect_text::split_operands("a,b").size(), 2U);
    EXPECT_LE(effect_text::split_operands("][,)(").size(), 5U) << "nonsense does not hang";
}

TEST(EffectText, ReadsNumbers) {
    EXPECT_EQ(effect_text::number_in("#0x1f"), 31);
    EXPECT_EQ(effect_text::number_in("#-4"), -4);
    EXPECT_EQ(effect_text::number_in("- 0x8"), -8);
    EXPECT_EQ(effect_text::number_in("0xffffffffffffffff"), -1);
    EXPECT_FALSE(effect_text::number_in("r3"));
    EXPECT_FALSE(effect_text::number_in(""));
    EXPECT_FALSE(effect_text::number_in("0x"));
    EXPECT_FALSE(effect_text::number_in("99999999999999999999999"));
}

TEST(EffectX64, FollowsMovesLoadsAndStores) {
    const InstructionSet set = InstructionSet::X64;
    expect_step(step_of(set, "mov rbp, qword ptr [rdi + 8]"), Kind::LoadWord, 5, 7, 8);
    expect_step(step_of(set, "mov rax, qword ptr [rbp]"), Kind::LoadWord, 0, 5, 0);
    expect_step(step_of(set, "mov r12, rdi"), Kind::Move, 12, 7, 0);
    expect_step(step_of(set, "mov edi, 7"), Kind::Constant, 7, kNoRegister, 7);
    expect_step(step_of(set, "xor rax, rax"), Kind::Constant, 0, kNoRegister, 0);
    expect_step(step_of(set, "movzx esi, word ptr [r13 + 0xa]"), Kind::LoadHalf, 6, 13, 10);
    expect_step(step_of(set, "lea rdi, [rsp + 0x70]"), Kind::AddConstant, 7, 4, 0x70);
    expect_step(step_of(set, "sub rsp, 0xd8"), Kind::AddConstant, 4, 4, -0xd8);
    const Step store = step_of(set, "mov qword ptr [rsp + 0x70], rdi");
    EXPECT_EQ(store.kind, Kind::StoreWord);
    EXPECT_EQ(store.from, 4);
    EXPECT_EQ(store.second, 7);
}

TEST(EffectX64, ForgetsWhatItCannotFollow) {
    const InstructionSet set = InstructionSet::X64;
    expect_step(step_of(set, "mov eax, dword ptr [rdi + 8]"), Kind::Forget, 0, kNoRegister, 0);
    expect_step(step_of(set, "setl al"), Kind::Forget, 0, kNoRegister, 0);
    expect_step(step_of(set, "mov rax, qword ptr [rbx + rcx*8]"), Kind::Forget, 0, kNoRegister, 0);
    EXPECT_TRUE(effect(set, "cmp rdi, rsi").steps.empty());
    EXPECT_EQ(effect(set, "idiv rcx").steps.size(), 2U) << "quotient and remainder";
}

TEST(EffectX64, KnowsCallsJumpsAndItsOwnAddress) {
    const InstructionSet set = InstructionSet::X64;
    EXPECT_EQ(effect(set, "call rax").flow, NativeFlow::CallRegister);
    EXPECT_EQ(effect(set, "call qword ptr [rbp + 0x28]").flow, NativeFlow::CallMemory);
    EXPECT_EQ(effect(set, "jmp rbx").flow, NativeFlow::JumpRegister);
    EXPECT_EQ(effect(set, "ret").flow, NativeFlow::Return);
    EXPECT_EQ(effect(set, "jmp 0x1f0").target, 0x1f0U);
    EXPECT_EQ(effect(set, "jne 0x1f0").flow, NativeFlow::Branch);
    const NativeEffect own = effect(set, "lea rbx, [rip + 0x44]", 0x100, 7);
    ASSERT_EQ(own.steps.size(), 2U);
    EXPECT_EQ(own.steps[0].number, 0x107);
    EXPECT_EQ(own.steps[1].number, 0x44);
}

TEST(EffectX86, CallToTheNextInstructionPushesItsAddress) {
    const NativeEffect own = effect(InstructionSet::X86, "call 0x105", 0x100, 5);
    EXPECT_EQ(own.flow, NativeFlow::Next);
    ASSERT_EQ(own.steps.size(), 2U);
    EXPECT_EQ(own.steps[0].kind, Kind::CodeAddress);
    EXPECT_EQ(own.steps[1].kind, Kind::Push);
    EXPECT_EQ(effect(InstructionSet::X86, "call 0x200", 0x100, 5).flow, NativeFlow::Call);
}

TEST(EffectArm, FollowsTheEmittersForms) {
    const InstructionSet set = InstructionSet::Thumb;
    expect_step(step_of(set, "ldr r7, [r0, #4]"), Kind::LoadWord, 7, 0, 4);
    expect_step(step_of(set, "ldr.w r3, [r7, #0x80]"), Kind::LoadWord, 3, 7, 0x80);
    expect_step(step_of(set, "ldrh r1, [r6, #8]"), Kind::LoadHalf, 1, 6, 8);
    expect_step(step_of(set, "movs r0, #7"), Kind::Constant, 0, kNoRegister, 7);
    expect_step(step_of(set, "adds r3, #0x38"), Kind::AddConstant, 3, 3, 0x38);
    expect_step(step_of(set, "adds r0, r0, r6"), Kind::Add, 0, 0, 0);
    expect_step(step_of(set, "lsls r0, r0, #8"), Kind::ShiftLeft, 0, 0, 8);
    expect_step(step_of(set, "sxth r4, r4"), Kind::SignExtend16, 4, 4, 0);
    expect_step(step_of(set, "sub sp, #0x98"), Kind::AddConstant, 13, 13, -0x98);
    expect_step(step_of(set, "movt r1, #0x12"), Kind::AddConstant, 1, 1, 0x120000);
    EXPECT_EQ(effect(set, "push {r4, r5, lr}").steps.size(), 3U);
    EXPECT_EQ(effect(set, "push {r4, r5, lr}").steps.front().from, 14) << "the highest first";
    EXPECT_EQ(effect(set, "pop {r4, pc}").flow, NativeFlow::Return);
}

TEST(EffectArm, ReadsPcByTheSet) {
    const NativeEffect thumb = effect(InstructionSet::Thumb, "ldr r1, [pc, #0]", 0x102, 2);
    ASSERT_EQ(thumb.steps.size(), 1U);
    EXPECT_EQ(thumb.steps[0].kind, Kind::LoadLiteral);
    EXPECT_EQ(thumb.steps[0].number, 0x104) << "the low bits of pc are dropped";
    const NativeEffect arm = effect(InstructionSet::Arm, "ldr r8, [pc]", 0x100);
    ASSERT_EQ(arm.steps.size(), 1U);
    EXPECT_EQ(arm.steps[0].number, 0x108);
    const NativeEffect far = effect(InstructionSet::Thumb, "add pc, r1", 0x7e, 2);
    EXPECT_EQ(far.flow, NativeFlow::JumpRegister);
    EXPECT_EQ(far.through, kScratchRegister);
}

TEST(EffectArm, CallThroughMemoryIsAJumpUntilTheTracerLooks) {
    const NativeEffect found = effect(InstructionSet::Arm, "ldr pc, [r7, #0xb4]");
    EXPECT_EQ(found.flow, NativeFlow::JumpMemory);
    EXPECT_EQ(found.through, 7);
    EXPECT_EQ(found.offset, 0xb4);
    expect_step(step_of(InstructionSet::Arm, "mov lr, pc"), Kind::CodeAddress, 14, kNoRegister, 0x108);
}

TEST(EffectArm, ConditionalWritesAreForgotten) {
    expect_step(step_of(InstructionSet::Thumb, "movlt r0, #1"), Kind::Forget, 0, kNoRegister, 0);
    EXPECT_EQ(effect(InstructionSet::Thumb, "beq.w #0x1f0").flow, NativeFlow::Branch);
    EXPECT_EQ(effect(InstructionSet::Thumb, "bic r0, r1").flow, NativeFlow::Next) << "no branch";
    EXPECT_EQ(effect(InstructionSet::Arm, "umull r0, r1, r2, r3").steps.size(), 4U);
}

TEST(EffectRiscv, FollowsObjdumpsAliases) {
    const InstructionSet set = InstructionSet::Rv32;
    expect_step(step_of(set, "lw s1,4(a0)"), Kind::LoadWord, 9, 10, 4);
    expect_step(step_of(set, "lhu a0,80(s4)"), Kind::LoadHalf, 10, 20, 80);
    expect_step(step_of(set, "li a0,14"), Kind::Constant, 10, kNoRegister, 14);
    expect_step(step_of(set, "lui a2,0x80"), Kind::Constant, 12, kNoRegister, 0x80000);
    expect_step(step_of(set, "lui a2,0xfffff"), Kind::Constant, 12, kNoRegister, -0x1000);
    expect_step(step_of(set, "add sp,sp,-176"), Kind::AddConstant, 2, 2, -176);
    expect_step(step_of(set, "auipc a0,0x5"), Kind::CodeAddress, 10, kNoRegister, 0x5100);
    const NativeEffect call = effect(set, "jalr a6");
    EXPECT_EQ(call.flow, NativeFlow::CallRegister);
    EXPECT_EQ(call.through, 16);
    const NativeEffect jump = effect(set, "jr 12(a6)");
    EXPECT_EQ(jump.flow, NativeFlow::JumpRegister);
    EXPECT_EQ(jump.offset, 12);
    EXPECT_EQ(effect(set, "ret").flow, NativeFlow::Return);
    EXPECT_EQ(effect(set, "bnez a0,0x58").target, 0x58U);
    EXPECT_EQ(effect(set, "j 0x10").flow, NativeFlow::Jump);
    expect_step(step_of(InstructionSet::Rv64, "ld s1,8(a0)"), Kind::LoadWord, 9, 10, 8);
    expect_step(step_of(InstructionSet::Rv64, "lw s1,8(a0)"), Kind::Forget, 9, kNoRegister, 0);
    expect_step(step_of(set, "cm.push {ra, s0-s4}, -48"), Kind::AddConstant, 2, 2, -48);
}

TEST(EffectXtensa, FollowsTheEmittersForms) {
    const InstructionSet set = InstructionSet::Xtensa;
    expect_step(step_of(set, "l32i.n a15, a2, 4"), Kind::LoadWord, 15, 2, 4);
    expect_step(step_of(set, "l16ui a2, a14, 80"), Kind::LoadHalf, 2, 14, 80);
    expect_step(step_of(set, "movi.n a2, 14"), Kind::Constant, 2, kNoRegister, 14);
    expect_step(step_of(set, "movi a2, 0xfffff879"), Kind::Constant, 2, kNoRegister, -0x787);
    expect_step(step_of(set, "addi a1, a1, -112"), Kind::AddConstant, 1, 1, -112);
    expect_step(step_of(set, "l32r a4, 0x8"), Kind::LoadLiteral, 4, kNoRegister, 8);
    EXPECT_EQ(effect(set, "callx0 a0").flow, NativeFlow::CallRegister);
    EXPECT_EQ(effect(set, "jx a12").flow, NativeFlow::JumpRegister);
    EXPECT_EQ(effect(set, "beqz a2, 0x5d").target, 0x5dU);
    EXPECT_EQ(effect(set, "sub a1, a1, a9").steps.size(), 3U);
    // A call over less than a word is how the emitter learns where it is.
    const NativeEffect own = effect(set, "call0 0x4c", 0x47, 3);
    EXPECT_EQ(own.flow, NativeFlow::Next);
    ASSERT_EQ(own.steps.size(), 1U);
    EXPECT_EQ(own.steps[0].number, 0x4a);
    EXPECT_EQ(effect(set, "call0 0x80", 0x47, 3).flow, NativeFlow::Call);
}

TEST(EffectXtensa, FollowsTheWindowedForms) {
    const InstructionSet set = InstructionSet::XtensaWindowed;
    expect_step(step_of(set, "entry a1, 112"), Kind::AddConstant, 1, 1, -112);
    EXPECT_EQ(effect(set, "callx8 a8").flow, NativeFlow::CallRegister);
    EXPECT_EQ(effect(set, "callx8 a8").through, 8);
    EXPECT_EQ(effect(set, "call8 0x80", 0x47, 3).target, 0x80U);
    EXPECT_EQ(effect(set, "retw.n").flow, NativeFlow::Return);
    // What a called function finds in a2 its caller has put in a10.
    EXPECT_EQ(register_roles(set).arguments.front(), 10);
    EXPECT_EQ(register_roles(set).own_arguments.front(), 2);
}

TEST(Effect, SurvivesNonsense) {
    for (const InstructionSet set :
         {InstructionSet::X86, InstructionSet::X64, InstructionSet::Arm, InstructionSet::Thumb,
          InstructionSet::Xtensa, InstructionSet::XtensaWindowed, InstructionSet::Rv32,
          InstructionSet::Rv64}) {
        for (const char* text : {"",
                                 "mov",
                                 "mov ,",
                                 "ldr r0, []",
                                 "ldr [",
                                 "push {",
                                 "push {}",
                                 "call",
                                 "j",
                                 "jalr ,",
                                 "lw a0,(",
                                 "lw a0,)",
                                 "add",
                                 "pop {pc",
                                 "lea rax, [",
                                 "l32i , , ,",
                                 "sub sp, sp",
                                 "movt r0, #0x7fffffffffffffff",
                                 "sub rsp, 0x8000000000000000",
                                 "cm.push x"}) {
            effect(set, text);
        }
    }
    NativeInstruction data;
    EXPECT_TRUE(effect_of(InstructionSet::X64, data).steps.empty());
}

}  // namespace
}  // namespace mpy
