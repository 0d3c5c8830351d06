/* SPDX-License-Identifier: Apache-2.0
 * Trainings whose model hashes must not depend on threads, vector width or compiler:
 * together they touch every kernel, several slices, both optimisers, every augmentation.
 */
#ifndef MOTE_TESTS_TRAIN_SCENARIO_H
#define MOTE_TESTS_TRAIN_SCENARIO_H

#include "train/qat.h"
#include "train_util.h"

typedef struct {
  const char *name, *layers, *train;
  mote_input_shape_t in;
  uint32_t outputs, samples;
  mote_task_t task;
} scenario_t;

static const scenario_t scenarios[] = {
    {"mlp",
     "[{'type':'dense','units':20,'activation':'relu'},{'type':'dense','units':10,"
     "'activation':'tanh'},{'type':'dense'}]",
     "{'epochs':3,'class_weights':true,'clip_norm':0.5,'warmup':1}",
     {1, 1, 33},
     4,
     150,
     MOTE_TASK_CLASSIFY},
    {"cnn1d",
     "[{'type':'conv1d','filters':8,'activation':'relu'},{'type':'max_pool1d'},"
     "{'type':'dropout'},{'type':'conv1d','filters':17,'activation':'relu6'},"
     "{'type':'avg_pool1d'},{'type':'dropout'},{'type':'dense'}]",
     "{'epochs':2,'optimizer':'adamw','weight_decay':0.01,'label_smoothing':0.1,'augment'"
     ":"
     "{'noise':0.2,'time_masks':2,'freq_masks':1,'time_warp':4,'time_shift':3,'mixup':0."
     "3}}",
     {1, 49, 13},
     3,
     70,
     MOTE_TASK_CLASSIFY},
    {"dscnn",
     "[{'type':'conv2d','filters':20,'kernel':[10,4],'stride':2,'batch_norm':true,"
     "'activation':'relu'},{'type':'separable_conv2d','filters':24,"
     "'batch_norm':true,'activation':'relu'},{'type':'separable_conv2d',"
     "'filters':70,'stride':2,'batch_norm':true,'activation':'relu'},"
     "{'type':'global_avg_pool'},{'type':'dense'}]",
     "{'epochs':2,'batch_size':60,'schedule':'plateau'}",
     {49, 10, 1},
     5,
     150,
     MOTE_TASK_CLASSIFY},
    {"residual",
     "[{'type':'conv2d','filters':9,'activation':'relu','name':'a'},"
     "{'type':'conv2d','filters':9,'batch_norm':true,'name':'b'},"
     "{'type':'add','from':['a','b'],'activation':'relu','name':'c'},"
     "{'type':'concat','from':['a','c']},{'type':'max_pool2d'},"
     "{'type':'global_max_pool'},{'type':'dense','activation':'sigmoid'}]",
     "{'epochs':2,'optimizer':'sgd','nesterov':true,'loss':'huber','schedule':'step',"
     "'weight_decay':0.001}",
     {24, 30, 2},
     3,
     60,
     MOTE_TASK_REGRESS},
};
#define N_SCENARIOS (sizeof scenarios / sizeof scenarios[0])

/* Trains, fine-tunes with quantisation, hashes. Exits on errors: a test that cannot train
 * has failed. */
static inline void scenario_hash(const scenario_t *s, char *hex) {
  mote_net_t *net;
  mote_train_config_t cfg;
  json_t *settings = quoted_json(s->train);
  mote_train_config_default(&cfg);
  int rc = mote_train_config_read(settings, &cfg, s->name);
  json_decref(settings);
  if (rc == 0) rc = net_of(s->layers, s->in, s->outputs, s->task, &net);
  if (rc == 0) {
    size_t d = mote_net_inputs(net);
    random_data_t train = random_data(s->samples, d, s->outputs, s->task, 1);
    random_data_t valid = random_data(s->samples / 3, d, s->outputs, s->task, 2);
    rc = mote_train(net, &train.view, &valid.view, &cfg, NULL, NULL);
    cfg.epochs = 1, cfg.warmup = 0;
    if (rc == 0)
      rc = mote_train_qat(net, &train.view, &valid.view, &cfg, NULL, NULL, NULL);
    if (rc == 0) rc = mote_net_hash(net, hex);
    free_data(&train);
    free_data(&valid);
    mote_net_free(net);
  }
  if (rc == 0) return;
  fprintf(stderr, "%s: %s\n", s->name, mote_errmsg());
  exit(1);
}

#endif
