/* SPDX-License-Identifier: Apache-2.0
 * `mote model profile`: what each layer costs on a chip, estimated and counted. */
#include <stdio.h>
#include <string.h>

#include "model.h"
#include "profile.h"
#include "target.h"

static void say_row(const mote_args_t *args, const mote_profile_t *p, int32_t i) {
  const mote_profile_row_t *r = &p->rows[i];
  char dims[96], each[16] = "-";
  double best = r->counted >= 0 ? r->counted : r->instructions;
  if (r->macs > 0) snprintf(each, sizeof each, "%.2f", best / (double)r->macs);
  mote_say(args, "  %3d %-15.15s %-15.15s %-28.28s %10lld %9zu %11.0f %11.0f %5.1f",
           (int)i, r->op, mote_model_dims(&r->dims, dims),
           r->kernel + (strncmp(r->kernel, "mote_", 5) ? 0 : 5), (long long)r->macs,
           r->constant_bytes, r->instructions, r->cycles, 100 * r->share);
  if (r->counted >= 0)
    mote_say(args, " %11.0f %+6.0f", r->counted,
             100 * (r->instructions / r->counted - 1));
  mote_say(args, " %7s\n", each);
}

static void say_table(const mote_args_t *args, const mote_profile_t *p) {
  int counted = p->emulated.calls != NULL;
  mote_say(args, "\n  %3s %-15s %-15s %-28s %10s %9s %11s %11s %5s", "", "operator",
           "output", "kernel", "mult-add", "constants", "instr est", "cycles est", "%");
  if (counted) mote_say(args, " %11s %6s", "counted", "err %");
  mote_say(args, " %7s\n", "/MAC");
  for (int32_t i = 0; i < p->n_rows; i++) say_row(args, p, i);
  mote_say(args, "  %-64s %10lld %9zu %11.0f %11.0f %5s", "    all", (long long)p->macs,
           p->report.constant_bytes, p->instructions, p->report.cost.cycles, "");
  if (counted)
    mote_say(args, " %11.0f %+6.0f", p->emulated.run,
             100 * (p->instructions / p->emulated.run - 1));
  mote_say(args, "\n");
}

static void say_totals(const mote_args_t *args, const mote_profile_t *p,
                       const mote_target_t *t) {
  const mote_cost_t *c = &p->report.cost;
  mote_say(args, "\n  cycles %.0f, %.4g ms, %.3g mJ\n    (%s;\n     %s)\n", c->cycles,
           c->ms, c->mj, c->cycles_source, c->energy_source);
  if (p->emulated.calls)
    mote_say(args, "  counted %.0f instructions, so %.4g ms%s\n    (%s)\n",
             p->emulated.run, 1000 * mote_target_cycles(t, p->emulated.run) / t->hz,
             p->emulated.same_bits ? "; outputs have the bits of the host"
                                   : "; OUTPUTS DIFFER from those of the host",
             p->emulated.source);
  else
    mote_say(args, "  instructions are not counted: %s\n", p->emulated.source);
  mote_say(args,
           "  arena %zu bytes (no plan below %zu), instance %zu\n"
           "  flash %zu bytes (%s)\n",
           p->report.arena_bytes, p->report.arena_bound, p->report.instance_bytes,
           c->flash_bytes, c->flash_source);
}

static int tell(const mote_args_t *args, const char *path, const mote_profile_t *p,
                const mote_target_t *t) {
  mote_say(args, "%s on %s\n", path, t->title);
  say_table(args, p);
  say_totals(args, p, t);
  if (p->emulated.calls && !p->emulated.same_bits)
    return mote_fail(MOTE_ERR_SELFTEST, "%s: an emulated %s gives other bits than this "
                     "host: please report it", path, t->core);
  if (mote_flag(args, "measure") && !p->emulated.calls)
    return mote_fail(MOTE_ERR_NOTFOUND, "--measure: %s", p->emulated.source);
  return mote_json_wanted(args) ? mote_print_json(mote_profile_json(p, t)) : MOTE_OK;
}

static int profile(const mote_args_t *args) {
  const char *path;
  mote_profile_options_t opt = {.measure = !mote_flag(args, "no-measure")};
  mote_target_t *t = NULL;
  mote_graph_t *g;
  mote_profile_t p;
  MOTE_TRY(mote_model_arg(args, 1, "MODEL", &path));
  MOTE_TRY(mote_prefer_flag(args, &opt.prefer));
  MOTE_TRY(mote_target_flag(args, NULL, &t));
  opt.target = t;
  int rc = mote_model_load(path, &g);
  if (rc == MOTE_OK) {
    rc = mote_profile(g, &opt, &p);
    if (rc == MOTE_OK) {
      rc = tell(args, path, &p, t);
      mote_profile_free(&p);
    }
    mote_graph_free(g);
  }
  mote_target_free(t);
  return rc;
}

const mote_model_part_t mote_model_part_profile = {
    "profile", "MODEL --target CHIP [--measure | --no-measure] [--prefer WHAT]",
    "What each layer costs on a chip, estimated and counted.", profile};
