// setjmp() and longjmp() for register windows: windows.S says what the buffer holds.

#ifndef FIRMWARE_MACHINES_XTENSA_DE212_SETJMP_H
#define FIRMWARE_MACHINES_XTENSA_DE212_SETJMP_H

typedef unsigned int jmp_buf[17];

int setjmp(jmp_buf env);
__attribute__((noreturn)) void longjmp(jmp_buf env, int value);

#endif // FIRMWARE_MACHINES_XTENSA_DE212_SETJMP_H
