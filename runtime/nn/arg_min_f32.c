/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "nn/arg.h"

MOTE_ARG(mote_arg_min_f32, float, <)
