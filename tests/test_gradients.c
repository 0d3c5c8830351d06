/* SPDX-License-Identifier: Apache-2.0
 * Gradients of every layer and loss against central differences: the slope of the loss
 * along random directions of the weights of each layer. A layer with weights before the
 * layer under test makes its input gradient count too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <math.h>

#include "train/net.h"
#include "train_util.h"

typedef struct {
  const char *name, *layers;
  mote_input_shape_t in;
  uint32_t outputs, batch;
  mote_task_t task;
  const char *train;
} case_t;

#define C MOTE_TASK_CLASSIFY
#define R MOTE_TASK_REGRESS
#define CONV1(n) "{'type':'conv2d','filters':" #n ",'kernel':1,'activation':'tanh'},"

static const case_t cases[] = {
    {"dense",
     "[{'type':'dense','units':7,'activation':'tanh'},{'type':'dense','units':5,"
     "'activation':'sigmoid','bias':false},{'type':'dense'}]",
     {1, 1, 9},
     3,
     12,
     C,
     "{}"},
    {"relu",
     "[{'type':'dense','units':37,'activation':'relu'},{'type':'dense','units':21,"
     "'activation':'relu6'},{'type':'dense'}]",
     {1, 1, 9},
     3,
     33,
     C,
     "{}"},
    {"conv1d same",
     "[{'type':'conv1d','filters':5,'kernel':4,'activation':'tanh'},"
     "{'type':'conv1d','filters':6,'stride':2,'activation':'tanh'},"
     "{'type':'dense'}]",
     {1, 11, 3},
     3,
     6,
     C,
     "{}"},
    {"conv1d valid",
     "[{'type':'conv1d','filters':20,'padding':'valid','activation':'tanh'},"
     "{'type':'conv1d','filters':6,'kernel':2,'stride':3,'padding':'valid'},"
     "{'type':'tanh'},{'type':'dense'}]",
     {1, 12, 3},
     3,
     6,
     C,
     "{}"},
    {"conv2d",
     "[{'type':'conv2d','filters':4,'activation':'tanh'},{'type':'conv2d',"
     "'filters':5,'kernel':[3,2],'stride':[2,1],'activation':'tanh'},"
     "{'type':'dense'}]",
     {7, 6, 2},
     4,
     5,
     C,
     "{}"},
    {"conv2d valid",
     "[{'type':'conv2d','filters':18,'kernel':2,'padding':'valid'},"
     "{'type':'tanh'},{'type':'conv2d','filters':3,'kernel':3,'stride':2,"
     "'padding':'valid'},{'type':'dense'}]",
     {8, 7, 1},
     4,
     5,
     C,
     "{}"},
    {"pointwise",
     "[" CONV1(9) CONV1(33) "{'type':'conv2d','filters':3,'kernel':1,'stride':2},"
                            "{'type':'dense'}]",
     {4, 5, 3},
     3,
     5,
     C,
     "{}"},
    {"sequence as image",
     "[{'type':'conv2d','filters':3,'activation':'tanh'},"
     "{'type':'dense'}]",
     {1, 9, 5},
     3,
     5,
     C,
     "{}"},
    {"depthwise",
     "[" CONV1(
         20) "{'type':'depthwise_conv2d','activation':'tanh'},"
             "{'type':'depthwise_conv2d','kernel':[3,2],'stride':2,'padding':'valid',"
             "'bias':false},{'type':'dense'}]",
     {7, 6, 2},
     3,
     4,
     C,
     "{}"},
    {"depthwise wide",
     "[" CONV1(70) "{'type':'depthwise_conv2d','kernel':5,'stride':2},"
                   "{'type':'global_avg_pool'},{'type':'dense'}]",
     {6, 7, 1},
     3,
     3,
     C,
     "{}"},
    {"depthwise 1d",
     "[{'type':'conv1d','filters':5,'activation':'tanh'},"
     "{'type':'depthwise_conv1d','kernel':4,'stride':2},{'type':'dense'}]",
     {1, 10, 2},
     3,
     4,
     C,
     "{}"},
    {"separable",
     "[{'type':'separable_conv2d','filters':6,'stride':2,'activation':'tanh'},"
     "{'type':'separable_conv2d','filters':4},{'type':'dense'}]",
     {6, 6, 3},
     3,
     4,
     C,
     "{}"},
    {"max pool",
     "[" CONV1(
         18) "{'type':'max_pool2d','size':3,'stride':2},"
             "{'type':'max_pool2d','size':[2,1],'padding':'same'},{'type':'dense'}]",
     {9, 8, 2},
     3,
     3,
     C,
     "{}"},
    {"max pool 1d",
     "[{'type':'conv1d','filters':5},{'type':'max_pool1d'},{'type':'relu'},"
     "{'type':'dense'}]",
     {1, 11, 3},
     3,
     4,
     C,
     "{}"},
    {"avg pool",
     "[" CONV1(5) "{'type':'avg_pool2d','size':3,'stride':2,'padding':'same'},"
                  "{'type':'dense'}]",
     {7, 8, 2},
     3,
     3,
     C,
     "{}"},
    {"avg pool 1d",
     "[{'type':'conv1d','filters':5},{'type':'avg_pool1d','size':3},"
     "{'type':'dense'}]",
     {1, 11, 3},
     3,
     4,
     C,
     "{}"},
    {"global max",
     "[" CONV1(17) "{'type':'global_max_pool'},{'type':'dense'}]",
     {5, 4, 2},
     3,
     4,
     C,
     "{}"},
    {"batch norm",
     "[" CONV1(6) "{'type':'batch_norm'},{'type':'tanh'},{'type':'dense'}]",
     {4, 5, 2},
     3,
     7,
     C,
     "{}"},
    {"norm + relu",
     "[{'type':'conv2d','filters':70,'batch_norm':true,'activation':'relu'},"
     "{'type':'dense'}]",
     {4, 5, 2},
     3,
     7,
     C,
     "{}"},
    {"norm + relu6",
     "[{'type':'dense','units':19,'batch_norm':true,'activation':'relu6'},"
     "{'type':'dense'}]",
     {1, 1, 6},
     3,
     17,
     C,
     "{}"},
    {"norm, many slices",
     "[{'type':'conv2d','filters':8,'kernel':1,'batch_norm':true,"
     "'activation':'relu'},{'type':'depthwise_conv2d','batch_norm':true,"
     "'activation':'relu'},{'type':'global_avg_pool'},"
     "{'type':'dense'}]",
     {36, 40, 1},
     3,
     9,
     C,
     "{}"},
    {"dropout",
     "[{'type':'dense','units':30,'activation':'tanh'},{'type':'dropout',"
     "'rate':0.4},{'type':'dense','units':9},{'type':'dropout'},{'type':'tanh'},"
     "{'type':'dense'}]",
     {1, 1, 5},
     3,
     9,
     C,
     "{}"},
    {"residual",
     "[{'type':'conv2d','filters':5,'activation':'tanh','name':'a'},"
     "{'type':'conv2d','filters':5,'batch_norm':true,'activation':'relu'},"
     "{'type':'conv2d','filters':5,'batch_norm':true,'name':'b'},"
     "{'type':'add','from':['a','b'],'activation':'relu','name':'c'},"
     "{'type':'add','from':['c','a']},{'type':'dense'}]",
     {5, 4, 2},
     3,
     6,
     C,
     "{}"},
    {"same twice",
     "[{'type':'dense','units':6,'activation':'tanh','name':'a'},"
     "{'type':'add','from':['a','a']},{'type':'dense'}]",
     {1, 1, 5},
     3,
     6,
     C,
     "{}"},
    {"concat",
     "[{'type':'conv1d','filters':4,'activation':'tanh','name':'a'},"
     "{'type':'conv1d','filters':3,'activation':'relu','name':'b','from':'a'},"
     "{'type':'concat','from':['a','b','a']},{'type':'dense'}]",
     {1, 7, 3},
     3,
     6,
     C,
     "{}"},
    {"reshape",
     "[{'type':'dense','units':24,'activation':'tanh','name':'a'},"
     "{'type':'reshape','height':1,'width':8,'channels':0},"
     "{'type':'conv1d','filters':4,'activation':'relu'},{'type':'flatten',"
     "'name':'b'},{'type':'dense','units':24,'from':'a','name':'c'},"
     "{'type':'concat','from':['b','c']},{'type':'dense'}]",
     {1, 1, 5},
     3,
     6,
     C,
     "{}"},
    {"inner softmax",
     "[{'type':'dense','units':6,'activation':'softmax'},"
     "{'type':'dense','activation':'tanh'}]",
     {1, 1, 5},
     2,
     6,
     R,
     "{'loss':'mse'}"},
    {"smoothing", "[{'type':'dense'}]", {1, 1, 5}, 4, 6, C, "{'label_smoothing':0.1}"},
    {"bce", "[{'type':'dense','activation':'sigmoid'}]", {1, 1, 5}, 4, 6, R, "{}"},
    {"bce labels", "[{'type':'dense','activation':'sigmoid'}]", {1, 1, 5}, 4, 6, C, "{}"},
    {"mse",
     "[{'type':'dense','units':9,'activation':'tanh'},{'type':'dense'}]",
     {1, 1, 5},
     3,
     6,
     R,
     "{}"},
    {"mae",
     "[{'type':'dense','units':9,'activation':'tanh'},{'type':'dense'}]",
     {1, 1, 5},
     3,
     6,
     R,
     "{'loss':'mae'}"},
    {"huber",
     "[{'type':'dense','units':9,'activation':'tanh'},{'type':'dense'}]",
     {1, 1, 5},
     3,
     6,
     R,
     "{'loss':'huber','huber_delta':0.3}"},
};

/* A new stepper each time: the random masks repeat. */
static float loss_at(mote_net_t *net, const mote_train_config_t *cfg,
                     const mote_train_data_t *data, float *gradient) {
  mote_stepper_t *s;
  float loss;
  assert_int_equal(mote_stepper_new(net, cfg, (uint32_t)data->n, &s), 0);
  assert_int_equal(mote_stepper_step(s, data, 0.0f, &loss), 0);
  if (gradient)
    memcpy(gradient, mote_stepper_gradients(s), mote_net_params(net) * sizeof *gradient);
  mote_stepper_free(s);
  return loss;
}

/* Slope along a random direction of the weights [at, at + n). */
static void check_span(const case_t *c, mote_net_t *net, const mote_train_config_t *cfg,
                       const mote_train_data_t *data, const float *gradient, size_t at,
                       size_t n, uint64_t seed) {
  mote_rng_t rng = mote_rng(seed, at);
  float *w = mote_net_weights(net) + at, h = 1e-3f;
  float *u = mote_alloc(n, sizeof *u), *keep = mote_alloc(n, sizeof *keep);
  double slope = 0, size = 0, norm = 0;
  for (size_t i = 0; i < n; i++) size += pow(u[i] = mote_rng_range(&rng, -1, 1), 2);
  for (size_t i = 0; i < n; i++) {
    u[i] /= (float)sqrt(size);
    slope += (double)u[i] * (double)gradient[at + i];
    norm += pow((double)gradient[at + i], 2);
  }
  memcpy(keep, w, n * sizeof *w);
  for (size_t i = 0; i < n; i++) w[i] = keep[i] + h * u[i];
  double up = (double)loss_at(net, cfg, data, NULL);
  for (size_t i = 0; i < n; i++) w[i] = keep[i] - h * u[i];
  double down = (double)loss_at(net, cfg, data, NULL);
  memcpy(w, keep, n * sizeof *w);
  double real = (up - down) / (2.0 * (double)h), allowed = 3e-4 + 4e-3 * sqrt(norm);
  if (fabs(real - slope) > allowed)
    fail_msg("%s, weights %zu..%zu: slope %g by gradient, %g by difference (norm %g)",
             c->name, at, at + n, slope, real, sqrt(norm));
  mote_free(u);
  mote_free(keep);
}

static void check_case(const case_t *c) {
  mote_net_t *net;
  mote_train_config_t cfg;
  json_t *settings = quoted_json(c->train);
  mote_train_config_default(&cfg);
  assert_int_equal(mote_train_config_read(settings, &cfg, c->name), 0);
  json_decref(settings);
  if (net_of(c->layers, c->in, c->outputs, c->task, &net) < 0)
    fail_msg("%s: %s", c->name, mote_errmsg());
  random_data_t data =
      random_data(c->batch, mote_net_inputs(net), c->outputs, c->task, 5);
  float *gradient = mote_alloc(mote_net_params(net), sizeof *gradient);
  loss_at(net, &cfg, &data.view, gradient);
  for (int32_t i = 1; i < net->n_layers; i++) {
    const mote_layer_t *l = &net->layers[i];
    for (uint64_t seed = 1; seed <= 3; seed++) {
      if (l->n_kernel)
        check_span(c, net, &cfg, &data.view, gradient, l->w_at, l->n_kernel, seed);
      if (l->n_bias)
        check_span(c, net, &cfg, &data.view, gradient, l->w_at + l->n_kernel, l->n_bias,
                   seed);
    }
  }
  mote_free(gradient);
  free_data(&data);
  mote_net_free(net);
}

static void all_layers_and_losses(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) check_case(&cases[i]);
}

/* Every kind of layers.def occurs in a case: a new layer needs a new row here. */
static void every_kind_has_a_case(void **state) {
  (void)state;
  for (size_t k = 0; k < mote_layer_kinds(); k++) {
    const char *type = mote_layer_kind(k).type;
    int found = 0;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
      found |= strstr(cases[i].layers, type) != NULL;
    if (!found && strcmp(type, "separable_conv1d") != 0) fail_msg("no case has %s", type);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(all_layers_and_losses),
                                     cmocka_unit_test(every_kind_has_a_case)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
