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

// Offsets in the arena: where this boot's code begins, and where it ends.
static size_t first;
static size_t next;
// The same end, for the boot after this one.
static MACHINE_NOINIT size_t next_kept;

#define PAGE (4096)

// Paths of the files that blocks came from, one after another. Not heap objects: a fault report has to be able to read them.
static char files[FILES_MAX];
static size_t files_len;
static const char *current_file = "";

void code_alloc(unsigned int min_size, void **ptr, unsigned int *size) {
    size_t need = (min_size + CODE_ALIGN - 1) & ~(size_t)(CODE_ALIGN - 1);
    if (need > (size_t)(machine_exec_end - machine_exec) - next) {
        m_malloc_fail(min_size);
    }
    char *addr = machine_exec + next;
    next += need;
    next_kept = next;
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
    return next - first;
}

void code_start(void) {
    size_t size = machine_exec_end - machine_exec;
    first = session.boots == 0 ? 0 : (next_kept + PAGE - 1) & ~(size_t)(PAGE - 1);
    // What the last boot left here may have been overwritten by it.
    if (first > size || size - first < CODE_SIZE_MIN) {
        first = 0;
    }
    next = next_kept = first;
}

void code_gc_collect(void) {
    gc_collect_root((void **)(machine_exec + first), (next - first) / sizeof(void *));
}
