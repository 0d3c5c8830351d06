/* SPDX-License-Identifier: Apache-2.0
 * What every parser of sensor data returns: plain structs, all in one arena.
 *
 * A file may hold several recordings (a CSV with a label column cut into samples, a zip).
 * Parsers know nothing of projects: no SQLite, no features. They never trust a length,
 * never write outside the arena, and name file, place (line, byte, field) and remedy in
 * an error. */
#ifndef MOTE_FORMATS_RECORDING_H
#define MOTE_FORMATS_RECORDING_H

#include <stdint.h>
#include "base/mem.h"

typedef struct { const char *key, *value; } mote_pair_t;

/* [start, end) in samples; ranges are sorted, do not overlap, and cover the recording.
 * A stretch that nobody labelled has the label "". */
typedef struct { uint64_t start, end; const char *label; } mote_range_t;

typedef enum {
  MOTE_SIGNATURE_NONE, /* the format has none, or alg "none" */
  MOTE_SIGNATURE_VALID,
  MOTE_SIGNATURE_INVALID,  /* present, and no known key verifies it */
  MOTE_SIGNATURE_UNCHECKED /* present, but no key was given */
} mote_signature_t;

typedef enum { MOTE_KIND_SERIES, MOTE_KIND_TABULAR, MOTE_KIND_IMAGE } mote_kind_t;

typedef struct {
  const char *name;   /* from the file name or the format; never empty */
  const char *label;  /* NULL: unlabelled */
  const char *split;  /* "training", "testing", "validation", or NULL */
  mote_kind_t kind;
  double hz;          /* sampling rate; 0 for tabular rows and images */
  double start;       /* time of the first row in seconds on the file's own clock (since
                         1970 for dates); 0 when it has none */
  uint32_t axes;      /* columns; image: channels (1 or 3) */
  uint64_t n;         /* rows; image: width * height */
  uint32_t width, height; /* image only */
  const char **axis_names, **axis_units; /* [axes]; units "" when unknown */
  float *values;      /* [n][axes], interleaved. Audio: int16 counts (full scale 32768) */
  const mote_range_t *ranges; size_t n_ranges; /* multi-label series, else 0 */
  const mote_pair_t *meta; size_t n_meta;
  mote_signature_t signature;
  const char **notes;
  size_t n_notes; /* what was done to the data, for the user:
                     "irregular intervals (9.2 to 41 ms): resampled to ..." */
} mote_recording_t;

typedef struct {
  mote_recording_t *item;
  size_t n;
} mote_recordings_t;

/* What the caller knows and wants. All members may be zero. */
typedef struct {
  const char *path;            /* for messages, and the name and label rules */
  const char *const *hmac_keys; size_t n_hmac_keys;
  double hz;                   /* rate to assume where the file has none; also the rate
                                  to which irregular series are resampled */
  const char *label_column;    /* CSV: this column is the label ("label" by default) */
  int rows_are_samples;        /* CSV without time: each row is one MOTE_KIND_TABULAR */
  size_t max_bytes;            /* decoded size limit; 0 = MOTE_RECORDING_LIMIT */
} mote_parse_options_t;

#define MOTE_RECORDING_LIMIT ((size_t)1 << 31)
#define MOTE_AXES_MAX 1024

/* A parser: the bytes of one whole file -> recordings in `a`. 0 or a negative status. */
typedef int (*mote_parser_fn)(const uint8_t *p, size_t n, const mote_parse_options_t *opt,
                              mote_arena_t *a, mote_recordings_t *out);

/* One row per format; `sniff` returns 1 when the first bytes are of this format (content
 * decides, the extension only breaks ties). `ext` is lower case without its dot, "" when
 * there is none. Rows: engine/formats/formats.def; the first yes wins. */
typedef struct {
  const char *name;       /* "wav" */
  const char *extensions; /* "wav wave" */
  int (*sniff)(const uint8_t *p, size_t n, const char *ext);
  mote_parser_fn parse;
} mote_format_t;

extern const mote_format_t *const mote_formats[]; /* NULL-terminated */
/* NULL when no format knows these bytes. */
const mote_format_t *mote_format_find(const uint8_t *p, size_t n, const char *path);

#endif
