/* SPDX-License-Identifier: Apache-2.0
 * Base64 of RFC 4648, with padding, for data URIs and bytes within JSON. */
#ifndef MOTE_REPORT_BASE64_H
#define MOTE_REPORT_BASE64_H

#include "base/mem.h"

int mote_base64_add(mote_buf_t *out, const void *p, size_t n);
/* Decodes at most `cap` bytes into out; returns how many, or -1 when it is not base64. */
long mote_base64_read(const char *text, uint8_t *out, size_t cap);

#endif
