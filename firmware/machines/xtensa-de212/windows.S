// Non-local return and the collector's registers on a core with register windows.
// Source: Xtensa Instruction Set Architecture Reference Manual, 4.7.1.5 (window overflow and underflow), 8.1.3 (stack layout of
// the windowed convention).
//
// The buffer describes the frame F that called setjmp(): words 0 to 3 are its a0 to a3, 4 to 11 its a4 to a11 (as many as its
// call instruction left it), 12 the return address into it with the size of its window in the upper bits, and 13 to 16
// what lies below its stack pointer: a0 to a3 of F's own caller.

#include "spill.S.h"

#define BUFFER_RETURN 48
#define BUFFER_BELOW 52

    .text
    .balign 4
    .literal_position

    // With all frames in memory F's registers are where the overflow handlers have put them: a0 to a3 below our stack
    // pointer, the others below the stack pointer of F's caller, which lies below F's.
    .globl setjmp
    .balign 4
setjmp:
    entry a1, 32
    rsil a3, 1
    spill_windows
    wsr a3, ps
    rsync
    addi a4, a1, -16
    l32i a5, a4, 0
    l32i a6, a4, 4              // F's stack pointer
    l32i a7, a4, 8
    l32i a8, a4, 12
    s32i a5, a2, 0
    s32i a6, a2, 4
    s32i a7, a2, 8
    s32i a8, a2, 12
    s32i a0, a2, BUFFER_RETURN
    addi a6, a6, -16
    l32i a5, a6, 0
    l32i a7, a6, 4              // that of F's caller
    l32i a8, a6, 8
    l32i a9, a6, 12
    s32i a5, a2, BUFFER_BELOW
    s32i a7, a2, BUFFER_BELOW + 4
    s32i a8, a2, BUFFER_BELOW + 8
    s32i a9, a2, BUFFER_BELOW + 12
    extui a5, a0, 30, 2         // F's window: 1, 2 or 3 times four registers
    addi a6, a2, 16
    slli a8, a5, 4
    sub a7, a7, a8              // where its a4 is saved
1:  addi a5, a5, -1
    beqz a5, 2f
    l32i a8, a7, 0
    l32i a9, a7, 4
    l32i a10, a7, 8
    l32i a11, a7, 12
    s32i a8, a6, 0
    s32i a9, a6, 4
    s32i a10, a6, 8
    s32i a11, a6, 12
    addi a6, a6, 16
    addi a7, a7, 16
    j 1b
2:  movi a2, 0
    retw

    // Puts everything back where the underflow handlers will look for it, then returns as setjmp() would.
    .globl longjmp
    .balign 4
longjmp:
    entry a1, 32
    s32i a3, a1, 0              // the value
    rsil a3, 1
    spill_windows
    wsr a3, ps
    rsync
    l32i a3, a1, 0
    addi a4, a1, -16
    l32i a5, a2, 0
    l32i a6, a2, 4
    l32i a7, a2, 8
    l32i a8, a2, 12
    s32i a5, a4, 0
    s32i a6, a4, 4
    s32i a7, a4, 8
    s32i a8, a4, 12
    addi a6, a6, -16
    l32i a5, a2, BUFFER_BELOW
    l32i a7, a2, BUFFER_BELOW + 4
    l32i a8, a2, BUFFER_BELOW + 8
    l32i a9, a2, BUFFER_BELOW + 12
    s32i a5, a6, 0
    s32i a7, a6, 4
    s32i a8, a6, 8
    s32i a9, a6, 12
    l32i a0, a2, BUFFER_RETURN
    extui a5, a0, 30, 2
    addi a6, a2, 16
    slli a8, a5, 4
    sub a7, a7, a8
1:  addi a5, a5, -1
    beqz a5, 2f
    l32i a8, a6, 0
    l32i a9, a6, 4
    l32i a10, a6, 8
    l32i a11, a6, 12
    s32i a8, a7, 0
    s32i a9, a7, 4
    s32i a10, a7, 8
    s32i a11, a7, 12
    addi a6, a6, 16
    addi a7, a7, 16
    j 1b
2:  movi a2, 1
    movnez a2, a3, a3           // never 0
    retw

    // Registers of frames that have not been saved yet go to the stack; the words below a stack pointer hold its caller's.
    .globl gc_helper_get_regs_and_sp
    .balign 4
gc_helper_get_regs_and_sp:
    entry a1, 32
    rsil a3, 1
    spill_windows
    wsr a3, ps
    rsync
    addi a2, a1, -16
    retw
