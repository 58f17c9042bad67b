#include <string.h>

#include "port/frame.h"
#include "port/machine.h"
#include "port/rx.h"
#include "port/session.h"

static struct {
    char header[FRAME_HEADER_MAX];
    char data[FRAME_OUT_MAX];
    char line_feed;
} out;
static size_t out_len;

// What of the frame that is being sent has not been taken by the console yet.
static volatile size_t unsent;
static volatile bool busy;

void frame_answer(const char *tag) {
    strncpy(session.tag, tag, SESSION_TAG_MAX);
    session.tag[SESSION_TAG_MAX] = '\0';
    session.seq = 0;
}

void console_write(const char *data, size_t len) {
    while (len > 0) {
        size_t n = machine_write(data, len);
        data += n;
        len -= n;
    }
}

static char *put_before(char *end, const char *text) {
    size_t n = strlen(text);
    return memcpy(end - n, text, n);
}

static char *put_number_before(char *end, unsigned int n) {
    do {
        *--end = '0' + n % 10;
        n /= 10;
    } while (n != 0);
    return end;
}

void frame_send(const char *kind, char *payload, size_t len) {
    busy = true;
    // The header is written backwards, so that it ends where the payload begins.
    char *start = payload;
    *--start = '\n';
    start = put_number_before(start, len);
    *--start = ' ';
    start = put_before(start, kind);
    *--start = ' ';
    start = put_number_before(start, session.seq);
    *--start = ' ';
    start = put_before(start, session.tag[0] != '\0' ? session.tag : "-");
    start = put_before(start, "\x1eMPY ");
    payload[len] = '\n';
    ++session.seq;
    ++session.frames;
    unsent = payload + len + 1 - start;
    while (unsent > 0) {
        size_t n = machine_write(start, unsent);
        start += n;
        unsent -= n;
    }
    busy = false;
    rx_break_if_pending();
}

bool frame_busy(void) {
    return busy;
}

size_t frame_complete(void) {
    size_t padded = 0;
    if (unsent > 0) {
        padded = unsent - 1;
        while (unsent > 1) {
            unsent -= machine_write("\0\0\0\0\0\0\0", unsent - 1 < 8 ? unsent - 1 : 8);
        }
        console_write("\n", 1);
        unsent = 0;
    }
    busy = false;
    return padded;
}

void frame_out(const char *data, size_t len) {
    session.out_bytes += len;
    while (len > 0) {
        size_t n = FRAME_OUT_MAX - out_len;
        if (n > len) {
            n = len;
        }
        memcpy(out.data + out_len, data, n);
        out_len += n;
        data += n;
        len -= n;
        if (out_len == FRAME_OUT_MAX) {
            frame_out_flush();
        }
    }
}

void frame_out_flush(void) {
    if (out_len > 0) {
        size_t n = out_len;
        out_len = 0;
        frame_send("out", out.data, n);
    }
}
