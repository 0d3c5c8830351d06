/* SPDX-License-Identifier: Apache-2.0
 * Archives and bundles: any bytes, with tight limits. Names that come out must be safe.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/utf8.h"
#include "formats/bundle.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static size_t total;

static int check(void *ctx, const mote_archive_entry_t *e) {
  (void)ctx;
  size_t len = strlen(e->name);
  if (mote_utf8_check((const uint8_t *)e->name, len) != len) abort();
  if (e->status < 0) return e->bytes ? -1 : 0;
  if (!len || e->name[0] == '/' || strstr(e->name, "//") || strchr(e->name, '\\'))
    abort();
  if (!strncmp(e->name, "../", 3) || strstr(e->name, "/../")) abort();
  total += e->n;
  if (e->n > 1 << 16 || total > 1 << 20) abort();
  return 0;
}

static int ignore(void *ctx, const mote_bundle_item_t *item) {
  (void)ctx;
  (void)item;
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n) {
  const mote_archive_limits_t limits = {1000, 1 << 16, 1 << 20, 50};
  int fd = memfd_create("in", 0);
  char path[64];
  if (fd < 0 || (n && write(fd, p, n) != (ssize_t)n)) abort();
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  total = 0;
  if (mote_archive_each(path, &limits, check, NULL) >= 0)
    (void)mote_bundle_read(path, &limits, ignore, NULL);
  close(fd);
  return 0;
}
