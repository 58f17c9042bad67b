#include "port/machine.h"
#include "shared/runtime/interrupt_char.h"

void mp_hal_set_interrupt_char(int c);
void mp_hal_wait_for_event(int timeout_ms);

// How much time a program was given for sleeps that did not happen, since the start.
uint64_t mp_hal_skipped_us(void);
