// One run: mount the image, load or compile one artifact, execute it, say how it ended, restart.

#ifndef FIRMWARE_PORT_RUN_H
#define FIRMWARE_PORT_RUN_H

#include <stddef.h>

#include "port/command.h"

// Heap of a run that does not ask for another: what the unix port gives on the same word size.
size_t run_heap_default(void);

// The keys of the `run` command.
extern const char *const run_keys[];

// Answers one `run` command. Returns only when it is refused.
void run_command(const command_t *command);

// A new interpreter with a heap of this size.
void vm_start(size_t heap_size);

// Where the heap ends that is in use now, which a collection makes smaller; its beginning when no interpreter was started.
char *run_heap_used_end(void);

// From here on what happens belongs to a run.
void run_begin(void);

// Lines that `end` and `fault` records share.
void run_record_times(void);

// Collections since the start.
extern size_t gc_collect_count;

#endif // FIRMWARE_PORT_RUN_H
