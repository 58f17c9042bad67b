// Reset entry, warm restart, vectors and page table. The program runs in system mode; faults and interrupts run in modes of their
// own with stacks of their own, and system mode's registers are in the user bank.
// Source: ARM Architecture Reference Manual (DDI 0100I), A2.6 (exceptions), B3 (system control), B4.7 (descriptors).

#define MODE_FIQ 0x11
#define MODE_IRQ 0x12
#define MODE_SVC 0x13
#define MODE_ABORT 0x17
#define MODE_UNDEFINED 0x1b
#define MODE_SYSTEM 0x1f

// Vector table on, high vectors, unaligned access, page tables of ARMv6.
#define CONTROL_SET (1 << 0 | 1 << 13 | 1 << 22 | 1 << 23)
#define CONTROL_CLEAR (1 << 1) // no alignment fault

    .arm
    .section .text.start, "ax"
    .global _start
_start:
    cpsid if, #MODE_SYSTEM
    ldr r0, =_trap_stack_top
    ldr r1, =_irq_stack_top
    cps #MODE_FIQ
    mov sp, r1
    cps #MODE_IRQ
    mov sp, r1
    cps #MODE_SVC
    mov sp, r0
    cps #MODE_ABORT
    mov sp, r0
    cps #MODE_UNDEFINED
    mov sp, r0
    cps #MODE_SYSTEM
    ldr sp, =machine_stack_top

    mrc p15, 0, r0, c1, c0, 0
    tst r0, #1
    bne 1f // a warm restart: all of this is so already
    ldr r1, =page_table
    mcr p15, 0, r1, c2, c0, 0
    mov r1, #0
    mcr p15, 0, r1, c2, c0, 2
    mcr p15, 0, r1, c8, c7, 0 // no translation is remembered
    mov r1, #1 // domain 0: as the descriptors say
    mcr p15, 0, r1, c3, c0, 0
    ldr r1, =CONTROL_SET
    orr r0, r0, r1
    bic r0, r0, #CONTROL_CLEAR
    mcr p15, 0, r0, c1, c0, 0
    mov r1, #0
    mcr p15, 0, r1, c7, c5, 4 // flush prefetch buffer
1:
    ldr r0, =_data_start
    ldr r1, =_data_load
    ldr r2, =_data_end
    sub r2, r2, r0
    bl memcpy
    ldr r0, =_bss_start
    mov r1, #0
    ldr r2, =_bss_end
    sub r2, r2, r0
    bl memset
    bl machine_init
    bl port_main
    .ltorg

    .section .vectors, "ax"
    // One a word, in the order of the CPU.
    b .         // reset goes to the entry of the image
    b undefined
    b supervisor
    b prefetch
    b data
    b .         // reserved
    b interrupt
    b fast

// Registers go to the mode's own stack: sp and lr of system mode, r0 to r12, pc.
    .macro entry name, number, adjust
\name:
    .if \adjust
    sub lr, lr, #\adjust
    .endif
    push {r0-r12, lr}
    sub sp, sp, #8
    stmia sp, {sp, lr}^
    mov r0, sp
    mrs r1, spsr
    mov r2, #\number
    .endm

    .macro fault name, number, adjust
    entry \name, \number, \adjust
    ldr pc, =arm_fault
    .endm

    fault undefined, 1, 4
    fault supervisor, 2, 4
    fault prefetch, 3, 4
    fault data, 4, 8
    fault fast, 7, 4

    entry interrupt, 6, 4
    ldr r3, =arm_interrupt
    blx r3
    add sp, sp, #8
    ldm sp!, {r0-r12, pc}^
    .ltorg

// A section for each megabyte.
#define SECTION (1 << 1)
#define XN (1 << 4)
#define READ_WRITE (1 << 10)
#define READ (1 << 15 | 1 << 10)

    .section .rodata.page_table, "a"
    .balign 16384
page_table:
    .macro unmapped to
    .fill \to - (. - page_table) / 4, 4, 0
    .endm
    .macro mapped to, rights
    .set megabyte, (. - page_table) / 4
    .rept \to - (. - page_table) / 4
    .word megabyte << 20 | SECTION | \rights
    .set megabyte, megabyte + 1
    .endr
    .endm

    unmapped 0x001
    mapped 0x002, READ                 // the core's code
    unmapped 0x010
    mapped 0x018, READ_WRITE | XN      // stacks, data, heap
    unmapped 0x040
    mapped 0x060, READ | XN            // artifacts
    mapped 0x080, READ_WRITE           // executable arena
    unmapped 0x101
    mapped 0x102, READ_WRITE | XN      // devices
    unmapped 0xfff
    .word 0x00100000 | SECTION | READ  // vectors
