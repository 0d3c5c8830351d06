/* SPDX-License-Identifier: Apache-2.0
 * What a person wants to see of a project and a run. First the figures, one JSON
 * document; then the page, which is a function of that document alone: one HTML file that
 * loads nothing, works from a disk, and reads without scripts. */
#ifndef MOTE_REPORT_H
#define MOTE_REPORT_H

#include <jansson.h>
#include "base/mem.h"

typedef struct {
  const char *project;
  int run;           /* 0: the latest; where nothing is trained, the data alone */
  double confidence; /* as mote_test_options_t */
  size_t points;     /* windows in the scatter plots; 0: 1000 */
} mote_report_options_t;

/* {"mote_report": 1, "project", "run", "design", "data", "examples", "features",
 * "training", "test", "next"}; parts that are not there yet are absent, and "next" says
 * in words what to do about it. MOTE_ERR_NOTFOUND when there is no such run. */
int mote_report_figures(const mote_report_options_t *opt, json_t **out);

/* Appends the page. The caller may have set "cost" in the figures, from the compiler:
 * {"variant", "chips": [{"name", "title", "flash_bytes", "ram_bytes", "memory_source",
 *   "stride_ms", "compile": what mote_compile_report_json gives, "error": text}],
 * "blerp": what mote_blerp_report gives}; any member may be missing. All texts are taken
 * as hostile. */
int mote_report_html(json_t *figures, mote_buf_t *out);

#endif
