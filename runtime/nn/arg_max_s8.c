/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "nn/arg.h"

MOTE_ARG(mote_arg_max_s8, int8_t, >)
