// Self-tests of the machine contract: each line of port/machine.h, each guard really trapping.

#ifndef FIRMWARE_PORT_SELFTEST_H
#define FIRMWARE_PORT_SELFTEST_H

#include "port/command.h"

// Answers `selftest`: frames as those of a run. A test that has to trap ends in a fault; one that has to come back, in `end`.
void selftest_command(const command_t *command);

#endif // FIRMWARE_PORT_SELFTEST_H
