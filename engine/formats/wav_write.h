/* SPDX-License-Identifier: Apache-2.0
 * A recording as WAV: 16-bit PCM when every value is an int16 count, else 32-bit float
 * with full scale 1, which the WAV parser reads back to the same values. */
#ifndef MOTE_FORMATS_WAV_WRITE_H
#define MOTE_FORMATS_WAV_WRITE_H

#include "formats/recording.h"

/* MOTE_ERR_UNSUPPORTED when the rate is no whole number of Hz, or there are too many
 * axes. */
int mote_wav_write(const mote_recording_t *r, mote_buf_t *out);

#endif
