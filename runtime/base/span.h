/* SPDX-License-Identifier: Apache-2.0
 * A constant table together with its length. Plans hold tables as spans, so that one
 * field list (engine/base/reflect.h) is enough to print any plan as C. */
#ifndef MOTE_BASE_SPAN_H
#define MOTE_BASE_SPAN_H

#include <stdint.h>

typedef struct { const float *p; uint32_t n; } mote_f32s_t;
typedef struct { const int8_t *p; uint32_t n; } mote_i8s_t;
typedef struct { const uint8_t *p; uint32_t n; } mote_u8s_t;
typedef struct { const int16_t *p; uint32_t n; } mote_i16s_t;
typedef struct { const uint16_t *p; uint32_t n; } mote_u16s_t;
typedef struct { const int32_t *p; uint32_t n; } mote_i32s_t;

#endif
