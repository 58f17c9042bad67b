// The artifact window as the monitor sees it before there is an interpreter: is there a ROMFS, how large, which id, which files.
// Running programs read it through MicroPython's own VfsRom.
// Source of the format: the ROMFS section of MicroPython's documentation of `extmod/vfs_rom.c`.

#ifndef FIRMWARE_PORT_IMAGE_H
#define FIRMWARE_PORT_IMAGE_H

#include <stdbool.h>
#include <stddef.h>

#define IMAGE_ID_MAX (64)

typedef struct _image_t {
    bool present;
    size_t size;                // whole image, header included
    char id[IMAGE_ID_MAX + 1];  // content of /.image-id, "" without one
} image_t;

void image_look(image_t *image);

// Calls `visit` for each file below `path`. Returns false when there is no such folder or file, or the image is damaged.
typedef void (*image_visit_t)(const char *path, size_t size);
bool image_walk(const char *path, image_visit_t visit);

// The script: command lines behind the image, ended by a zero byte. The window's offset of the first one, 0 without a script.
size_t image_script(void);

#endif // FIRMWARE_PORT_IMAGE_H
