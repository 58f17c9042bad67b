// The monitor: reads commands, answers with frames. docs/monitor.md is the specification.

#ifndef FIRMWARE_PORT_MONITOR_H
#define FIRMWARE_PORT_MONITOR_H

#include "port/command.h"
#include "port/machine.h"

// Never returns: each command that touches more than the monitor itself ends in a warm restart.
MACHINE_NORETURN void monitor_main(void);

// Sends an `error` frame; `detail` (or NULL) is put behind the text.
void monitor_refuse(const char *reason, const char *text, const char *detail);

#endif // FIRMWARE_PORT_MONITOR_H
