// One command line of the monitor protocol, taken apart: name and key=value pairs, percent-decoded in place.

#ifndef FIRMWARE_PORT_COMMAND_H
#define FIRMWARE_PORT_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define COMMAND_LINE_MAX (1000)
#define COMMAND_ARGS_MAX (16)

typedef struct _command_t {
    const char *name;
    size_t n_args;
    struct {
        const char *key, *value;
    } args[COMMAND_ARGS_MAX];
} command_t;

// Takes `line` (zero-terminated, changed) apart. Returns NULL, or what is wrong with it.
const char *command_parse(char *line, command_t *command);

// The value of a key, or NULL.
const char *command_get(const command_t *command, const char *key);

// NULL, or the first key that is not in `known` (a list that ends with NULL).
const char *command_unknown_key(const command_t *command, const char *const *known);

// A decimal number or 0x and hexadecimal digits; false when it is neither or does not fit.
bool command_number(const char *text, uint32_t *value);

#endif // FIRMWARE_PORT_COMMAND_H
