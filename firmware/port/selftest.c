#include "port/selftest.h"
void selftest_command(const command_t *command) { (void)command; }
