/* SPDX-License-Identifier: Apache-2.0
 * Where the entries of each topic come from: the tables that the program itself works by.
 */
#include <string.h>

#include "dataset/project.h"
#include "features/block.h"
#include "features/signal_augment.h"
#include "help.h"
#include "impulse/smoothing.h"
#include "learn/learn.h"
#include "model/fast.h"
#include "model/op.h"
#include "targets/target.h"
#include "train/net.h"
#include "train/train.h"

#define TOPIC(x) static const mote_help_topic_t mote_topic_##x;
#include "help_topics.def"
#undef TOPIC

const mote_help_topic_t *const mote_help_topics[] = {
#define TOPIC(x) &mote_topic_##x,
#include "help_topics.def"
#undef TOPIC
    NULL};

const mote_help_topic_t *mote_help_topic(const char *name) {
  for (size_t i = 0; name && mote_help_topics[i]; i++)
    if (!strcmp(mote_help_topics[i]->name, name)) return mote_help_topics[i];
  return NULL;
}

static int block(size_t i, mote_arena_t *a, mote_help_entry_t *out) {
  const mote_block_t *b = mote_blocks[i];
  (void)a;
  if (!b) return 0;
  *out = (mote_help_entry_t){
      .name = b->type, .help = b->help, .params = b->params, .n_params = b->n_params};
  return 1;
}
static const mote_help_topic_t mote_topic_blocks = {
    "blocks", "DSP blocks",
    "Items of \"dsp\" in impulse.json: {\"type\": \"mfcc\", \"params\": {...}}. A "
    "parameter that is left out has its default.",
    block};

static int layer(size_t i, mote_arena_t *a, mote_help_entry_t *out) {
  (void)a;
  if (i >= mote_layer_kinds()) return 0;
  mote_layer_info_t k = mote_layer_kind(i);
  *out = (mote_help_entry_t){
      .name = k.type, .help = k.help, .params = k.params, .n_params = k.n_params};
  return 1;
}
static const mote_help_topic_t mote_topic_layers = {
    "layers", "Layers",
    "Items of \"layers\" of a classifier or regression: {\"type\": \"dense\", "
    "\"units\": 20, \"activation\": \"relu\"}. Every layer may have \"name\" and "
    "\"from\", the name of the layer it reads (a list of names for add and concat); "
    "without it that is the layer before. Layers with weights, and add, take "
    "\"activation\" (relu, relu6, sigmoid, tanh, softmax, linear) and \"batch_norm\" "
    "(true, false). The last dense layer may leave out \"units\".",
    layer};

static int learner(size_t i, mote_arena_t *a, mote_help_entry_t *out) {
  const mote_learner_kind_t *k = mote_learner_kinds[i];
  (void)a;
  if (!k) return 0;
  *out = (mote_help_entry_t){
      .name = k->type, .help = k->help, .params = k->params, .n_params = k->n_params};
  return 1;
}
static const mote_help_topic_t mote_topic_learners = {
    "learners", "Learners",
    "Items of \"learn\" in impulse.json: {\"type\": \"kmeans\", \"inputs\": [2], "
    "\"params\": {...}}. Classifier and regression have \"layers\", \"train\" and "
    "\"augment\" in place of \"params\" (topics layers and training).",
    learner};

static int training(size_t i, mote_arena_t *a, mote_help_entry_t *out) {
  const mote_help_entry_t all[] = {
      {.name = "train",
       .help = "How a network is trained: \"train\" of a learner.",
       .params = mote_train_params,
       .n_params = mote_train_n_params},
      {.name = "train.augment",
       .help = "Changes to normalised features, anew for every epoch: "
               "\"augment\" inside \"train\".",
       .params = mote_augment_params,
       .n_params = mote_augment_n_params},
      {.name = "augment",
       .help = "Changed copies of the recordings before features are "
               "computed: \"augment\" of a learner. Off without \"copies\".",
       .params = mote_signal_augment_params,
       .n_params = mote_signal_augment_n_params},
      {.name = "smoothing",
       .help = "How results become decisions over time: \"smoothing\" of "
               "impulse.json.",
       .params = mote_smoothing_params,
       .n_params = mote_smoothing_n_params}};
  (void)a;
  if (i >= sizeof all / sizeof *all) return 0;
  *out = all[i];
  return 1;
}
static const mote_help_topic_t mote_topic_training = {
    "training", "Training, augmentation, smoothing",
    "Objects of parameters in impulse.json.", training};

/* "f32 i8 i16": the element types of its values. */
static const char *op_types(const mote_op_t *op, mote_arena_t *a) {
  const char *text = "";
  for (mote_dtype_t t = MOTE_F32; text && t <= MOTE_F16; t++)
    if (mote_op_takes(op, t))
      text = mote_arena_printf(a, "%s%s%s", text, *text ? " " : "", mote_dtype_name(t));
  return text;
}

/* The layer that trains it. */
static const char *op_layer(const mote_op_t *op) {
  for (size_t i = 0; mote_layer_table[i]; i++) {
    const mote_layer_kind_t *k = mote_layer_table[i];
    if (!strcmp(k->op ? k->op : k->type, op->name)) return k->type;
  }
  return "none";
}

/* Instruction sets whose kernels replace a mote_<op>_<type>. */
static const char *op_fast(const mote_op_t *op, mote_arena_t *a) {
  const char *text = "";
  size_t n = strlen(op->name);
  for (size_t i = 0; text && mote_fast[i]; i++) {
    const char *fn = mote_fast[i]->replaces + strlen("mote_");
    const char *type = fn + n, *isa = mote_fast[i]->isa;
    if (strncmp(fn, op->name, n) || *type != '_' || strchr(type + 1, '_')) continue;
    if (!mote_isa_has(text, isa))
      text = mote_arena_printf(a, "%s%s%s", text, *text ? " " : "", isa);
  }
  return text && !*text ? "none" : text;
}

static int operator_row(size_t i, mote_arena_t *a, mote_help_entry_t *out) {
  const mote_op_t *op = mote_ops[i];
  mote_pair_t *facts = mote_arena_take(a, 3, sizeof *facts);
  if (!op) return 0;
  if (!facts) return MOTE_ERR_NOMEM;
  facts[0] = (mote_pair_t){"types", op_types(op, a)};
  facts[1] = (mote_pair_t){"gradient (layer)", op_layer(op)};
  facts[2] = (mote_pair_t){"fast kernels", op_fast(op, a)};
  *out = (mote_help_entry_t){.name = op->name, .help = op->help, .params = op->attrs,
                             .n_params = op->n_attrs, .facts = facts, .n_facts = 3};
  return facts[0].value && facts[2].value ? 1 : MOTE_ERR_NOMEM;
}
static const mote_help_topic_t mote_topic_operators = {
    "operators", "Operators",
    "Nodes of a model file (FORMATS.md) with their attributes. Layers are what one "
    "writes, operators are what runs on the device.",
    operator_row};

static int format(size_t i, mote_arena_t *a, mote_help_entry_t *out) {
  const mote_format_t *f = mote_formats[i];
  mote_pair_t *fact = mote_arena_take(a, 1, sizeof *fact);
  if (!f) return 0;
  if (!fact) return MOTE_ERR_NOMEM;
  *fact = (mote_pair_t){"extensions", f->extensions};
  *out = (mote_help_entry_t){.name = f->name, .facts = fact, .n_facts = 1};
  return 1;
}
static const mote_help_topic_t mote_topic_formats = {
    "formats", "Formats of recordings",
    "What `mote add` reads, in the order in which they are tried. The content decides; "
    "the extension breaks ties. Archives (zip, tar, tar.gz, tar.xz, tar.zst) and "
    "folders may hold any of them, with or without label files.",
    format};

static int template_row(size_t i, mote_arena_t *a, mote_help_entry_t *out) {
  const mote_template_t *t = mote_templates[i];
  (void)a;
  if (!t) return 0;
  *out = (mote_help_entry_t){.name = t->name, .help = t->summary, .json = t->json};
  return 1;
}
static const mote_help_topic_t mote_topic_templates = {
    "templates", "Templates", "Designs that `mote new DIR --template NAME` starts from.",
    template_row};

/* What the model says of published latencies, with its error. */
static const char *checks_of(const mote_target_t *t, mote_arena_t *a) {
  char *text = mote_arena_str(a, t->n_checks ? "" : "nothing published is at hand");
  for (size_t i = 0; text && i < t->n_checks; i++) {
    const mote_target_check_t *c = &t->checks[i];
    double model = mote_target_cycles(t, c->instructions);
    text = mote_arena_printf(a, "%s%s%s %.3g M cycles, published %.3g M: %+.1f %%", text,
                             i ? "; " : "", c->network, model / 1e6, c->cycles / 1e6,
                             100 * (model / c->cycles - 1));
  }
  return text;
}

static int facts_of(const mote_target_t *t, mote_arena_t *a, mote_help_entry_t *out) {
  const mote_target_cost_t *c = &t->cost;
  const mote_pair_t facts[] = {
      {"core", mote_arena_str(a, t->core)},
      {"clock", mote_arena_printf(a, "%g MHz", t->hz / 1e6)},
      {"flash", mote_arena_printf(a, "%zu KB", t->flash_bytes / 1024)},
      {"RAM", mote_arena_printf(a, "%zu KB", t->ram_bytes / 1024)},
      {"memory from", mote_arena_str(a, t->memory_source)},
      {"power", mote_arena_printf(a, "%g mW active, %g mW asleep",
                                  (double)t->power.active_mw, (double)t->power.sleep_mw)},
      {"power from", mote_arena_str(a, t->power_source)},
      {"instructions",
       mote_arena_printf(a,
                         "%g per int8 multiply-add, %g per float one, %g per DSP "
                         "operation; %g cycles each, times %g for flash waits",
                         (double)c->mac_s8, (double)c->mac_f32, (double)c->flop,
                         (double)c->cpi, (double)c->waits)},
      {"instructions from", mote_arena_str(a, t->cost_source)},
      {"the model against published latencies", checks_of(t, a)},
      {"those from", mote_arena_str(a, t->checks_source ? t->checks_source : "-")},
      {"compiler", mote_arena_str(a, t->cc)}};
  mote_pair_t *copy = mote_arena_take(a, 1, sizeof facts);
  if (!copy) return MOTE_ERR_NOMEM;
  for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
    if (!facts[i].value) return MOTE_ERR_NOMEM;
  memcpy(copy, facts, sizeof facts);
  *out = (mote_help_entry_t){.name = mote_arena_str(a, t->name),
                             .help = mote_arena_str(a, t->title),
                             .facts = copy,
                             .n_facts = sizeof facts / sizeof *facts};
  return out->name && out->help ? 1 : MOTE_ERR_NOMEM;
}

static int chip(size_t i, mote_arena_t *a, mote_help_entry_t *out) {
  const char **names;
  size_t n;
  mote_target_t *t;
  MOTE_TRY(mote_target_names(a, &names, &n));
  if (i >= n) return 0;
  MOTE_TRY(mote_target_load(names[i], &t));
  int rc = facts_of(t, a, out);
  mote_target_free(t);
  return rc;
}
static const mote_help_topic_t mote_topic_chips = {
    "chips", "Chips",
    "What `mote compile --target NAME` knows: one JSON file each in compiler/targets. "
    "Figures with their sources; a chip that is not here is a copy of its nearest "
    "relative with other numbers.",
    chip};
