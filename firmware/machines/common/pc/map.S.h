// The memory map as page tables of 2 MB pages, the same in both widths. machine.ld has the same addresses.
// Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 3, 4.4 and 4.5.
//
// They are in the text, which nothing can write to; the accessed and dirty bits are set beforehand.

#define PAGE_READ       0xe1                    // present, accessed, dirty, 2 MB
#define PAGE_WRITE      0xe3
#define PAGE_DEVICE     0xf3                    // not cached
#define NO_EXECUTE      0x8000000000000000

    .macro pages from, to, attributes
    .set at, \from
    .rept (\to - \from) / 0x200000
    .quad at + \attributes
    .set at, at + 0x200000
    .endr
    .endm

    .section .text.tables, "a"
    .balign 4096
page_directory_0:
    .quad 0                                                 // nothing: null is in here
    pages 0x200000, 0x400000, PAGE_READ                     // text
    pages 0x400000, 0x600000, PAGE_WRITE + NO_EXECUTE       // data
    .quad 0                                                 // the stack's guard
    pages 0x800000, 0x2800000, PAGE_WRITE + NO_EXECUTE      // stack, heap
    pages 0x2800000, 0x4000000, PAGE_WRITE                  // executable arena
    pages 0x4000000, 0x8000000, PAGE_READ + NO_EXECUTE      // artifacts
    .balign 4096
page_directory_3:
    .fill 502, 8, 0
    pages 0xfec00000, 0xfee00000, PAGE_DEVICE + NO_EXECUTE  // HPET
    .balign 4096
