#include <string.h>

#include "port/command.h"

static int hex_value(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool decode(char *text) {
    char *to = text;
    for (; *text != '\0'; ++text) {
        if (*text == '%') {
            int high = hex_value(text[1]);
            int low = high < 0 ? -1 : hex_value(text[2]);
            // No zero bytes: values are C strings from here on.
            if (low < 0 || (high == 0 && low == 0)) {
                return false;
            }
            *to++ = high << 4 | low;
            text += 2;
        } else {
            *to++ = *text;
        }
    }
    *to = '\0';
    return true;
}

const char *command_parse(char *line, command_t *command) {
    command->name = line;
    command->n_args = 0;
    char *next = strchr(line, ' ');
    while (next != NULL) {
        *next++ = '\0';
        char *arg = next;
        next = strchr(arg, ' ');
        size_t len = next != NULL ? (size_t)(next - arg) : strlen(arg);
        char *equals = memchr(arg, '=', len);
        if (equals == NULL || equals == arg) {
            return "expected key=value after the command's name, with one space before it";
        }
        if (command->n_args == COMMAND_ARGS_MAX) {
            return "more than 16 arguments";
        }
        if (next != NULL) {
            *next = '\0';
        }
        *equals = '\0';
        if (command_get(command, arg) != NULL) {
            return "a key is given twice";
        }
        if (!decode(equals + 1)) {
            return "a value has a malformed %XX";
        }
        command->args[command->n_args].key = arg;
        command->args[command->n_args].value = equals + 1;
        ++command->n_args;
    }
    return *command->name != '\0' ? NULL : "the line has no command";
}

const char *command_get(const command_t *command, const char *key) {
    for (size_t i = 0; i < command->n_args; ++i) {
        if (strcmp(command->args[i].key, key) == 0) {
            return command->args[i].value;
        }
    }
    return NULL;
}

const char *command_unknown_key(const command_t *command, const char *const *known) {
    for (size_t i = 0; i < command->n_args; ++i) {
        const char *const *k = known;
        while (*k != NULL && strcmp(*k, command->args[i].key) != 0) {
            ++k;
        }
        if (*k == NULL) {
            return command->args[i].key;
        }
    }
    return NULL;
}

bool command_number(const char *text, uint32_t *value) {
    uint32_t base = 10;
    if (text[0] == '0' && text[1] == 'x') {
        base = 16;
        text += 2;
    }
    uint32_t n = 0;
    if (*text == '\0') {
        return false;
    }
    for (; *text != '\0'; ++text) {
        int digit = hex_value(*text);
        if (digit < 0 || (uint32_t)digit >= base || n > (UINT32_MAX - digit) / base) {
            return false;
        }
        n = n * base + digit;
    }
    *value = n;
    return true;
}
