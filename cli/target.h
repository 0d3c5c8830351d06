/* SPDX-License-Identifier: Apache-2.0
 * What a verb compiles for: --target CHIP, --prefer WHAT. */
#ifndef MOTE_CLI_TARGET_H
#define MOTE_CLI_TARGET_H

#include "model/fast.h"
#include "targets/target.h"
#include "verb.h"

/* The chip of --target, else `designed` (may be NULL), else a generic one. */
int mote_target_flag(const mote_args_t *args, const char *designed, mote_target_t **out);
int mote_prefer_flag(const mote_args_t *args, mote_prefer_t *out);

#endif
