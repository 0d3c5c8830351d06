/* SPDX-License-Identifier: Apache-2.0
 * The trainer as its users see it: it learns, stops, keeps the best epoch, exports graphs
 * that predict the same, reads its checkpoints, and says what is wrong with a layer list.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <math.h>

#include "model/op.h"
#include "train/augment.h"
#include "train/net.h"
#include "train_scenario.h"

#define must(rc)                                                                         \
  do {                                                                                   \
    if ((rc) < 0) fail_msg("%s", mote_errmsg());                                         \
  } while (0)

static mote_train_config_t config(const char *text) {
  mote_train_config_t cfg;
  json_t *o = quoted_json(text);
  mote_train_config_default(&cfg);
  must(mote_train_config_read(o, &cfg, "train"));
  json_decref(o);
  return cfg;
}

static mote_net_t *scenario_net(const scenario_t *s) {
  mote_net_t *net;
  must(net_of(s->layers, s->in, s->outputs, s->task, &net));
  return net;
}

/* ---- Learning
 * ----------------------------------------------------------------------------- */

static void learns_classes(void **state) {
  (void)state;
  for (size_t i = 0; i < 3; i++) {
    const scenario_t *s = &scenarios[i];
    mote_train_config_t cfg = config("{'epochs':25,'learning_rate':0.01}");
    mote_net_t *net = scenario_net(s);
    random_data_t train = random_data(400, mote_net_inputs(net), s->outputs, s->task, 1);
    random_data_t valid = random_data(100, mote_net_inputs(net), s->outputs, s->task, 2);
    mote_train_result_t r;
    mote_epoch_t e;
    must(mote_train(net, &train.view, &valid.view, &cfg, NULL, &r));
    assert_int_equal(r.epochs, 25);
    if (r.best.val_accuracy < 0.8f)
      fail_msg("%s: accuracy %g", s->name, (double)r.best.val_accuracy);
    must(mote_net_evaluate(net, &valid.view, &cfg, &e)); /* the best weights are back */
    assert_true(e.val_loss == r.best.val_loss && e.val_f1 == r.best.val_f1);
    free_data(&train);
    free_data(&valid);
    mote_net_free(net);
  }
}

static void learns_values(void **state) {
  static const char *const losses[] = {
      "{'epochs':60,'loss':'mse','learning_rate':0.02}",
      "{'epochs':60,'loss':'mae','learning_rate':0.02}",
      "{'epochs':60,'loss':'huber','learning_rate':0.02}"};
  (void)state;
  for (size_t k = 0; k < 3; k++) {
    mote_train_config_t cfg = config(losses[k]);
    mote_net_t *net;
    mote_epoch_t e;
    must(net_of("[{'type':'dense','units':16,'activation':'tanh'},{'type':'dense'}]",
                (mote_input_shape_t){1, 1, 4}, 1, MOTE_TASK_REGRESS, &net));
    random_data_t d = random_data(300, 4, 1, MOTE_TASK_REGRESS, 3);
    for (size_t i = 0; i < 300; i++) d.target[i] = d.x[4 * i] - 0.5f * d.x[4 * i + 1];
    must(mote_train(net, &d.view, NULL, &cfg, NULL, NULL));
    must(mote_net_evaluate(net, &d.view, &cfg, &e));
    assert_true(e.val_mae < 0.05f);
    assert_true(isnan(e.val_accuracy));
    free_data(&d);
    mote_net_free(net);
  }
}

/* One class in twenty: with class weights its recall rises. */
static void class_weights_help_the_rare(void **state) {
  float recall[2];
  (void)state;
  for (int on = 0; on < 2; on++) {
    mote_train_config_t cfg = config("{'epochs':10,'best':'last'}");
    mote_net_t *net;
    size_t hits = 0, rare = 0;
    cfg.class_weights = on;
    must(net_of("[{'type':'dense'}]", (mote_input_shape_t){1, 1, 3}, 2,
                MOTE_TASK_CLASSIFY, &net));
    random_data_t d = random_data(600, 3, 2, MOTE_TASK_CLASSIFY, 4);
    for (size_t i = 0; i < 600; i++)
      if (d.label[i] == 1 && i % 10) d.label[i] = 0, d.x[3 * i] -= 0.5f;
    float *p = mote_alloc(1200, sizeof *p);
    must(mote_train(net, &d.view, NULL, &cfg, NULL, NULL));
    must(mote_net_predict(net, d.x, 600, p));
    for (size_t i = 0; i < 600; i++) {
      rare += d.label[i] == 1;
      hits += d.label[i] == 1 && p[2 * i + 1] > 0.5f;
    }
    recall[on] = (float)hits / (float)rare;
    mote_free(p);
    free_data(&d);
    mote_net_free(net);
  }
  assert_true(recall[1] > recall[0] + 0.2f);
}

typedef struct { int calls, stop_at; float lr[64]; } hook_t;

static int on_epoch(void *ctx, const mote_epoch_t *e) {
  hook_t *h = ctx;
  if (h->calls < 64) h->lr[h->calls] = e->lr;
  return ++h->calls == h->stop_at;
}

static mote_train_result_t run_hooked(const char *cfg_text, hook_t *h) {
  mote_train_config_t cfg = config(cfg_text);
  mote_train_hooks_t hooks = {h, on_epoch};
  mote_train_result_t r;
  mote_net_t *net = scenario_net(&scenarios[0]);
  random_data_t d = random_data(64, 33, 4, MOTE_TASK_CLASSIFY, 1);
  random_data_t noise = random_data(64, 33, 4, MOTE_TASK_CLASSIFY, 9);
  for (size_t i = 0; i < 64; i++)
    noise.label[i] = (int32_t)(i % 4); /* nothing to learn */
  must(mote_train(net, &d.view, &noise.view, &cfg, &hooks, &r));
  free_data(&d);
  free_data(&noise);
  mote_net_free(net);
  return r;
}

static void stops(void **state) {
  hook_t h = {0, 5, {0}};
  (void)state;
  mote_train_result_t r = run_hooked("{'epochs':60}", &h);
  assert_int_equal(r.stopped, 2);
  assert_int_equal(r.epochs, 5);
  h = (hook_t){0, 0, {0}};
  r = run_hooked("{'epochs':200,'patience':4,'learning_rate':0.02}", &h);
  assert_int_equal(r.stopped, 1);
  assert_int_equal(r.epochs, r.best_epoch + 4);
}

static void schedules(void **state) {
  hook_t h = {0, 0, {0}};
  (void)state;
  run_hooked("{'epochs':10,'learning_rate':0.01,'warmup':2,'final_rate':0.1}", &h);
  assert_float_equal(h.lr[0], 0.005,
                     1e-6); /* end of the first of two epochs of warm-up */
  assert_float_equal(h.lr[1], 0.01, 1e-6);
  assert_float_equal(h.lr[5], 0.0055, 1e-6); /* half-way: the mean of 0.01 and 0.001 */
  assert_float_equal(h.lr[9], 0.001, 1e-6);
  h = (hook_t){0, 0, {0}};
  run_hooked("{'epochs':7,'learning_rate':0.01,'schedule':'step','step_epochs':3,"
             "'step_factor':0.5}", &h);
  assert_float_equal(h.lr[1], 0.01, 1e-6);
  assert_float_equal(h.lr[3], 0.005, 1e-6);
  assert_float_equal(h.lr[6], 0.0025, 1e-6);
  h = (hook_t){0, 0, {0}};
  run_hooked(
      "{'epochs':40,'learning_rate':0.02,'schedule':'plateau','plateau_patience':3,"
      "'step_factor':0.1}",
      &h);
  assert_true(h.lr[39] < 0.0021f);
}

static void bad_numbers_are_told(void **state) {
  mote_train_config_t cfg = config("{'epochs':50,'learning_rate':10,'optimizer':'sgd'}");
  mote_net_t *net;
  (void)state;
  must(net_of("[{'type':'dense','units':9},{'type':'dense'}]",
              (mote_input_shape_t){1, 1, 4}, 1, MOTE_TASK_REGRESS, &net));
  random_data_t d = random_data(64, 4, 1, MOTE_TASK_REGRESS, 1);
  assert_int_equal(mote_train(net, &d.view, NULL, &cfg, NULL, NULL), MOTE_ERR_NUMERIC);
  assert_non_null(strstr(mote_errmsg(), "learning_rate"));
  d.x[7] = NAN;
  assert_int_equal(mote_train(net, &d.view, NULL, &cfg, NULL, NULL), MOTE_ERR_NUMERIC);
  assert_non_null(strstr(mote_errmsg(), "row 1, value 3"));
  free_data(&d);
  mote_net_free(net);
}

/* ---- Leaving the trainer
 * --------------------------------------------------------------------- */

static void run_graph(const mote_graph_t *g, const float *x, float *out) {
  mote_program_t *prog;
  mote_exec_t *exec;
  const void *in[] = {x};
  void *outs[] = {out};
  must(mote_lower(g, &prog));
  must(mote_exec_new(prog, &exec));
  must(mote_exec_run(exec, in, outs));
  mote_exec_free(exec);
  mote_program_free(prog);
}

static void check_graph(const char *name, const mote_net_t *net, const float *x) {
  mote_graph_t *g;
  float a[16], b[16];
  must(mote_net_to_graph(net, &g));
  must(mote_net_predict(net, x, 1, a));
  run_graph(g, x, b);
  for (uint32_t i = 0; i < mote_net_outputs(net); i++)
    if (fabsf(a[i] - b[i]) > 2e-5f)
      fail_msg("%s: output %u is %g, the graph gives %g", name, i, (double)a[i],
               (double)b[i]);
  mote_graph_free(g);
}

static void graphs_predict_the_same(void **state) {
  static const scenario_t more[] = {
      {"pools",
       "[{'type':'conv2d','filters':5,'padding':'valid','stride':[2,1]},"
       "{'type':'avg_pool2d','size':3,'stride':2,'padding':'same'},"
       "{'type':'relu'},{'type':'flatten'},{'type':'dense','units':12,"
       "'activation':'tanh','name':'d'},{'type':'reshape','height':1,'width':4,"
       "'channels':3},{'type':'conv1d','filters':4},{'type':'dense'}]",
       "{'epochs':1}",
       {13, 12, 3},
       4,
       40,
       MOTE_TASK_CLASSIFY},
      {"bare norm",
       "[{'type':'batch_norm','activation':'relu'},{'type':'max_pool1d'},"
       "{'type':'depthwise_conv1d','kernel':4},{'type':'separable_conv1d',"
       "'filters':6,'activation':'relu6'},{'type':'dense','activation':"
       "'sigmoid'}]",
       "{'epochs':1}",
       {1, 20, 3},
       4,
       40,
       MOTE_TASK_CLASSIFY}};
  (void)state;
  for (size_t i = 0; i < N_SCENARIOS + 2; i++) {
    const scenario_t *s = i < N_SCENARIOS ? &scenarios[i] : &more[i - N_SCENARIOS];
    mote_train_config_t cfg = config("{'epochs':2}");
    mote_net_t *net = scenario_net(s);
    random_data_t d = random_data(60, mote_net_inputs(net), s->outputs, s->task, 1);
    must(mote_train(net, &d.view, NULL, &cfg, NULL, NULL));
    for (size_t j = 0; j < 5; j++) check_graph(s->name, net, d.x + j * d.view.d);
    free_data(&d);
    mote_net_free(net);
  }
}

static void folding_keeps_predictions(void **state) {
  const scenario_t *s = &scenarios[2];
  mote_train_config_t cfg = config("{'epochs':2}");
  mote_net_t *net = scenario_net(s);
  random_data_t d = random_data(60, mote_net_inputs(net), s->outputs, s->task, 1);
  float a[300], b[300];
  (void)state;
  must(mote_train(net, &d.view, NULL, &cfg, NULL, NULL));
  must(mote_net_predict(net, d.x, 60, a));
  int32_t layers = net->n_layers;
  must(mote_net_fold(net));
  assert_int_equal(net->n_layers, layers - 5); /* five norms are gone */
  must(mote_net_predict(net, d.x, 60, b));
  for (size_t i = 0; i < 300; i++) assert_float_equal(a[i], b[i], 2e-5);
  free_data(&d);
  mote_net_free(net);
}

/* Weights rounded to few levels cost accuracy; fine-tuning wins it back. */
static void fine_tuning_helps(void **state) {
  const scenario_t *s = &scenarios[0];
  mote_train_config_t cfg = config("{'epochs':20,'learning_rate':0.01}");
  mote_qat_range_t narrow[] = {{"input", -0.5f, 0.5f}, {"dense_0", 0.0f, 0.5f}};
  mote_qat_t qat = {narrow, 2};
  mote_net_t *net = scenario_net(s);
  random_data_t d = random_data(400, 33, 4, s->task, 1);
  mote_train_result_t before, after;
  (void)state;
  must(mote_train(net, &d.view, NULL, &cfg, NULL, NULL));
  cfg.epochs = 1, cfg.learning_rate = 1e-8f;
  must(mote_train_qat(net, &d.view, &d.view, &cfg, NULL, &qat, &before));
  cfg.epochs = 15, cfg.learning_rate = 0.003f;
  must(mote_train_qat(net, &d.view, &d.view, &cfg, NULL, &qat, &after));
  assert_true(after.best.val_loss < 0.8f * before.best.val_loss);
  free_data(&d);
  mote_net_free(net);
}

static void checkpoints(void **state) {
  mote_net_t *net = scenario_net(&scenarios[2]), *copy,
             *other = scenario_net(&scenarios[1]);
  mote_buf_t b = {0};
  char want[65], got[65];
  (void)state;
  must(mote_net_clone(net, &copy));
  mote_net_weights(net)[3] = 0.25f;
  must(mote_net_save(net, &b));
  must(mote_net_hash(net, want));
  must(mote_net_hash(copy, got));
  assert_string_not_equal(want, got);
  must(mote_net_load(copy, b.p, b.n));
  must(mote_net_hash(copy, got));
  assert_string_equal(want, got);
  assert_int_equal(mote_net_load(other, b.p, b.n), MOTE_ERR_FORMAT);
  assert_int_equal(mote_net_load(copy, b.p, b.n - 1), MOTE_ERR_FORMAT);
  assert_int_equal(mote_net_load(copy, b.p, 3), MOTE_ERR_FORMAT);
  b.p[b.n - 9] ^= 1;
  assert_int_equal(mote_net_load(copy, b.p, b.n), MOTE_ERR_CORRUPT);
  mote_buf_free(&b);
  mote_net_free(net);
  mote_net_free(copy);
  mote_net_free(other);
}

/* ---- Messages
 * ----------------------------------------------------------------------------------- */

typedef struct { const char *layers, *says[3]; } mistake_t;

static const mistake_t mistakes[] = {
    {"[]", {"at least one layer"}},
    {"[3]", {"layers[0]", "\"type\""}},
    {"[{'type':'dence'}]", {"layers[0] (dence)", "no such layer"}},
    {"[{'type':'dense','unit':3}]", {"layers[0] (dense)", "\"units\""}},
    {"[{'type':'dense','units':20,'activation':'rely'}]", {"(dense)", "relu6"}},
    {"[{'type':'conv2d','kernel':5,'padding':'valid'},{'type':'dense'}]",
     {"layers[0] (conv2d)", "5 x 5", "smaller"}},
    {"[{'type':'conv2d','kernel':[1,2,3]},{'type':'dense'}]",
     {"kernel", "[height, width]"}},
    {"[{'type':'dense','units':9}]", {"ends with 9 values, 3 are needed", "dense"}},
    {"[{'type':'conv2d','name':'a'},{'type':'conv2d','filters':3,'name':'b'},"
     "{'type':'add','from':['a','b']},{'type':'dense'}]",
     {"layers[2] (add)", "1 x 1"}},
    {"[{'type':'add','from':['x','y']},{'type':'dense'}]", {"no layer \"x\"", "name"}},
    {"[{'type':'add'},{'type':'dense'}]", {"has 1 inputs, needs 2", "from"}},
    {"[{'type':'conv2d','name':'a'},{'type':'dense','from':'input'}]", {"nobody reads"}},
    {"[{'type':'dense','name':'a'},{'type':'dense','name':'a'}]",
     {"two layers", "\"a\""}},
    {"[{'type':'reshape','width':7,'channels':3},{'type':'dense'}]",
     {"32 values do not make 1 x 7 x 3"}},
    {"[{'type':'input'},{'type':'dense'}]", {"no such layer"}},
    {"[{'type':'dense','units':60000},{'type':'dense','units':60000},{'type':'dense'}]",
     {"limits"}},
    {"[{'type':'conv2d'},{'type':'conv1d'},{'type':'dense'}]",
     {"needs a sequence", "reshape"}},
};

static void mistakes_are_explained(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
    const mistake_t *m = &mistakes[i];
    mote_net_t *net;
    if (net_of(m->layers, (mote_input_shape_t){1, 4, 8}, 3, MOTE_TASK_CLASSIFY, &net) >=
        0)
      fail_msg("accepted: %s", m->layers);
    for (size_t k = 0; k < 3 && m->says[k]; k++)
      if (!strstr(mote_errmsg(), m->says[k]))
        fail_msg("%s: \"%s\" does not say \"%s\"", m->layers, mote_errmsg(), m->says[k]);
  }
}

/* Every allocation of a short training fails once: an error comes back, nothing leaks. */
static void survives_lack_of_memory(void **state) {
  const scenario_t *s = &scenarios[3];
  mote_train_config_t cfg = config("{'epochs':1}");
  random_data_t d = random_data(30, 24 * 30 * 2, 3, s->task, 1);
  int rc = -1;
  (void)state;
  for (long n = 1; rc < 0 && n < 2000; n++) {
    mote_net_t *net = NULL;
    mote_alloc_fail_at(n, 0);
    rc = net_of(s->layers, s->in, s->outputs, s->task, &net);
    if (rc == 0) rc = mote_train_qat(net, &d.view, NULL, &cfg, NULL, NULL, NULL);
    mote_alloc_fail_at(0, 0);
    mote_net_free(net);
  }
  assert_int_equal(rc, 0);
  free_data(&d);
}

static void augmentation_stays_in_bounds(void **state) {
  mote_augment_t a = {3, 50, 3, 50, 90, 90, 0.5f, 0.2f};
  mote_rng_t rng = mote_rng(1, 1);
  double mean = 0;
  (void)state;
  for (size_t frames = 1; frames < 40; frames++) {
    size_t n = frames * 5;
    float *x = mote_alloc(n, sizeof *x), *spare = mote_alloc(n, sizeof *spare);
    for (int i = 0; i < 20; i++) mote_augment(&a, x, spare, frames, 5, &rng);
    for (size_t i = 0; i < n; i++) assert_true(isfinite(x[i]));
    mote_free(x);
    mote_free(spare);
  }
  for (int i = 0; i < 2000; i++) {
    float share = mote_augment_share(0.4f, &rng);
    assert_true(share >= 0.0f && share <= 1.0f);
    mean += (double)share / 2000;
  }
  assert_float_equal(mean, 0.5, 0.03);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(learns_classes),
                                     cmocka_unit_test(learns_values),
                                     cmocka_unit_test(class_weights_help_the_rare),
                                     cmocka_unit_test(stops),
                                     cmocka_unit_test(schedules),
                                     cmocka_unit_test(bad_numbers_are_told),
                                     cmocka_unit_test(graphs_predict_the_same),
                                     cmocka_unit_test(folding_keeps_predictions),
                                     cmocka_unit_test(fine_tuning_helps),
                                     cmocka_unit_test(checkpoints),
                                     cmocka_unit_test(mistakes_are_explained),
                                     cmocka_unit_test(survives_lack_of_memory),
                                     cmocka_unit_test(augmentation_stays_in_bounds)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
