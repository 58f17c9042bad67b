#include <stdbool.h>
#include <string.h>

#include "port/frame.h"
#include "port/record.h"

static const char hex_digits[] = "0123456789abcdef";

static struct {
    char header[FRAME_HEADER_MAX];
    char data[FRAME_RECORD_MAX];
    char line_feed;
} record;

// Room that is kept back for "cut=1\n".
#define RECORD_LIMIT (FRAME_RECORD_MAX - 8)

static size_t len;
static size_t line_start;
static bool cut;

void record_start(void) {
    len = 0;
    line_start = 0;
    cut = false;
}

static void put(char c) {
    if (len < RECORD_LIMIT) {
        record.data[len++] = c;
    } else {
        cut = true;
    }
}

static void put_encoded(char c) {
    if (c < 0x21 || c > 0x7e || c == '%') {
        put('%');
        put(hex_digits[(unsigned char)c >> 4]);
        put(hex_digits[c & 15]);
    } else {
        put(c);
    }
}

void record_open(const char *key) {
    line_start = len;
    while (*key != '\0') {
        put(*key++);
    }
    put('=');
}

void record_close(void) {
    put('\n');
    if (cut) {
        // A line that did not fit, and all that follow, are left out.
        len = line_start;
    }
}

void record_part_str(const char *text) {
    while (*text != '\0') {
        put_encoded(*text++);
    }
}

void record_part_space(void) {
    put(' ');
}

void record_part_uint(uint64_t value) {
    char digits[20];
    size_t n = 0;
    do {
        digits[n++] = '0' + value % 10;
        value /= 10;
    } while (value != 0);
    while (n > 0) {
        put(digits[--n]);
    }
}

static void put_hex(uintptr_t value) {
    int shift = sizeof(value) * 8 - 4;
    while (shift > 0 && value >> shift == 0) {
        shift -= 4;
    }
    for (; shift >= 0; shift -= 4) {
        put(hex_digits[value >> shift & 15]);
    }
}

void record_part_hex(uintptr_t value) {
    put('0');
    put('x');
    put_hex(value);
}

void record_str(const char *key, const char *value) {
    record_open(key);
    record_part_str(value);
    record_close();
}

void record_strn(const char *key, const char *value, size_t n) {
    record_open(key);
    for (size_t i = 0; i < n; ++i) {
        put_encoded(value[i]);
    }
    record_close();
}

void record_uint(const char *key, uint64_t value) {
    record_open(key);
    record_part_uint(value);
    record_close();
}

void record_hex(const char *key, uintptr_t value) {
    record_open(key);
    record_part_hex(value);
    record_close();
}

void record_hex2(const char *prefix, const char *name, uintptr_t value) {
    line_start = len;
    while (*prefix != '\0') {
        put(*prefix++);
    }
    size_t start = line_start;
    record_open(name);
    line_start = start;
    record_part_hex(value);
    record_close();
}

void record_bytes(const char *prefix, const void *addr, size_t n) {
    line_start = len;
    while (*prefix != '\0') {
        put(*prefix++);
    }
    record_part_hex((uintptr_t)addr);
    put('=');
    const volatile unsigned char *p = addr;
    for (size_t i = 0; i < n; ++i) {
        unsigned char c = p[i];
        put(hex_digits[c >> 4]);
        put(hex_digits[c & 15]);
    }
    record_close();
}

void record_send(const char *kind) {
    if (cut) {
        memcpy(record.data + len, "cut=1\n", 6);
        len += 6;
    }
    frame_send(kind, record.data, len);
}
