/* SPDX-License-Identifier: Apache-2.0
 * What every exported model shares: status codes, decisions over time, the stack painter.
 * A firmware includes the exported model.h, which includes what it needs; this header is
 * for code that handles several models. */
#ifndef MOTE_H
#define MOTE_H

#include "base/crc.h"
#include "base/status.h"
#include "stream/smooth.h"
#include "watch/stack.h"

#endif
