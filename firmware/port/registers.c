#include <string.h>

#include "py/obj.h"
#include "port/registers.h"

#if defined(REGISTERS_KEPT)

static const char *const names[] = { REGISTERS_KEPT };

#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)
#define PATTERN(i) TEXT(REGISTERS_PATTERN) "+" #i

mp_obj_t registers_changed(mp_call_fun_t function, mp_obj_t fun, size_t n_args, const mp_obj_t *args) {
    uintptr_t after[MP_ARRAY_SIZE(names)];
    registers_watched_call(function, fun, n_args, 0, args, after);
    char text[80] = "";
    size_t len = 0;
    for (size_t i = 0; i < MP_ARRAY_SIZE(names); ++i) {
        if (after[i] != REGISTERS_PATTERN + i) {
            size_t name_len = strlen(names[i]);
            memcpy(text + len, names[i], name_len);
            len += name_len;
            text[len++] = ' ';
        }
    }
    return mp_obj_new_str(text, len == 0 ? 0 : len - 1);
}

#if defined(__arm__)

// Of the high registers Thumb-1 can only move.
__asm__ (
    ".syntax unified\n"
    ".text\n"
    ".balign 4\n"
    #if defined(__thumb__)
    ".thumb_func\n"
    #endif
    ".global registers_watched_call\n"
    ".type registers_watched_call, %function\n"
    "registers_watched_call:\n"
    "    push {r4-r7, lr}\n"
    "    mov r4, r8\n"
    "    mov r5, r9\n"
    "    mov r6, r10\n"
    "    mov r7, r11\n"
    "    push {r4-r7}\n"
    "    sub sp, #4\n"
    "    mov r12, r0\n"
    "    ldr r0, 1f\n"
    "    mov r4, r0\n"
    "    adds r0, #1\n"
    "    mov r5, r0\n"
    "    adds r0, #1\n"
    "    mov r6, r0\n"
    "    adds r0, #1\n"
    "    mov r7, r0\n"
    "    adds r0, #1\n"
    "    mov r8, r0\n"
    "    adds r0, #1\n"
    "    mov r9, r0\n"
    "    adds r0, #1\n"
    "    mov r10, r0\n"
    "    adds r0, #1\n"
    "    mov r11, r0\n"
    "    mov r0, r1\n"
    "    mov r1, r2\n"
    "    mov r2, r3\n"
    "    ldr r3, [sp, #40]\n"
    "    blx r12\n"
    "    ldr r1, [sp, #44]\n"
    "    str r4, [r1]\n"
    "    str r5, [r1, #4]\n"
    "    str r6, [r1, #8]\n"
    "    str r7, [r1, #12]\n"
    "    mov r4, r8\n"
    "    mov r5, r9\n"
    "    mov r6, r10\n"
    "    mov r7, r11\n"
    "    str r4, [r1, #16]\n"
    "    str r5, [r1, #20]\n"
    "    str r6, [r1, #24]\n"
    "    str r7, [r1, #28]\n"
    "    add sp, #4\n"
    "    pop {r4-r7}\n"
    "    mov r8, r4\n"
    "    mov r9, r5\n"
    "    mov r10, r6\n"
    "    mov r11, r7\n"
    "    pop {r4-r7, pc}\n"
    ".balign 4\n"
    "1:  .word " PATTERN(0) "\n"
    ".size registers_watched_call, . - registers_watched_call\n"
    #if defined(__thumb__)
    ".thumb_func\n"
    #endif
    ".global registers_change_second\n"
    ".type registers_change_second, %function\n"
    "registers_change_second:\n"
    "    mov r5, r0\n"
    "    bx lr\n"
    ".size registers_change_second, . - registers_change_second\n"
    );

#elif defined(__i386__)

// At the call the stack is aligned to 16 octets.
__asm__ (
    ".text\n"
    ".global registers_watched_call\n"
    ".type registers_watched_call, @function\n"
    "registers_watched_call:\n"
    "    pushl %ebp\n"
    "    pushl %ebx\n"
    "    pushl %esi\n"
    "    pushl %edi\n"
    "    subl $28, %esp\n"
    "    movl 52(%esp), %eax\n"
    "    movl %eax, (%esp)\n"
    "    movl 56(%esp), %eax\n"
    "    movl %eax, 4(%esp)\n"
    "    movl 60(%esp), %eax\n"
    "    movl %eax, 8(%esp)\n"
    "    movl 64(%esp), %eax\n"
    "    movl %eax, 12(%esp)\n"
    "    movl 48(%esp), %eax\n"
    "    movl $" PATTERN(0) ", %ebx\n"
    "    movl $" PATTERN(1) ", %esi\n"
    "    movl $" PATTERN(2) ", %edi\n"
    "    movl $" PATTERN(3) ", %ebp\n"
    "    call *%eax\n"
    "    movl 68(%esp), %ecx\n"
    "    movl %ebx, (%ecx)\n"
    "    movl %esi, 4(%ecx)\n"
    "    movl %edi, 8(%ecx)\n"
    "    movl %ebp, 12(%ecx)\n"
    "    addl $28, %esp\n"
    "    popl %edi\n"
    "    popl %esi\n"
    "    popl %ebx\n"
    "    popl %ebp\n"
    "    ret\n"
    ".size registers_watched_call, . - registers_watched_call\n"
    ".global registers_change_second\n"
    ".type registers_change_second, @function\n"
    "registers_change_second:\n"
    "    movl $0, %esi\n"
    "    movl 4(%esp), %eax\n"
    "    ret\n"
    ".size registers_change_second, . - registers_change_second\n"
    );

#elif defined(__x86_64__)

__asm__ (
    ".text\n"
    ".global registers_watched_call\n"
    ".type registers_watched_call, @function\n"
    "registers_watched_call:\n"
    "    pushq %rbp\n"
    "    pushq %rbx\n"
    "    pushq %r12\n"
    "    pushq %r13\n"
    "    pushq %r14\n"
    "    pushq %r15\n"
    "    pushq %r9\n"
    "    movq %rdi, %rax\n"
    "    movq %rsi, %rdi\n"
    "    movq %rdx, %rsi\n"
    "    movq %rcx, %rdx\n"
    "    movq %r8, %rcx\n"
    "    movq $" PATTERN(0) ", %rbx\n"
    "    movq $" PATTERN(1) ", %rbp\n"
    "    movq $" PATTERN(2) ", %r12\n"
    "    movq $" PATTERN(3) ", %r13\n"
    "    movq $" PATTERN(4) ", %r14\n"
    "    movq $" PATTERN(5) ", %r15\n"
    "    call *%rax\n"
    "    popq %rdx\n"
    "    movq %rbx, (%rdx)\n"
    "    movq %rbp, 8(%rdx)\n"
    "    movq %r12, 16(%rdx)\n"
    "    movq %r13, 24(%rdx)\n"
    "    movq %r14, 32(%rdx)\n"
    "    movq %r15, 40(%rdx)\n"
    "    popq %r15\n"
    "    popq %r14\n"
    "    popq %r13\n"
    "    popq %r12\n"
    "    popq %rbx\n"
    "    popq %rbp\n"
    "    ret\n"
    ".size registers_watched_call, . - registers_watched_call\n"
    ".global registers_change_second\n"
    ".type registers_change_second, @function\n"
    "registers_change_second:\n"
    "    movq %rdi, %rax\n"
    "    movq %rdi, %rbp\n"
    "    ret\n"
    ".size registers_change_second, . - registers_change_second\n"
    );

#elif defined(__riscv)

#if __riscv_xlen == 64
#define STORE(reg, word, base) "    sd " reg ", " #word " * 8(" base ")\n"
#define LOAD(reg, word, base) "    ld " reg ", " #word " * 8(" base ")\n"
#define FRAME "128"
#else
#define STORE(reg, word, base) "    sw " reg ", " #word " * 4(" base ")\n"
#define LOAD(reg, word, base) "    lw " reg ", " #word " * 4(" base ")\n"
#define FRAME "64"
#endif
#define ALL(DO, base) \
    DO("s0", 0, base) DO("s1", 1, base) DO("s2", 2, base) DO("s3", 3, base) DO("s4", 4, base) DO("s5", 5, base) DO("s6", 6, base) \
    DO("s7", 7, base) DO("s8", 8, base) DO("s9", 9, base) DO("s10", 10, base) DO("s11", 11, base)

__asm__ (
    ".text\n"
    ".balign 4\n"
    ".global registers_watched_call\n"
    ".type registers_watched_call, @function\n"
    "registers_watched_call:\n"
    "    addi sp, sp, -" FRAME "\n"
    ALL(STORE, "sp")
    STORE("ra", 12, "sp")
    STORE("a5", 13, "sp")
    "    mv t0, a0\n"
    "    mv a0, a1\n"
    "    mv a1, a2\n"
    "    mv a2, a3\n"
    "    mv a3, a4\n"
    "    li s0, " PATTERN(0) "\n"
    "    addi s1, s0, 1\n"
    "    addi s2, s0, 2\n"
    "    addi s3, s0, 3\n"
    "    addi s4, s0, 4\n"
    "    addi s5, s0, 5\n"
    "    addi s6, s0, 6\n"
    "    addi s7, s0, 7\n"
    "    addi s8, s0, 8\n"
    "    addi s9, s0, 9\n"
    "    addi s10, s0, 10\n"
    "    addi s11, s0, 11\n"
    "    jalr t0\n"
    LOAD("a5", 13, "sp")
    ALL(STORE, "a5")
    ALL(LOAD, "sp")
    LOAD("ra", 12, "sp")
    "    addi sp, sp, " FRAME "\n"
    "    ret\n"
    ".size registers_watched_call, . - registers_watched_call\n"
    ".global registers_change_second\n"
    ".type registers_change_second, @function\n"
    "registers_change_second:\n"
    "    mv s1, a0\n"
    "    ret\n"
    ".size registers_change_second, . - registers_change_second\n"
    );

#elif defined(__XTENSA_CALL0_ABI__)

__asm__ (
    ".text\n"
    ".balign 4\n"
    ".literal_position\n"
    ".global registers_watched_call\n"
    ".type registers_watched_call, @function\n"
    "registers_watched_call:\n"
    "    addi a1, a1, -32\n"
    "    s32i a0, a1, 0\n"
    "    s32i a12, a1, 4\n"
    "    s32i a13, a1, 8\n"
    "    s32i a14, a1, 12\n"
    "    s32i a15, a1, 16\n"
    "    s32i a7, a1, 20\n"
    "    mov a8, a2\n"
    "    mov a2, a3\n"
    "    mov a3, a4\n"
    "    mov a4, a5\n"
    "    mov a5, a6\n"
    "    movi a12, " PATTERN(0) "\n"
    "    addi a13, a12, 1\n"
    "    addi a14, a12, 2\n"
    "    addi a15, a12, 3\n"
    "    callx0 a8\n"
    "    l32i a7, a1, 20\n"
    "    s32i a12, a7, 0\n"
    "    s32i a13, a7, 4\n"
    "    s32i a14, a7, 8\n"
    "    s32i a15, a7, 12\n"
    "    l32i a0, a1, 0\n"
    "    l32i a12, a1, 4\n"
    "    l32i a13, a1, 8\n"
    "    l32i a14, a1, 12\n"
    "    l32i a15, a1, 16\n"
    "    addi a1, a1, 32\n"
    "    ret\n"
    ".size registers_watched_call, . - registers_watched_call\n"
    ".balign 4\n"
    ".global registers_change_second\n"
    ".type registers_change_second, @function\n"
    "registers_change_second:\n"
    "    mov a13, a2\n"
    "    ret\n"
    ".size registers_change_second, . - registers_change_second\n"
    );

#endif

#endif
