// The image as the root file system of a run: MicroPython's VfsRom with a working directory.
//
// VfsRom itself allows no chdir into a folder, but a test opens the data files beside it by relative names.

#ifndef FIRMWARE_PORT_VFS_IMAGE_H
#define FIRMWARE_PORT_VFS_IMAGE_H

#include "py/obj.h"

// Raises OSError(ENODEV) when the window holds no ROMFS.
mp_obj_t vfs_image_new(void);

#endif // FIRMWARE_PORT_VFS_IMAGE_H
