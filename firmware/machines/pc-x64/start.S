// Start and trap stubs of the 64-bit PC.
// Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 3, 9.8.5 and 6.14; Xen PVH start of day (the note).

#include "map.S.h"

page_map:
    .quad page_pointers + 3
    .fill 511, 8, 0
page_pointers:
    .quad page_directory_0 + 3
    .quad 0, 0
    .quad page_directory_3 + 3
    .fill 508, 8, 0

    .section .note.pvh, "a", @note
    .balign 4
    .long 4, 4, 18      // name length, value length, XEN_ELFNOTE_PHYS32_ENTRY
    .asciz "Xen"
    .long _start

    .section .text.start, "ax"
    .code32
    .globl _start
_start:
    cli
    movl $0x620, %eax               // PAE, SSE state, SSE exceptions
    movl %eax, %cr4
    movl $page_map, %eax
    movl %eax, %cr3
    movl $0xc0000080, %ecx          // EFER: long mode, no-execute
    rdmsr
    orl $0x900, %eax
    wrmsr
    movl $0x80010033, %eax          // paging, write protection, native FPU errors, protected mode
    movl %eax, %cr0
    lgdt boot_gdt_pointer
    ljmp $8, $1f
    .code64
1:  movl $16, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %fs
    movl %eax, %gs
    movl %eax, %ss

    // The reset entry of a warm restart too.
    .globl machine_restart
machine_restart:
    cli
    cld
    movl $machine_stack_top, %esp
    fninit
    ldmxcsr mxcsr_default
    xorl %ebp, %ebp
    call pc_start

    .balign 8
boot_gdt:
    .quad 0
    .quad 0x00af9b000000ffff        // 64-bit code
    .quad 0x00cf93000000ffff        // data
boot_gdt_pointer:
    .word . - boot_gdt - 1
    .long boot_gdt
mxcsr_default:
    .long 0x1f80

    .text
    .balign 16
stubs:
    // The CPU pushes an error code for some vectors only.
    .set vector, 0
    .rept 49
    .balign 16
    .if !(vector == 8 || (vector >= 10 && vector <= 14) || vector == 17 || vector == 21)
    pushq $0
    .endif
    pushq $vector
    jmp common
    .set vector, vector + 1
    .endr
    .balign 16

common:
    pushq %rax
    pushq %rbx
    pushq %rcx
    pushq %rdx
    pushq %rsi
    pushq %rdi
    pushq %rbp
    pushq %r8
    pushq %r9
    pushq %r10
    pushq %r11
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    cld
    movq %rsp, %rbx                 // the frame
    movq %rbx, %rdi
    subq $512, %rsp
    andq $-16, %rsp
    cmpq $0x20, 120(%rbx)
    jb 1f
    cmpq $0x30, 120(%rbx)
    jae 1f
    // An interrupt: the interrupted code's floating-point state is kept.
    fxsaveq (%rsp)
    call pc_interrupt
    fxrstorq (%rsp)
    movq %rbx, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %r11
    popq %r10
    popq %r9
    popq %r8
    popq %rbp
    popq %rdi
    popq %rsi
    popq %rdx
    popq %rcx
    popq %rbx
    popq %rax
    addq $16, %rsp
    iretq
1:  movq 160(%rbx), %rsi            // rsp before the trap
    call pc_trap

    .section .rodata
    .globl pc_stubs
    .balign 8
pc_stubs:
    .set vector, 0
    .rept 49
    .quad stubs + vector * 16
    .set vector, vector + 1
    .endr

    .section .note.GNU-stack, "", @progbits
