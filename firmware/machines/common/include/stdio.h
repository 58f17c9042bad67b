// What the core's own printf family implements (shared/libc/printf.c).

#ifndef FIRMWARE_INCLUDE_STDIO_H
#define FIRMWARE_INCLUDE_STDIO_H

#include <stdarg.h>
#include <stddef.h>

#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2

int printf(const char *format, ...);
int snprintf(char *buf, size_t size, const char *format, ...);
int vprintf(const char *format, va_list args);
int vsnprintf(char *buf, size_t size, const char *format, va_list args);
int putchar(int c);
int puts(const char *text);

#endif // FIRMWARE_INCLUDE_STDIO_H
