// Records of the monitor protocol: payloads made of `key=value` lines. One record is built at a time, in a static buffer.
// A record that grows too large is cut at a line's end and says so with `cut=1`.

#ifndef FIRMWARE_PORT_RECORD_H
#define FIRMWARE_PORT_RECORD_H

#include <stddef.h>
#include <stdint.h>

void record_start(void);
void record_str(const char *key, const char *value);
void record_strn(const char *key, const char *value, size_t len);
void record_uint(const char *key, uint64_t value);
void record_hex(const char *key, uintptr_t value);
// `prefix` and `name` together are the key.
void record_hex2(const char *prefix, const char *name, uintptr_t value);
// The key is `prefix` with the address in hexadecimal, the value the bytes there.
void record_bytes(const char *prefix, const void *addr, size_t len);

// For values of several parts: record_open(), parts, record_close().
void record_open(const char *key);
void record_part_uint(uint64_t value);
void record_part_hex(uintptr_t value);
void record_part_str(const char *text);
void record_part_space(void);
void record_close(void);

void record_send(const char *kind);

#endif // FIRMWARE_PORT_RECORD_H
