/* SPDX-License-Identifier: Apache-2.0
 * The Edge Impulse data acquisition format, in JSON or CBOR: header (protected),
 * HMAC-SHA256 signature, payload with sensors and rows; audio may follow the header as
 * raw samples. From the vendor's published specification. Rows of formats.def: acq_json,
 * acq_cbor. */
#ifndef MOTE_FORMATS_ACQ_H
#define MOTE_FORMATS_ACQ_H

#include "formats/pull.h"
#include "formats/recording.h"

/* Parses the message that `r` was opened on; the common part of both encodings. */
int mote_acq_read(mote_pull_t *r, int cbor, const mote_parse_options_t *opt,
                  mote_arena_t *a, mote_recordings_t *out);
/* 1 when `name` occurs as a JSON member (in quotes) or CBOR text near the start or the
 * end of the bytes: the writers of this format order the members as they like. */
int mote_acq_mentions(const uint8_t *p, size_t n, const char *name, int cbor);

/* One signed message appended to `out`. Meta data "device_name", "device_type" and "iat"
 * (seconds since the epoch) go into the header, ranges into payload.structured_labels.
 * key: ASCII, as the vendor's tools use it; NULL writes alg "none". Numbers are written
 * in the shortest form that reads back to the same float. Images: MOTE_ERR_UNSUPPORTED.
 */
int mote_acq_write_json(const mote_recording_t *rec, const char *key, mote_buf_t *out);
int mote_acq_write_cbor(const mote_recording_t *rec, const char *key, mote_buf_t *out);

#endif
