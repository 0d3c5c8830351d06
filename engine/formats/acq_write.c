/* SPDX-License-Identifier: Apache-2.0
 * Writes acquisition messages. `values` comes last, in CBOR as an indefinite array, so
 * that a device can take the closing byte off and append rows. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "formats/acq.h"
#include "formats/acq_sign.h"

static const char zeros[] = "00000000000000000000000000000000"
                            "00000000000000000000000000000000";

static const char *meta_of(const mote_recording_t *rec, const char *key) {
  for (size_t i = 0; i < rec->n_meta; i++)
    if (!strcmp(rec->meta[i].key, key)) return rec->meta[i].value;
  return NULL;
}

static double interval_of(const mote_recording_t *rec) {
  return rec->hz > 0 ? 1000.0 / rec->hz : 0;
}

/* ---- JSON ---- */

static int json_text(mote_buf_t *b, const char *s) {
  MOTE_TRY(mote_buf_add(b, "\"", 1));
  for (; *s; s++) {
    unsigned char c = (unsigned char)*s;
    if (c < 0x20)
      MOTE_TRY(mote_buf_printf(b, "\\u%04x", c));
    else if (c == '"' || c == '\\')
      MOTE_TRY(mote_buf_printf(b, "\\%c", c));
    else
      MOTE_TRY(mote_buf_add(b, s, 1));
  }
  return mote_buf_add(b, "\"", 1);
}

/* The fewest digits that read back to the same float (9 at most) or double (17). */
static int json_float(mote_buf_t *b, float v) {
  char text[40];
  for (int digits = 6; digits <= 9; digits++) {
    snprintf(text, sizeof text, "%.*g", digits, (double)v);
    if (strtof(text, NULL) == v) break;
  }
  return mote_buf_add(b, text, strlen(text));
}

static int json_double(mote_buf_t *b, double v) {
  char text[40];
  for (int digits = 9; digits <= 17; digits++) {
    snprintf(text, sizeof text, "%.*g", digits, v);
    if (strtod(text, NULL) == v) break;
  }
  return mote_buf_add(b, text, strlen(text));
}

static int json_head(const mote_recording_t *rec, const char *key, mote_buf_t *b,
                     size_t *place) {
  const char *iat = meta_of(rec, "iat");
  MOTE_TRY(mote_buf_printf(b, "{\"protected\":{\"ver\":\"v1\",\"alg\":\"%s\"",
                           key ? "HS256" : "none"));
  if (iat) {
    MOTE_TRY(mote_buf_printf(b, ",\"iat\":"));
    MOTE_TRY(json_double(b, strtod(iat, NULL)));
  }
  MOTE_TRY(mote_buf_printf(b, "},\"signature\":\""));
  *place = b->n;
  return mote_buf_printf(b, "%s\",\"payload\":{", zeros);
}

static int json_sensors(const mote_recording_t *rec, mote_buf_t *b) {
  MOTE_TRY(mote_buf_printf(b, ",\"sensors\":["));
  for (uint32_t i = 0; i < rec->axes; i++) {
    MOTE_TRY(mote_buf_printf(b, "%s{\"name\":", i ? "," : ""));
    MOTE_TRY(json_text(b, rec->axis_names[i]));
    MOTE_TRY(mote_buf_printf(b, ",\"units\":"));
    MOTE_TRY(json_text(b, rec->axis_units[i][0] ? rec->axis_units[i] : "N/A"));
    MOTE_TRY(mote_buf_printf(b, "}"));
  }
  return mote_buf_printf(b, "]");
}

static int json_ranges(const mote_recording_t *rec, mote_buf_t *b) {
  if (rec->n_ranges == 0) return MOTE_OK;
  MOTE_TRY(mote_buf_printf(b, ",\"structured_labels\":["));
  for (size_t i = 0; i < rec->n_ranges; i++) {
    const mote_range_t *range = &rec->ranges[i];
    MOTE_TRY(mote_buf_printf(
        b, "%s{\"startIndex\":%llu,\"endIndex\":%llu,\"label\":", i ? "," : "",
        (unsigned long long)range->start, (unsigned long long)range->end - 1));
    MOTE_TRY(json_text(b, range->label));
    MOTE_TRY(mote_buf_printf(b, "}"));
  }
  return mote_buf_printf(b, "]");
}

static int json_values(const mote_recording_t *rec, mote_buf_t *b) {
  MOTE_TRY(mote_buf_printf(b, ",\"values\":["));
  const float *v = rec->values;
  for (uint64_t row = 0; row < rec->n; row++) {
    MOTE_TRY(row ? mote_buf_add(b, ",[", 2) : mote_buf_add(b, "[", 1));
    for (uint32_t i = 0; i < rec->axes; i++) {
      if (i) MOTE_TRY(mote_buf_add(b, ",", 1));
      MOTE_TRY(json_float(b, *v++));
    }
    MOTE_TRY(mote_buf_add(b, "]", 1));
  }
  return mote_buf_printf(b, "]");
}

static int json_payload(const mote_recording_t *rec, mote_buf_t *b) {
  const char *name = meta_of(rec, "device_name"), *type = meta_of(rec, "device_type");
  if (name) {
    MOTE_TRY(mote_buf_printf(b, "\"device_name\":"));
    MOTE_TRY(json_text(b, name));
    MOTE_TRY(mote_buf_printf(b, ","));
  }
  MOTE_TRY(mote_buf_printf(b, "\"device_type\":"));
  MOTE_TRY(json_text(b, type ? type : "MOTE"));
  MOTE_TRY(mote_buf_printf(b, ",\"interval_ms\":"));
  MOTE_TRY(json_double(b, interval_of(rec)));
  MOTE_TRY(json_sensors(rec, b));
  MOTE_TRY(json_ranges(rec, b));
  MOTE_TRY(json_values(rec, b));
  return mote_buf_printf(b, "}}");
}

/* ---- CBOR ---- */

static int cbor_head(mote_buf_t *b, unsigned major, uint64_t v) {
  uint8_t h[9] = {0};
  size_t more = v < 24            ? 0
                : v <= UINT8_MAX  ? 1
                : v <= UINT16_MAX ? 2
                : v <= UINT32_MAX ? 4
                                  : 8;
  unsigned info = more == 0   ? (unsigned)v
                  : more == 1 ? 24
                  : more == 2 ? 25
                  : more == 4 ? 26
                              : 27;
  h[0] = (uint8_t)(major << 5 | info);
  for (size_t i = more; i > 0; i--, v >>= 8) h[i] = (uint8_t)v;
  return mote_buf_add(b, h, more + 1);
}

static int cbor_text(mote_buf_t *b, const char *s) {
  MOTE_TRY(cbor_head(b, 3, strlen(s)));
  return mote_buf_add(b, s, strlen(s));
}

static int cbor_bits(mote_buf_t *b, uint8_t head, uint64_t bits, size_t n) {
  uint8_t h[9] = {head};
  for (size_t i = n; i > 0; i--, bits >>= 8) h[i] = (uint8_t)bits;
  return mote_buf_add(b, h, n + 1);
}

/* 1 when the float is a normal float16: 5 bits of exponent, 10 of fraction. */
static int fits_half(uint32_t bits, uint16_t *half) {
  int exponent = (int)(bits >> 23 & 255) - 127;
  if (bits & 0x1FFF || exponent < -14 || exponent > 15) return 0;
  *half = (uint16_t)(bits >> 16 & 0x8000) | (uint16_t)((exponent + 15) << 10) |
          (uint16_t)(bits >> 13 & 0x3FF);
  return 1;
}

/* The shortest encoding without loss: integer, float16, float32, float64. */
static int cbor_number(mote_buf_t *b, double v) {
  uint16_t half;
  uint32_t bits32;
  uint64_t bits64;
  float f = (float)v;
  if (v == floor(v) && fabs(v) <= UINT32_MAX && !(v == 0 && signbit(v)))
    return v < 0 ? cbor_head(b, 1, (uint64_t)(-1 - v)) : cbor_head(b, 0, (uint64_t)v);
  memcpy(&bits32, &f, sizeof bits32);
  memcpy(&bits64, &v, sizeof bits64);
  if ((double)f != v) return cbor_bits(b, 0xFB, bits64, 8);
  if (fits_half(bits32, &half)) return cbor_bits(b, 0xF9, half, 2);
  return cbor_bits(b, 0xFA, bits32, 4);
}

static int cbor_pair(mote_buf_t *b, const char *key, const char *value) {
  MOTE_TRY(cbor_text(b, key));
  return cbor_text(b, value);
}

static int cbor_pair_number(mote_buf_t *b, const char *key, double value) {
  MOTE_TRY(cbor_text(b, key));
  return cbor_number(b, value);
}

static int cbor_start(const mote_recording_t *rec, const char *key, mote_buf_t *b,
                      size_t *place) {
  const char *iat = meta_of(rec, "iat");
  MOTE_TRY(cbor_head(b, 5, 3));
  MOTE_TRY(cbor_text(b, "protected"));
  MOTE_TRY(cbor_head(b, 5, iat ? 3 : 2));
  MOTE_TRY(cbor_pair(b, "ver", "v1"));
  MOTE_TRY(cbor_pair(b, "alg", key ? "HS256" : "none"));
  if (iat) MOTE_TRY(cbor_pair_number(b, "iat", strtod(iat, NULL)));
  MOTE_TRY(cbor_pair(b, "signature", zeros));
  *place = b->n - MOTE_ACQ_SIGNATURE;
  return cbor_text(b, "payload");
}

static int cbor_sensors(const mote_recording_t *rec, mote_buf_t *b) {
  MOTE_TRY(cbor_text(b, "sensors"));
  MOTE_TRY(cbor_head(b, 4, rec->axes));
  for (uint32_t i = 0; i < rec->axes; i++) {
    MOTE_TRY(cbor_head(b, 5, 2));
    MOTE_TRY(cbor_pair(b, "name", rec->axis_names[i]));
    MOTE_TRY(cbor_pair(b, "units", rec->axis_units[i][0] ? rec->axis_units[i] : "N/A"));
  }
  return MOTE_OK;
}

static int cbor_ranges(const mote_recording_t *rec, mote_buf_t *b) {
  if (rec->n_ranges == 0) return MOTE_OK;
  MOTE_TRY(cbor_text(b, "structured_labels"));
  MOTE_TRY(cbor_head(b, 4, rec->n_ranges));
  for (size_t i = 0; i < rec->n_ranges; i++) {
    MOTE_TRY(cbor_head(b, 5, 3));
    MOTE_TRY(cbor_pair_number(b, "startIndex", (double)rec->ranges[i].start));
    MOTE_TRY(cbor_pair_number(b, "endIndex", (double)(rec->ranges[i].end - 1)));
    MOTE_TRY(cbor_pair(b, "label", rec->ranges[i].label));
  }
  return MOTE_OK;
}

static int cbor_values(const mote_recording_t *rec, mote_buf_t *b) {
  const float *v = rec->values;
  MOTE_TRY(cbor_text(b, "values"));
  MOTE_TRY(mote_buf_add(b, "\x9F", 1));
  for (uint64_t row = 0; row < rec->n; row++) {
    MOTE_TRY(cbor_head(b, 4, rec->axes));
    for (uint32_t i = 0; i < rec->axes; i++) MOTE_TRY(cbor_number(b, (double)*v++));
  }
  return mote_buf_add(b, "\xFF", 1);
}

static int cbor_payload(const mote_recording_t *rec, mote_buf_t *b) {
  const char *name = meta_of(rec, "device_name"), *type = meta_of(rec, "device_type");
  MOTE_TRY(cbor_head(b, 5, 4 + (name != NULL) + (rec->n_ranges != 0)));
  if (name) MOTE_TRY(cbor_pair(b, "device_name", name));
  MOTE_TRY(cbor_pair(b, "device_type", type ? type : "MOTE"));
  MOTE_TRY(cbor_pair_number(b, "interval_ms", interval_of(rec)));
  MOTE_TRY(cbor_sensors(rec, b));
  MOTE_TRY(cbor_ranges(rec, b));
  return cbor_values(rec, b);
}

/* ---- both ---- */

static int check(const mote_recording_t *rec) {
  if (rec->kind == MOTE_KIND_IMAGE)
    return mote_fail(MOTE_ERR_UNSUPPORTED,
                     "%s: a picture has no acquisition format: export "
                     "the picture file",
                     rec->name);
  for (uint64_t i = 0; i < rec->n * rec->axes; i++)
    if (!isfinite(rec->values[i]))
      return mote_fail(MOTE_ERR_NUMERIC, "%s: value %llu is not finite", rec->name,
                       (unsigned long long)i);
  return MOTE_OK;
}

int mote_acq_write_json(const mote_recording_t *rec, const char *key, mote_buf_t *out) {
  size_t start = out->n, place = 0;
  MOTE_TRY(check(rec));
  MOTE_TRY(json_head(rec, key, out, &place));
  MOTE_TRY(json_payload(rec, out));
  if (key) mote_acq_sign(out->p + start, out->n - start, place - start, key);
  return MOTE_OK;
}

int mote_acq_write_cbor(const mote_recording_t *rec, const char *key, mote_buf_t *out) {
  size_t start = out->n, place = 0;
  MOTE_TRY(check(rec));
  MOTE_TRY(cbor_start(rec, key, out, &place));
  MOTE_TRY(cbor_payload(rec, out));
  if (key) mote_acq_sign(out->p + start, out->n - start, place - start, key);
  return MOTE_OK;
}
