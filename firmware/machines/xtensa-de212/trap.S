// Vectors and trap entries of a core with register windows.
// Source: Xtensa Instruction Set Architecture Reference Manual, 4.4.1 (exceptions), 4.7.1 (windows: overflow, underflow, MOVSP),
// 8.1.3 (stack layout). The vectors' offsets from VECBASE are those of this core.

#include "spill.S.h"

#define FRAME_PC 64
#define FRAME_PS 68
#define FRAME_CAUSE 72
#define FRAME_VADDR 76
#define FRAME_SAR 80
#define FRAME_WINDOWBASE 84
#define FRAME_WINDOWSTART 88
#define FRAME_SIZE 92
#define CAUSE_SYSCALL 1
#define CAUSE_INTERRUPT 4
#define CAUSE_ALLOCA 5
#define CAUSE_DEBUG 0x100
#define PS_RUNNING 0x40001          // windows on, interrupts off
#define PS_OWB 8                    // first bit of the old window base
#define WINDOW_VECTORS 0x180

    // A frame of a window of four, eight or twelve registers is saved below the stack pointers of the function that it called
    // and of the one that called it.
    .section .vectors, "ax"
    .balign 1024
vectors:
    s32e a0, a5, -16
    s32e a1, a5, -12
    s32e a2, a5, -8
    s32e a3, a5, -4
    rfwo

    .org vectors + 0x40
underflow_4:
    l32e a0, a5, -16
    l32e a1, a5, -12
    l32e a2, a5, -8
    l32e a3, a5, -4
    rfwu

    .org vectors + 0x80
    s32e a0, a9, -16
    l32e a0, a1, -12
    s32e a1, a9, -12
    s32e a2, a9, -8
    s32e a3, a9, -4
    s32e a4, a0, -32
    s32e a5, a0, -28
    s32e a6, a0, -24
    s32e a7, a0, -20
    rfwo

    .org vectors + 0xc0
underflow_8:
    l32e a0, a9, -16
    l32e a1, a9, -12
    l32e a2, a9, -8
    l32e a7, a1, -12
    l32e a3, a9, -4
    l32e a4, a7, -32
    l32e a5, a7, -28
    l32e a6, a7, -24
    l32e a7, a7, -20
    rfwu

    .org vectors + 0x100
    s32e a0, a13, -16
    l32e a0, a1, -12
    s32e a1, a13, -12
    s32e a2, a13, -8
    s32e a3, a13, -4
    s32e a4, a0, -48
    s32e a5, a0, -44
    s32e a6, a0, -40
    s32e a7, a0, -36
    s32e a8, a0, -32
    s32e a9, a0, -28
    s32e a10, a0, -24
    s32e a11, a0, -20
    rfwo

    .org vectors + 0x140
underflow_12:
    l32e a0, a13, -16
    l32e a1, a13, -12
    l32e a2, a13, -8
    l32e a11, a1, -12
    l32e a3, a13, -4
    l32e a4, a11, -48
    l32e a5, a11, -44
    l32e a6, a11, -40
    l32e a7, a11, -36
    l32e a8, a11, -32
    l32e a9, a11, -28
    l32e a10, a11, -24
    l32e a11, a11, -20
    rfwu

    .org vectors + 0x280
    j debug_entry

    .org vectors + 0x300
    wsr a0, excsave1
    rsr a0, exccause
    beqi a0, CAUSE_ALLOCA, 1f
    j kernel_entry
1:  j alloca_entry

    .org vectors + 0x340
    wsr a0, excsave1
    j kernel_entry                  // user: the mode is never entered

    .org vectors + 0x3c0
    j double_entry

    // Stores all registers of the present window as they are, whoever owns them; a0 has the frame then, and a3 the cause. The
    // registers of hardware loops are left alone: nothing that runs in a handler has such a loop.
    .macro save_frame saved, pc, ps
    movi a0, trap_frame
    s32i a1, a0, 4
    s32i a2, a0, 8
    s32i a3, a0, 12
    s32i a4, a0, 16
    s32i a5, a0, 20
    s32i a6, a0, 24
    s32i a7, a0, 28
    s32i a8, a0, 32
    s32i a9, a0, 36
    s32i a10, a0, 40
    s32i a11, a0, 44
    s32i a12, a0, 48
    s32i a13, a0, 52
    s32i a14, a0, 56
    s32i a15, a0, 60
    rsr a2, \saved
    s32i a2, a0, 0
    rsr a2, \pc
    s32i a2, a0, FRAME_PC
    rsr a2, \ps
    s32i a2, a0, FRAME_PS
    rsr a2, excvaddr
    s32i a2, a0, FRAME_VADDR
    rsr a2, sar
    s32i a2, a0, FRAME_SAR
    rsr a2, windowbase
    s32i a2, a0, FRAME_WINDOWBASE
    rsr a2, windowstart
    s32i a2, a0, FRAME_WINDOWSTART
    rsr a3, exccause
    .endm

    // The first frame of a stack. Saving it needs a stack pointer of a caller, which it has not: it gets the top.
    .macro first_frame top
    movi a1, \top
    addi a2, a1, -80
    s32i a1, a2, 4
    addi a1, a1, -64
    movi a0, 0
    .endm

    // One window, the first, whatever there was.
    .macro forget_windows
    movi a2, 0
    wsr a2, windowbase
    rsync
    movi a2, 1
    wsr a2, windowstart
    rsync
    movi a2, PS_RUNNING
    wsr a2, ps
    rsync
    .endm

    .section .text.start, "ax"
    .balign 4
    .literal_position

    // Warm restart, from any context.
    .globl machine_restart
    .balign 4
machine_restart:
    rsil a2, 15
    forget_windows
    movi a2, vectors
    wsr a2, vecbase
    movi a2, 0
    wsr a2, intenable
    rsync
    first_frame machine_stack_top
    call4 xtensa_start

    .balign 4
kernel_entry:
    save_frame excsave1, epc1, ps
    beqi a3, CAUSE_INTERRUPT, interrupt
    j report

    // An interrupt. All frames but the interrupted one go to the stack, so that its window is the only one and the handler can
    // have a stack of its own.
interrupt:
    movi a2, PS_RUNNING
    wsr a2, ps
    rsync
    spill_windows
    first_frame _trap_stack_top
    call4 xtensa_interrupt
    movi a0, trap_frame
    movi a3, CAUSE_SYSCALL
    bnez a6, report
    l32i a2, a0, FRAME_PS           // exceptions off: registers are again stored as they are
    wsr a2, ps
    rsync
    l32i a2, a0, FRAME_PC
    wsr a2, epc1
    l32i a2, a0, FRAME_SAR
    wsr a2, sar
    l32i a1, a0, 4
    l32i a2, a0, 8
    l32i a3, a0, 12
    l32i a4, a0, 16
    l32i a5, a0, 20
    l32i a6, a0, 24
    l32i a7, a0, 28
    l32i a8, a0, 32
    l32i a9, a0, 36
    l32i a10, a0, 40
    l32i a11, a0, 44
    l32i a12, a0, 48
    l32i a13, a0, 52
    l32i a14, a0, 56
    l32i a15, a0, 60
    l32i a0, a0, 0
    rfe

    .balign 4
debug_entry:
    wsr a0, excsave6
    save_frame excsave6, epc6, eps6
    movi a3, CAUSE_DEBUG
report:
    s32i a3, a0, FRAME_CAUSE
    forget_windows
    first_frame _trap_stack_top
    movi a6, trap_frame
    call4 xtensa_trap

    // MOVSP would move a stack pointer whose caller's frame lies below it in memory: that frame is loaded again first, as if
    // there had been an underflow. The original a0 tells its size; rotating back makes it a4, a8 or a12.
    .balign 4
alloca_entry:
    rsr a0, windowbase
    rotw -1
    rsr a2, ps
    extui a3, a2, PS_OWB, 4
    xor a3, a3, a4
    rsr a4, excsave1
    slli a3, a3, PS_OWB
    xor a2, a2, a3
    wsr a2, ps
    rsync
    bbsi a4, 31, 1f
    j underflow_4
1:  rotw -1
    bbsi a8, 30, 2f
    j underflow_8
2:  rotw -1
    j underflow_12

    // A trap inside the handling of another one. Inside a window's overflow or underflow it belongs to the instruction that
    // needed the window: a stack pointer is bad, as a rule because the stack is full.
    .balign 4
double_entry:
    wsr a0, excsave2
    wsr a2, excsave3
    rsr a0, depc
    movi a2, vectors
    sub a0, a0, a2
    movi a2, WINDOW_VECTORS
    bltu a0, a2, 1f
    forget_windows
    first_frame _trap_stack_top
    movi a6, 0
    rsr a7, depc
    call4 xtensa_double
1:  rsr a2, ps
    extui a2, a2, PS_OWB, 4
    wsr a2, windowbase
    rsync
    wsr a0, excsave1
    save_frame excsave1, epc1, ps
    j report

    .section .bss.trap_frame, "aw", @nobits
    .balign 4
trap_frame:
    .space FRAME_SIZE
