/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOTE_TRAIN_FAKE_QUANT_H
#define MOTE_TRAIN_FAKE_QUANT_H

#include "train/net.h"

typedef struct { int32_t observing; } mote_fake_quant_t;

#endif
