/* SPDX-License-Identifier: Apache-2.0
 * Looks through the directory of a zip before anything of it is inflated. */
#ifndef MOTE_FORMATS_ARCHIVE_ZIP_H
#define MOTE_FORMATS_ARCHIVE_ZIP_H

#include "formats/archive.h"

/* Refuses a zip whose directory lies (count, size, place), has too many entries, declares
 * too many bytes, or whose entries share packed bytes (the overlapping kind of bomb).
 * Reads the directory once in pieces; memory: 16 bytes per entry. `limits` are filled in.
 */
int mote_zip_check(int fd, const char *path, const mote_archive_limits_t *limits);

#endif
