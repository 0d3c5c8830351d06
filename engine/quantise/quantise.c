/* SPDX-License-Identifier: Apache-2.0 */
#include "quantise/quantise.h"

#include "quantise/internal.h"

mote_ptq_options_t mote_ptq_defaults(void) {
  return (mote_ptq_options_t){
      .method = MOTE_RANGE_BEST, .bias_correction = 1, .equalise = 1};
}

static int copy(const mote_graph_t *g, mote_graph_t **out) {
  mote_buf_t b = {0};
  int rc = mote_graph_write(g, &b);
  if (rc >= 0) rc = mote_graph_read(b.p, b.n, out);
  mote_buf_free(&b);
  return rc;
}

typedef struct {
  const mote_calib_t *data;
  const mote_ptq_options_t *opt;
  mote_arena_t *arena;
} work_t;

/* Calibrated statistics -> int8 graph and its report. */
static int attempt(const work_t *k, const mote_graph_t *g, const mote_stat_t *stats,
                   mote_graph_t **out, mote_quant_report_t *report) {
  size_t n = (size_t)g->n_tensors;
  mote_range_t *ranges = mote_arena_take(k->arena, n, sizeof *ranges);
  mote_build_t b = {g, stats, ranges, k->opt, NULL, NULL};
  b.twin = mote_arena_take(k->arena, n, sizeof *b.twin);
  if (!ranges || !b.twin) return MOTE_ERR_NOMEM;
  MOTE_TRY(mote_choose_ranges(g, stats, k->opt, ranges));
  MOTE_TRY(mote_build_int8(&b));
  int rc = mote_measure(&b, k->data, report);
  report->bias_corrected = k->opt->bias_correction;
  if (rc < 0) mote_graph_free(b.g);
  else *out = b.g;
  return rc;
}

/* Equalises a copy; replaces *out when its worst output is better. */
static int try_equalised(const work_t *k, const mote_graph_t *g, const mote_stat_t *stats,
                         mote_graph_t **out, mote_quant_report_t *report) {
  mote_graph_t *even = NULL, *q = NULL;
  mote_quant_report_t r = {0};
  mote_stat_t *again;
  MOTE_TRY(copy(g, &even));
  int rc = mote_equalise(even, stats);
  if (rc > 0) {
    rc = mote_calibrate(even, k->data, k->arena, &again);
    if (rc >= 0) rc = attempt(k, even, again, &q, &r);
    if (rc >= 0 && r.out_snr_db > report->out_snr_db) {
      mote_graph_t *worse = *out;
      *out = q, q = worse;
      mote_quant_report_free(report);
      *report = r;
      report->equalised = 1;
      r = (mote_quant_report_t){0};
    }
  }
  mote_quant_report_free(&r);
  mote_graph_free(q);
  mote_graph_free(even);
  return rc < 0 ? rc : MOTE_OK;
}

static int quantise(const work_t *k, const mote_graph_t *g, mote_graph_t **out,
                    mote_quant_report_t *report) {
  mote_stat_t *stats;
  MOTE_TRY(mote_calibrate(g, k->data, k->arena, &stats));
  MOTE_TRY(attempt(k, g, stats, out, report));
  /* Known ranges belong to the weights as they are. */
  if (!k->opt->equalise || k->opt->n_ranges) return MOTE_OK;
  return try_equalised(k, g, stats, out, report);
}

int mote_quantise(const mote_graph_t *f32, const mote_calib_t *data,
                  const mote_ptq_options_t *opt, mote_graph_t **out,
                  mote_quant_report_t *report) {
  mote_quant_report_t mine = {0};
  mote_ptq_options_t dflt = mote_ptq_defaults();
  *out = NULL;
  work_t k = {data, opt ? opt : &dflt, mote_arena_new()};
  if (!k.arena) return MOTE_ERR_NOMEM;
  int rc = quantise(&k, f32, out, &mine);
  mote_arena_free(k.arena);
  if (rc < 0) {
    mote_graph_free(*out);
    *out = NULL;
  }
  if (report && rc >= 0) *report = mine;
  else mote_quant_report_free(&mine);
  return rc < 0 ? mote_context(rc, "quantisation") : MOTE_OK;
}
