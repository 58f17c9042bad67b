#include <string.h>

#include "py/gc.h"
#include "py/misc.h"
#include "py/reader.h"
#include "py/runtime.h"
#include "port/code.h"
#include "port/machine.h"

#define FILES_MAX (4096)

static code_block_t blocks[CODE_BLOCKS_MAX];
static size_t n_blocks;
static size_t used;

// Paths of the files that blocks came from, one after another. Not heap objects: a fault report has to be able to read them.
static char files[FILES_MAX];
static size_t files_len;
static const char *current_file = "";

void code_alloc(unsigned int min_size, void **ptr, unsigned int *size) {
    size_t need = (min_size + CODE_ALIGN - 1) & ~(size_t)(CODE_ALIGN - 1);
    if (need > (size_t)(machine_exec_end - machine_exec) - used) {
        m_malloc_fail(min_size);
    }
    char *addr = machine_exec + used;
    used += need;
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
    return used;
}

void code_gc_collect(void) {
    gc_collect_root((void **)machine_exec, used / sizeof(void *));
}
