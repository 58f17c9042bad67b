#include <string.h>

#include "py/gc.h"
#include "py/misc.h"
#include "py/reader.h"
#include "py/runtime.h"
#include "port/code.h"
#include "port/machine.h"
#include "port/session.h"

#define FILES_MAX (4096)

static code_block_t blocks[CODE_BLOCKS_MAX];
static size_t n_blocks;

// This boot's code: from `next` up to `end`, growing downwards.
static char *end;
static char *next;
// The same lower end, for the boot after this one.
static MACHINE_NOINIT char *next_kept;

// Paths of the files that blocks came from, one after another. Not heap objects: a fault report has to be able to read them.
static char files[FILES_MAX];
static size_t files_len;
static const char *current_file = "";

void code_alloc(unsigned int min_size, void **ptr, unsigned int *size) {
    if (min_size > (size_t)(next - machine_exec)) {
        m_malloc_fail(min_size);
    }
    char *addr = (char *)((uintptr_t)(next - min_size) & ~(uintptr_t)(CODE_ALIGN - 1));
    next = next_kept = addr;
    if (n_blocks < CODE_BLOCKS_MAX) {
        blocks[n_blocks] = (code_block_t) { addr, min_size, current_file };
    }
    ++n_blocks;
    *ptr = addr;
    *size = min_size;
}

void __real_mp_reader_new_file(mp_reader_t *reader, qstr filename);
void __wrap_mp_reader_new_file(mp_reader_t *reader, qstr filename);

void __wrap_mp_reader_new_file(mp_reader_t *reader, qstr filename) {
    __real_mp_reader_new_file(reader, filename);
    code_from_file(qstr_str(filename));
}

void code_from_file(const char *path) {
    size_t len = strlen(path) + 1;
    current_file = "";
    if (len <= FILES_MAX - files_len) {
        current_file = memcpy(files + files_len, path, len);
        files_len += len;
    }
}

size_t code_block_count(void) {
    return n_blocks;
}

const code_block_t *code_block(size_t index) {
    return index < n_blocks && index < CODE_BLOCKS_MAX ? &blocks[index] : NULL;
}

int code_block_at(uintptr_t addr) {
    for (size_t i = 0; i < n_blocks && i < CODE_BLOCKS_MAX; ++i) {
        if (addr - (uintptr_t)blocks[i].addr < blocks[i].size) {
            return i;
        }
    }
    return -1;
}

size_t code_used(void) {
    return end - next;
}

// From here up the arena was filled.
static MACHINE_NOINIT char *filled_kept;

// Where the trapping instructions around a boot's code begin at the latest.
static char *reach_below(char *code_end) {
    return code_end - machine_exec < CODE_REACH ? machine_exec : code_end - CODE_REACH;
}

// Fresh memory of an emulator is zero; where that is an instruction, it is overwritten: as far as code comes near it, for the
// whole arena is a tenth of a second's work.
static void fill_from(char *start) {
    for (uint32_t *p = (uint32_t *)start; MACHINE_TRAP_WORD != 0 && p < (uint32_t *)filled_kept; ++p) {
        *p = MACHINE_TRAP_WORD;
    }
    if (start < filled_kept) {
        filled_kept = start;
    }
}

static char *top(void) {
    return (char *)((uintptr_t)machine_exec_end - CODE_MARGIN);
}

// Where the code of a boot ends that comes after one whose code begins at `after`; NULL when little is left.
static char *end_below(char *after) {
    if (after <= machine_exec || after > top()) {
        return NULL; // garbage
    }
    char *place = (char *)((uintptr_t)after & ~(uintptr_t)(MACHINE_CODE_PAGE - 1));
    size_t taken = top() - place;
    if (taken % CODE_ZONE_PITCH >= CODE_ZONE_SIZE) {
        place = top() - (taken / CODE_ZONE_PITCH + 1) * CODE_ZONE_PITCH;
    }
    return place < machine_exec || place - machine_exec < CODE_MARGIN + CODE_SIZE_MIN ? NULL : place;
}

void code_start(void) {
    if (session.boots == 0) {
        filled_kept = machine_exec_end;
        next_kept = top();
    }
    end = end_below(next_kept);
    if (end == NULL) {
        end = top(); // over what older boots left
    }
    next = next_kept = end;
    fill_from(reach_below(end));
}

bool code_is_spent(void) {
    return end_below(next) == NULL;
}

bool code_is_clean(void) {
    for (const uint32_t *p = (const uint32_t *)reach_below(end); p < (const uint32_t *)next; ++p) {
        if (*p != MACHINE_TRAP_WORD) {
            return false;
        }
    }
    return true;
}

void code_gc_collect(void) {
    gc_collect_root((void **)next, (end - next) / sizeof(void *));
}
