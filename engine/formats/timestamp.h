/* SPDX-License-Identifier: Apache-2.0
 * Points in time as files write them. */
#ifndef MOTE_FORMATS_TIMESTAMP_H
#define MOTE_FORMATS_TIMESTAMP_H

#include "formats/text.h"

typedef enum {
  MOTE_TIME_NONE,
  MOTE_TIME_NUMBER, /* the unit is the caller's guess: `seconds` holds the bare number */
  MOTE_TIME_DATE,   /* date, with or without time of day: seconds since 1970 (UTC) */
  MOTE_TIME_CLOCK,  /* hh:mm[:ss[.f]]: starts again every 86400 s */
  MOTE_TIME_MINUTES /* mm:ss.f, as spreadsheets save it: starts again every 3600 s */
} mote_time_kind_t;

typedef struct {
  mote_time_kind_t kind;
  int64_t whole;     /* seconds */
  double fraction;   /* of a second; NUMBER: the number itself, whole = 0 */
  double resolution; /* one unit of the last digit written */
} mote_time_t;

/* The whole span as a time: its kind, MOTE_TIME_NONE when it is none.
 * "2020-02-08T13:30:47Z", "2024/10/22 15:27:49.648", "22.10.2024 15:27", "14:11.6",
 * "1657544418323". `day_first` decides what 3/4/2020 means. */
mote_time_kind_t mote_time_parse(mote_text_t s, char point, int day_first,
                                 mote_time_t *out);

#endif
