// From the reset entry to C, at a cold start and at each warm restart.

#include <string.h>

#include "xtensa.h"

extern char _data_load[], _data_start[], _data_end[], _bss_start[], _bss_end[];

void xtensa_start(void) {
    memcpy(_data_start, _data_load, _data_end - _data_start);
    memset(_bss_start, 0, _bss_end - _bss_start);
    machine_init();
    port_main();
}
