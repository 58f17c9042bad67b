// Between the parts of this machine.

#ifndef FIRMWARE_VERSATILEPB_H
#define FIRMWARE_VERSATILEPB_H

#include <stdbool.h>
#include <stdint.h>

// What start.S saves of what was interrupted; sp and lr are those of system mode.
typedef struct _saved_t {
    uint32_t sp, lr, r0_r12[13], pc;
} saved_t;

// Serves the devices; true when what was interrupted has to be reported as a break.
bool board_interrupt(void);

#endif // FIRMWARE_VERSATILEPB_H
