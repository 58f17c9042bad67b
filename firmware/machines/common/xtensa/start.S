// Reset vector and cold start of Xtensa cores with region protection.
// Source: Xtensa Instruction Set Architecture Reference Manual, 4.6.3 (region protection: attributes, WITLB, WDTLB).

#define ATTRIBUTE_DATA 0        // readable, writable
#define ATTRIBUTE_ALL 4         // executable as well
#define ATTRIBUTE_NONE 15
#define REGION 0x20000000

    .section .reset, "ax"
    .globl _reset
_reset:
    j 1f
    .balign 4
    .literal_position
1:  movi a2, cold_start
    jx a2

    .section .text.start, "ax"
    .balign 4
    .literal_position
cold_start:
    movi a2, 0                  // region's address
    movi a3, ATTRIBUTE_NONE
    movi a4, REGION
    wdtlb a3, a2                // 0: null is here
    witlb a3, a2
    add a2, a2, a4
    wdtlb a3, a2                // 1
    witlb a3, a2
    add a2, a2, a4
    movi a5, ATTRIBUTE_ALL
    wdtlb a5, a2                // 2: code
    witlb a5, a2
    add a2, a2, a4
    movi a5, ATTRIBUTE_DATA
    wdtlb a5, a2                // 3: data
    witlb a3, a2
    movi a5, 4
1:  add a2, a2, a4
    wdtlb a3, a2                // 4 to 7
    witlb a3, a2
    addi a5, a5, -1
    bnez a5, 1b
    dsync
    isync
    movi a2, machine_restart
    jx a2
