/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/acq.h"

#include <math.h>
#include <string.h>
#include <strings.h>
#include "base/file.h"
#include "formats/acq_sign.h"
#include "formats/info_labels.h"

typedef struct {
  mote_pull_t *r;
  const mote_parse_options_t *opt;
  mote_arena_t *a;
  char *ver, *alg, *signature;
  int has_interval, has_sensors, has_values;
  double interval_ms;
  mote_buf_t names, units; /* const char *, one per sensor */
  mote_buf_t meta;         /* mote_pair_t */
  mote_buf_t values;       /* float, row by row */
  uint64_t rows;
  size_t width, sensors; /* numbers per row; 0 = not known yet */
  char *reference;       /* "Ref-BINARY-i16": the samples follow the message */
  const mote_range_t *ranges;
  size_t n_ranges;
} acq_t;

static int bad(const acq_t *q, const char *what) {
  return mote_pull_fail(q->r, MOTE_ERR_FORMAT, "%s", what);
}

static int add_meta(acq_t *q, const char *key, const char *value) {
  mote_pair_t pair = {key, value};
  return value ? mote_buf_add(&q->meta, &pair, sizeof pair) : MOTE_ERR_NOMEM;
}

static int read_iat(acq_t *q) {
  double iat;
  MOTE_TRY(mote_pull_number(q->r, &iat));
  return add_meta(q, "iat", mote_arena_printf(q->a, "%.15g", iat));
}

static int read_protected(acq_t *q) {
  mote_pull_t *r = q->r;
  int rc;
  MOTE_TRY(mote_pull_object(r));
  while ((rc = mote_pull_key(r)) > 0)
    MOTE_TRY(!strcmp(r->key, "ver")   ? mote_pull_text(r, q->a, &q->ver)
             : !strcmp(r->key, "alg") ? mote_pull_text(r, q->a, &q->alg)
             : !strcmp(r->key, "iat") ? read_iat(q)
                                      : mote_pull_skip(r));
  return rc;
}

static int read_sensor(acq_t *q) {
  mote_pull_t *r = q->r;
  char *name = NULL, *units = NULL;
  int rc;
  MOTE_TRY(mote_pull_object(r));
  while ((rc = mote_pull_key(r)) > 0)
    MOTE_TRY(!strcmp(r->key, "name")    ? mote_pull_text(r, q->a, &name)
             : !strcmp(r->key, "units") ? mote_pull_text(r, q->a, &units)
                                        : mote_pull_skip(r));
  MOTE_TRY(rc);
  if (!name || !name[0]) name = mote_arena_printf(q->a, "axis%zu", q->sensors + 1);
  if (!units) units = mote_arena_str(q->a, "");
  if (!name || !units) return MOTE_ERR_NOMEM;
  if (++q->sensors > MOTE_AXES_MAX)
    return mote_pull_fail(r, MOTE_ERR_LIMIT, "more than %d sensors", MOTE_AXES_MAX);
  MOTE_TRY(mote_buf_add(&q->names, &name, sizeof name));
  return mote_buf_add(&q->units, &units, sizeof units);
}

static int read_sensors(acq_t *q) {
  int rc;
  if (q->has_sensors++) return bad(q, "payload.sensors is given twice");
  MOTE_TRY(mote_pull_array(q->r));
  while ((rc = mote_pull_item(q->r)) > 0) MOTE_TRY(read_sensor(q));
  MOTE_TRY(rc);
  return q->sensors ? MOTE_OK : bad(q, "payload.sensors is empty: name the columns");
}

/* Row and column in messages count from 1. */
static int add_value(acq_t *q, double v, size_t column) {
  float f = (float)v;
  size_t limit = q->opt->max_bytes ? q->opt->max_bytes : MOTE_RECORDING_LIMIT;
  if (!isfinite(f))
    return mote_pull_fail(q->r, MOTE_ERR_NUMERIC,
                          "row %llu, column %zu: %g is no float32",
                          (unsigned long long)q->rows + 1, column, v);
  if (q->values.n >= limit)
    return mote_pull_fail(q->r, MOTE_ERR_LIMIT, "more than %zu bytes of samples", limit);
  return mote_buf_add(&q->values, &f, sizeof f);
}

static int read_value(acq_t *q, size_t column) {
  double v;
  int kind = mote_pull_kind(q->r);
  if (kind >= 0 && kind != MOTE_PULL_NUMBER)
    return mote_pull_fail(q->r, MOTE_ERR_FORMAT, "row %llu, column %zu is no number",
                          (unsigned long long)q->rows + 1, column);
  MOTE_TRY(mote_pull_number(q->r, &v));
  return add_value(q, v, column);
}

static int end_row(acq_t *q, size_t columns) {
  size_t want = q->sensors ? q->sensors : q->width;
  if (columns == 0 || (want && columns != want))
    return mote_pull_fail(q->r, MOTE_ERR_FORMAT, "row %llu has %zu values, %s %zu",
                          (unsigned long long)q->rows + 1, columns,
                          q->sensors ? "the sensors are" : "the first row has", want);
  q->width = columns;
  q->rows++;
  return MOTE_OK;
}

static int read_row(acq_t *q) {
  size_t columns = 0;
  int rc;
  MOTE_TRY(mote_pull_array(q->r));
  while ((rc = mote_pull_item(q->r)) > 0) {
    if (columns == MOTE_AXES_MAX)
      return mote_pull_fail(q->r, MOTE_ERR_LIMIT, "row %llu has more than %d values",
                            (unsigned long long)q->rows + 1, MOTE_AXES_MAX);
    MOTE_TRY(read_value(q, ++columns));
  }
  MOTE_TRY(rc);
  return end_row(q, columns);
}

static int read_reference(acq_t *q) {
  if (q->reference || q->rows) return bad(q, "a reference among the rows of values");
  return mote_pull_text(q->r, q->a, &q->reference);
}

static int read_values(acq_t *q) {
  int rc;
  if (q->has_values++) return bad(q, "payload.values is given twice");
  MOTE_TRY(mote_pull_array(q->r));
  while ((rc = mote_pull_item(q->r)) > 0) {
    int kind = mote_pull_kind(q->r);
    if (kind < 0) return kind;
    if (q->reference) return bad(q, "values behind a reference to binary data");
    if (kind == MOTE_PULL_TEXT) {
      MOTE_TRY(read_reference(q));
    } else if (kind == MOTE_PULL_NUMBER) { /* a single sensor may be written flat */
      MOTE_TRY(read_value(q, 1));
      MOTE_TRY(end_row(q, 1));
    } else
      MOTE_TRY(read_row(q));
  }
  return rc;
}

static int read_interval(acq_t *q) {
  q->has_interval = 1;
  MOTE_TRY(mote_pull_number(q->r, &q->interval_ms));
  if (q->interval_ms == 0 || (q->interval_ms >= 1e-9 && q->interval_ms <= 1e12))
    return MOTE_OK;
  return bad(q, "payload.interval_ms is negative or absurd");
}

static int read_device(acq_t *q, const char *key) {
  char *text;
  MOTE_TRY(mote_pull_text(q->r, q->a, &text));
  return add_meta(q, key, text);
}

static int read_payload(acq_t *q) {
  mote_pull_t *r = q->r;
  int rc;
  MOTE_TRY(mote_pull_object(r));
  while ((rc = mote_pull_key(r)) > 0) {
    if (!strcmp(r->key, "device_name"))
      MOTE_TRY(read_device(q, "device_name"));
    else if (!strcmp(r->key, "device_type"))
      MOTE_TRY(read_device(q, "device_type"));
    else if (!strcmp(r->key, "interval_ms"))
      MOTE_TRY(read_interval(q));
    else if (!strcmp(r->key, "sensors"))
      MOTE_TRY(read_sensors(q));
    else if (!strcmp(r->key, "values"))
      MOTE_TRY(read_values(q));
    else if (!strcmp(r->key, "structured_labels"))
      MOTE_TRY(mote_ranges_read(r, q->a, &q->ranges, &q->n_ranges));
    else
      MOTE_TRY(mote_pull_skip(r));
  }
  return rc;
}

static int read_message(acq_t *q) {
  mote_pull_t *r = q->r;
  int rc;
  MOTE_TRY(mote_pull_object(r));
  while ((rc = mote_pull_key(r)) > 0)
    MOTE_TRY(!strcmp(r->key, "protected")   ? read_protected(q)
             : !strcmp(r->key, "signature") ? mote_pull_text(r, q->a, &q->signature)
             : !strcmp(r->key, "payload")   ? read_payload(q)
                                            : mote_pull_skip(r));
  return rc;
}

static double sample_at(const uint8_t *p, const char *type) {
  uint32_t size = (uint32_t)(type[1] == '8' ? 1 : type[1] == '1' ? 2 : 4), bits = 0;
  for (uint32_t i = size; i-- > 0;) bits = bits << 8 | p[i];
  if (type[0] == 'f') {
    float f;
    memcpy(&f, &bits, sizeof f);
    return f;
  }
  if (type[0] == 'u') return bits;
  uint32_t sign = (uint32_t)1 << (8 * size - 1);
  return bits & sign ? (double)bits - 2.0 * sign : bits;
}

/* "Ref-BINARY-i16" in any case, padded with blanks -> "i16"; NULL for anything else. */
static const char *sample_type(const char *reference) {
  static const char *const types[] = {"u8", "u16", "u32", "i8", "i16", "i32", "f32"};
  static const char prefix[] = "Ref-BINARY-";
  size_t skip = sizeof prefix - 1, n = strlen(reference);
  if (strncasecmp(reference, prefix, skip) != 0) return NULL;
  while (n > skip && reference[n - 1] == ' ') n--;
  for (size_t i = 0; i < sizeof types / sizeof *types; i++)
    if (strlen(types[i]) == n - skip &&
        !strncasecmp(reference + skip, types[i], n - skip))
      return types[i];
  return NULL;
}

/* Little-endian samples of one sensor behind the message. */
static int read_tail(acq_t *q) {
  mote_pull_t *r = q->r;
  const char *type = sample_type(q->reference);
  if (!type)
    return mote_pull_fail(
        r, MOTE_ERR_UNSUPPORTED,
        "the values are '%.60s': such data come as a file of their own, "
        "import that one",
        q->reference);
  size_t size = type[1] == '8' ? 1 : type[1] == '1' ? 2 : 4, n = r->n - r->at;
  if (q->sensors > 1) return bad(q, "binary samples of more than one sensor");
  if (n == 0 || n % size)
    return mote_pull_fail(r, MOTE_ERR_FORMAT,
                          "%zu bytes of binary samples of %zu bytes each", n, size);
  for (; r->at < r->n; r->at += size) {
    MOTE_TRY(add_value(q, sample_at(r->p + r->at, type), 1));
    MOTE_TRY(end_row(q, 1));
  }
  return MOTE_OK;
}

static int check(acq_t *q) {
  const char *missing = !q->ver           ? "protected.ver"
                        : !q->alg         ? "protected.alg"
                        : !q->has_sensors ? "payload.sensors"
                        : !q->rows        ? "payload.values"
                                          : NULL;
  if (!missing && !q->has_interval && !(q->opt->hz > 0)) missing = "payload.interval_ms";
  if (missing)
    return mote_fail(MOTE_ERR_FORMAT, "%s: %s is missing or empty", q->r->file, missing);
  if (strcmp(q->ver, "v1") != 0)
    return mote_fail(MOTE_ERR_UNSUPPORTED,
                     "%s: protected.ver is '%.20s', only 'v1' is known", q->r->file,
                     q->ver);
  if (q->width != q->sensors)
    return mote_fail(MOTE_ERR_FORMAT, "%s: row 1 has %zu values, the sensors are %zu",
                     q->r->file, q->width, q->sensors);
  return MOTE_OK;
}

/* 1000 / 9.615384615384615 is 104.00000000000001: the writer meant 104. */
static double rate_of(const acq_t *q) {
  if (!q->has_interval) return q->opt->hz;
  if (q->interval_ms == 0) return 0;
  double hz = 1000.0 / q->interval_ms, micro = round(hz * 1e6) / 1e6;
  return fabs(hz - micro) < 1e-12 * hz ? micro : hz;
}

static int keep(acq_t *q, mote_recording_t *rec) {
  rec->n_meta = q->meta.n / sizeof(mote_pair_t);
  rec->axis_names = mote_buf_keep(&q->names, q->a);
  rec->axis_units = mote_buf_keep(&q->units, q->a);
  rec->meta = mote_buf_keep(&q->meta, q->a);
  rec->values = mote_buf_keep(&q->values, q->a);
  rec->name = mote_path_stem(q->a, q->opt->path ? q->opt->path : "recording");
  return rec->axis_names && rec->axis_units && rec->meta && rec->values && rec->name
             ? MOTE_OK
             : MOTE_ERR_NOMEM;
}

static int add_note(acq_t *q, mote_recording_t *rec) {
  if (q->has_interval) return MOTE_OK;
  rec->notes = mote_arena_take(q->a, 1, sizeof *rec->notes);
  char *note = mote_arena_printf(q->a, "no interval_ms in the file: %g Hz as you said",
                                 q->opt->hz);
  if (!rec->notes || !note) return MOTE_ERR_NOMEM;
  rec->notes[rec->n_notes++] = note;
  return MOTE_OK;
}

static int finish(acq_t *q, int cbor, mote_recordings_t *out) {
  MOTE_TRY(check(q));
  mote_recording_t *rec = mote_arena_take(q->a, 1, sizeof *rec);
  if (!rec) return MOTE_ERR_NOMEM;
  rec->hz = rate_of(q);
  rec->kind = rec->hz > 0 ? MOTE_KIND_SERIES : MOTE_KIND_TABULAR;
  rec->axes = (uint32_t)q->sensors;
  rec->n = q->rows;
  MOTE_TRY(mote_ranges_cover(q->ranges, q->n_ranges, rec->n, q->r->file, q->a,
                             &rec->ranges, &rec->n_ranges));
  MOTE_TRY(mote_acq_verify(q->r->p, q->r->n, cbor, q->alg,
                           q->signature ? q->signature : "", q->opt, &rec->signature));
  MOTE_TRY(keep(q, rec));
  MOTE_TRY(add_note(q, rec));
  out->item = rec;
  out->n = 1;
  return MOTE_OK;
}

static int read_all(acq_t *q, int cbor, mote_recordings_t *out) {
  MOTE_TRY(read_message(q));
  if (q->reference)
    MOTE_TRY(read_tail(q));
  else if (!cbor)
    MOTE_TRY(mote_json_end(q->r));
  else if (q->r->at != q->r->n)
    return mote_pull_fail(q->r, MOTE_ERR_FORMAT,
                          "%zu bytes follow the end of the message", q->r->n - q->r->at);
  return finish(q, cbor, out);
}

int mote_acq_read(mote_pull_t *r, int cbor, const mote_parse_options_t *opt,
                  mote_arena_t *a, mote_recordings_t *out) {
  acq_t q = {.r = r, .opt = opt, .a = a};
  memset(out, 0, sizeof *out);
  int rc = read_all(&q, cbor, out);
  mote_buf_free(&q.names);
  mote_buf_free(&q.units);
  mote_buf_free(&q.meta);
  mote_buf_free(&q.values);
  return rc;
}

#define LOOK 4096

int mote_acq_mentions(const uint8_t *p, size_t n, const char *name, int cbor) {
  char needle[64];
  size_t len = strlen(name);
  needle[0] = cbor ? (char)(0x60 + len) : '"';
  memcpy(needle + 1, name, len);
  needle[len + 1] = '"';
  size_t want = len + 1 + !cbor, head = n < LOOK ? n : LOOK;
  return memmem(p, head, needle, want) || memmem(p + n - head, head, needle, want);
}
