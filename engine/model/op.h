/* SPDX-License-Identifier: Apache-2.0
 * An operator: one file engine/model/ops/<op>.c, one row in engine/model/ops.def, kernels
 * in runtime/nn/<op>.c. `lower` turns a node into steps: a kernel of the runtime and its
 * constant parameter struct. The executor runs the steps; the emitter prints the same
 * steps as C. So what is tested is what is shipped, by construction. */
#ifndef MOTE_MODEL_OP_H
#define MOTE_MODEL_OP_H

#include "base/param.h"
#include "base/reflect.h"
#include "model/graph.h"

/* A device function: int fn(const P *p, const void *const *in, void *const *out, void
 * *scratch) on the host; on the device `fn(&p, in0, .., out0, .., scratch)` with typed
 * pointers. */
typedef struct {
  const char *fn;              /* "mote_conv2d_s8" */
  const mote_struct_t *params; /* NULL when it has none */
  void (*run)(const void *p, const void *const *in, void *const *out, void *scratch);
  const char *source;          /* "nn/conv2d_s8.c" below runtime/ */
  const char *in_types, *out_types; /* C element types, one letter per tensor: b int8,
                                       h int16, i int32, f float, u uint8, v void */
  int takes_scratch;
  int in_place; /* output 0 may share the memory of input 0; mote_program_step copies it
                   to the step, where a choice of sizes may change it */
} mote_kernel_t;

typedef struct {
  const mote_kernel_t *kernel;
  void *params; /* kernel->params->bytes, tables in the arena of the program */
  int32_t n_in, in[MOTE_NODE_IO_MAX]; /* tensors that it reads through pointers:
                                         activations, states, constants that are not
                                         tables of the params */
  int32_t n_out, out[MOTE_NODE_IO_MAX];
  size_t scratch_bytes;
  int32_t node; /* the graph node it came from */
  int in_place; /* output 0 may share the memory of input 0 */
  int64_t macs; /* multiply-accumulates, for cost tables */
  double instructions; /* estimate of mote_select; 0: by macs and values */
  int32_t in_shift;  /* bytes to add to in[0]/out[0]: views into a tensor (concat, */
  int32_t out_shift; /* split), so several steps may write parts of one tensor */
  int32_t in1_shift; /* of in[1] */
} mote_step_t;

typedef struct {
  mote_arena_t *arena;
  const mote_graph_t *graph;
  mote_step_t *steps;
  int32_t n_steps, cap;
  /* [n_tensors]: tensor whose memory this one shares (reshape, a slice of the outermost
   * axis), or itself; and how many bytes behind its start. */
  int32_t *alias, *alias_shift;
} mote_program_t;

/* What the quantiser must know of an op's output. */
typedef enum {
  MOTE_QUANT_FREE, /* its range is measured */
  MOTE_QUANT_SAME, /* scale and zero point of input 0 (all inputs agree): pools, concat */
  MOTE_QUANT_UNIT, /* values in [0, 1): 1/256, -128: softmax, logistic */
  MOTE_QUANT_SIGNED_UNIT, /* values in (-1, 1): 1/128, 0: tanh */
  MOTE_QUANT_LOG, /* values in (-16, 0]: 1/16, 127: log_softmax */
  MOTE_QUANT_NONE, /* whole numbers of type i32, no scale: arg_max */
  MOTE_QUANT_KEEPS /* is about types itself and stays as it is: cast, quantize */
} mote_quant_rule_t;

/* What the passes (engine/model/passes/) may assume of a node. */
enum {
  MOTE_EACH_VALUE = 1,   /* output i depends on inputs at i alone; shorter ones repeat */
  MOTE_EACH_CHANNEL = 2, /* so is a slice of the last axis, however many there are */
  MOTE_RISING = 4,       /* no output falls when an input rises */
  MOTE_MOVES = 8         /* values are only moved, or put beside given ones */
};

#define MOTE_TYPE_BIT(t) (1u << (t))
#define MOTE_TYPES_F32_I8 (MOTE_TYPE_BIT(MOTE_F32) | MOTE_TYPE_BIT(MOTE_I8))
#define MOTE_TYPES_F32_I8_I16 (MOTE_TYPES_F32_I8 | MOTE_TYPE_BIT(MOTE_I16))

struct mote_op {
  const char *name;    /* "conv2d" */
  const char *help;
  const mote_param_t *attrs;
  size_t n_attrs, attr_bytes;
  int32_t min_in, max_in, n_out; /* n_out 0: as many as the node has */
  uint32_t types; /* element types of its values, MOTE_TYPE_BIT; 0: f32 and i8 */
  uint32_t const_in; /* bit i: input i may be a constant; all others are activations */
  uint32_t float_in; /* bit i: constant input i is float in int8 graphs too */
  mote_quant_rule_t quant;
  float finest; /* int8: the output's range is at least this share of the input's */
  int32_t weights_axis; /* of input 1: the output channels; -1: input 1 is no weight
                           tensor. Then input 2 is the bias */
  /* Dims of the outputs from inputs and attributes. Checks everything `lower` relies on:
   * ranks, sizes, element types, roles, quantisation. */
  int (*shape)(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out);
  /* Appends one or more steps with mote_program_step. */
  int (*lower)(mote_program_t *prog, int32_t node);
  /* MOTE_EACH_VALUE | ...; NULL: nothing is assumed. */
  uint32_t (*traits)(const mote_graph_t *g, const mote_node_t *n);
};

extern const mote_op_t *const mote_ops[]; /* NULL-terminated, from ops.def */
const mote_op_t *mote_op_find(const char *name);
static inline int mote_op_takes(const mote_op_t *op, mote_dtype_t t) {
  return (int)((op->types ? op->types : MOTE_TYPES_F32_I8) >> t & 1);
}
/* New step; params are allocated when kernel->params is set. NULL when out of memory. */
mote_step_t *mote_program_step(mote_program_t *prog, int32_t node,
                               const mote_kernel_t *k);

/* Multiply-accumulates of one run, some minutes on a host; more is refused. */
#define MOTE_WORK_LIMIT ((int64_t)1 << 40)
/* Lowers a graph that mote_graph_check accepts (float32 or int8 tensors). The program
 * refers to the graph's constants: keep the graph until the program is freed. */
int mote_lower(const mote_graph_t *g, mote_program_t **out);
void mote_program_free(mote_program_t *p);

/* Runs a program on the host; states live as long as the executor. in/out: packed values
 * of the graph's inputs/outputs in order. Every tensor keeps its own memory, so that any
 * layer can be read afterwards. */
typedef struct mote_exec mote_exec_t;
int mote_exec_new(const mote_program_t *prog, mote_exec_t **out);
int mote_exec_run(mote_exec_t *e, const void *const *in, void *const *out);
void mote_exec_reset(mote_exec_t *e); /* states begin anew */
const void *mote_exec_tensor(const mote_exec_t *e, int32_t tensor);
void mote_exec_free(mote_exec_t *e);

/* The same for n independent inputs over all threads; states begin anew for each.
 * get(ctx, i, in) points in[] at input i; put(ctx, i, out) sees its outputs; both are
 * called from several threads. */
typedef struct {
  size_t n;
  void *ctx;
  int (*get)(void *ctx, size_t i, const void **in);
  int (*put)(void *ctx, size_t i, const void *const *out);
} mote_batch_t;
int mote_exec_batch(const mote_program_t *prog, const mote_batch_t *batch);

#endif
