#include "port/machine.h"
#include "shared/runtime/interrupt_char.h"

void mp_hal_set_interrupt_char(int c);
void mp_hal_wait_for_event(int timeout_ms);

// How far a program's virtual clock has gone since the start.
uint64_t mp_hal_virtual_us(void);
