/* SPDX-License-Identifier: Apache-2.0
 * Lets the harness see every call of an exported model. */
#ifndef MOTE_BOARDS_TRACE_H
#define MOTE_BOARDS_TRACE_H

#include <stddef.h>

void trace_call(int call, const void *data, size_t bytes);
#define MOTE_TRACE(call, data, bytes) trace_call(call, data, bytes)

#endif
