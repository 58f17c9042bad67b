// Bytes from the host: a ring that the machine's receive interrupt fills, and the attention sequence that is recognised in it.

#ifndef FIRMWARE_PORT_RX_H
#define FIRMWARE_PORT_RX_H

#include <stdbool.h>
#include <stdint.h>

// How far a host may send ahead (docs/monitor.md 3). The ring is larger, so that attention always fits behind it.
#define RX_WINDOW (2048)

// Forgets all input; at a cold start only.
void rx_init(void);

// -1 when there is none.
int rx_get(void);
bool rx_any(void);

// Waits, asleep, until there is a byte.
int rx_wait(void);

// After a frame: does the break that had to wait for it.
void rx_break_if_pending(void);

uint32_t rx_dropped(void);

#endif // FIRMWARE_PORT_RX_H
