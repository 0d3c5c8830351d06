/* SPDX-License-Identifier: Apache-2.0
 * Runs a toolchain program without a shell. */
#ifndef MOTE_COST_TOOL_H
#define MOTE_COST_TOOL_H

#include "base/mem.h"

/* argv is NULL-terminated. Returns the exit status (0..255), or a negative error; stdout
 * and stderr are added to *output. MOTE_ERR_NOTFOUND when the program is not installed.
 */
int mote_tool_run(const char *const *argv, mote_buf_t *output);

#endif
