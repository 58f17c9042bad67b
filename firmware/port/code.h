// The executable arena: machine code that the loader reads or the compiler emits, in a region of its own.
//
// Apart from the heap because an emulator takes every data write near code as self-modifying code, and because a pc inside it
// can then be mapped back: each block remembers which file it came from. Emptied by a warm restart only.
//
// Each boot takes fresh pages below the last boot's code, and begins at the arena's top again only when little is left. Writing
// over code that has been executed is slow on an emulator: each store looks for translations to throw away.
//
// A branch that misses its target has to end in the same way whatever ran before, so what was never code holds an instruction
// that traps, as far as a branch from the code reaches. Code goes to zones only: a quarter, a half and three quarters of a
// mebibyte above and below a program of up to 128 KiB, where a wide branch of Thumb-2 with wrong high bits lands (1.25 has bits 12
// and 13 of the distance where 19 and 18 belong), nothing was ever put. The host takes a new machine when the arena is spent.
// (Clearing old code instead costs half a millisecond a program.)

#ifndef FIRMWARE_PORT_CODE_H
#define FIRMWARE_PORT_CODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CODE_ALIGN (16)
#define CODE_BLOCKS_MAX (256) // described one by one; more are only counted
#define CODE_SIZE_MIN (1024 * 1024) // what each boot has at least
#define CODE_MARGIN (1024 * 1024) // between the zones and the arena's edges: what the longest conditional branch of Thumb-2 reaches
#define CODE_ZONE_PITCH (1024 * 1024) // from one zone's top to the next one's
#define CODE_ZONE_SIZE (128 * 1024) // code begins that far below the zone's top at most
#define CODE_REACH (CODE_SIZE_MIN + CODE_MARGIN) // below a boot's end, that far at least, is what traps
#define CODE_PROGRAM_MAX (128 * 1024) // a longer program works, but a stray branch of it may end in older code
_Static_assert(CODE_ZONE_SIZE + CODE_PROGRAM_MAX <= CODE_ZONE_PITCH / 4, "a branch astray by a quarter of the pitch meets no code");

typedef struct _code_block_t {
    char *addr;
    uint32_t size;
    const char *file; // path the loader had open, or "" for none
} code_block_t;

// At each start, cold or warm.
void code_start(void);

size_t code_block_count(void);
const code_block_t *code_block(size_t index);
// Index of the block that holds `addr`, or -1.
int code_block_at(uintptr_t addr);
size_t code_used(void);

// Has the next boot to write over the code of older ones?
bool code_is_spent(void);

// Does what lies in reach below this boot's code trap?
bool code_is_clean(void);

// Blocks allocated from now on come from this file.
void code_from_file(const char *path);

// Scans the arena for references to the heap.
void code_gc_collect(void);

#endif // FIRMWARE_PORT_CODE_H
