/* SPDX-License-Identifier: Apache-2.0
 * What the rows of the .onnx importer share. A value of the file has its dimensions in
 * the file's order (images: N C H W) and may stand in the graph in several layouts, each
 * made when somebody first asks for it:
 *   PLAIN  the file's own order
 *   LAST   channels last, [N][H][W][C]; sequences N C T are images of height 1
 *   FLAT   [N][H * W * C]: a flattened image whose channels are still last
 * Convolutions and pools ask for LAST, and what follows them value by value stays there;
 * so a chain of them has one transposition at each end.
 *
 * Values that a DequantizeLinear made are kept as int8 beside (`q`); a row that has an
 * int8 form is given those, when its result goes into a QuantizeLinear. */
#ifndef MOTE_MODEL_ONNX_IMPORT_H
#define MOTE_MODEL_ONNX_IMPORT_H

#include "formats/onnx.h"
#include "model/attrs.h"
#include "model/op.h"

typedef enum { MOTE_LAYOUT_PLAIN, MOTE_LAYOUT_LAST, MOTE_LAYOUT_FLAT } mote_layout_t;
#define MOTE_LAYOUTS 3

typedef struct {
  const char *name;
  mote_dims_t dims;            /* in the file's order */
  int is_u8;                   /* the file says uint8: here it is int8, 128 less */
  const mote_onnx_tensor_t *c; /* a constant's value */
  const mote_onnx_tensor_t *cq; /* and its int8 form, with the quantisation `cquant` */
  mote_quant_t cquant;
  int32_t at[MOTE_LAYOUTS]; /* tensors of the graph, -1: not there yet */
  int32_t q[MOTE_LAYOUTS];  /* the same as int8 */
  int32_t flat_c;           /* FLAT: channels of the image */
  int32_t n_uses, first_use; /* nodes that read it; an output counts as one more */
} mote_value_t;

typedef struct mote_import mote_import_t;

enum {
  MOTE_IMPORT_INT8 = 1,  /* has an int8 form, whose result needs a scale */
  MOTE_IMPORT_EXACT = 2, /* moves or picks values: int8 stays int8 with the same scale */
  MOTE_IMPORT_ACT = 4,   /* may take the Relu or Clip behind it along */
  MOTE_IMPORT_SPARE = 8  /* its first output may be left out when there is another */
};

/* One operator of the file (engine/model/onnx/rows.def). */
typedef struct {
  const char *op;
  int32_t min_in;
  uint32_t flags;
  int (*make)(mote_import_t *m);
  int (*fold)(mote_import_t *m); /* all inputs are constants; NULL: cannot be folded */
} mote_import_row_t;

struct mote_import {
  const mote_onnx_t *file;
  mote_graph_t *g;
  mote_arena_t *a; /* of the import, not of the graph */
  mote_value_t *values;
  int32_t n_values, cap;
  int32_t *next_use; /* per input of a node, in order: the next reader of that value */
  int32_t *use_node;
  int32_t *maker;    /* per value of the file: the node that makes it, -1 */
  uint8_t *done;     /* nodes that another one took along */
  int64_t budget;    /* bytes that folding may still make */
  int32_t at;        /* the node that is being imported */
  const mote_onnx_node_t *node;
  int use_q;                 /* its inputs are given as int8 */
  const mote_quant_t *out_q; /* int8: the scale of its result; NULL: as input 0 */
  mote_dtype_t out_type;     /* of its result, when that is not its input's */
  int32_t activation;        /* MOTE_ACT_..., taken along */
  int32_t n_made;            /* tensors made for this node, for their names */
};

/* ---- the node and its attributes ---- */

/* Value index of input or output k, -1 when left out. */
int32_t mote_import_in(const mote_import_t *m, int32_t k);
int32_t mote_import_out(const mote_import_t *m, int32_t k);
int64_t mote_import_int(const mote_import_t *m, const char *name, int64_t dflt);
float mote_import_float(const mote_import_t *m, const char *name, float dflt);
const char *mote_import_text(const mote_import_t *m, const char *name, const char *dflt);
/* Whole numbers of the attribute `name`, or else of the constant input k (-1: none). The
 * count, 0 when neither is there, negative when there are more than cap. */
int mote_import_ints(const mote_import_t *m, const char *name, int32_t k, int64_t *out,
                     size_t cap);
/* A number from the attribute or from the constant input k, dflt when neither is there.
 */
int mote_import_real(const mote_import_t *m, const char *name, int32_t k, float dflt,
                     float *out);
/* The axis below `rank` that is meant; negative when out of range. */
int mote_import_axis(int64_t axis, int32_t rank);
/* Axes as a set of bits; none given: `dflt`. */
int mote_import_axes(const mote_import_t *m, const char *name, int32_t k, int32_t rank,
                     uint32_t dflt, uint32_t *out);

/* Has every constant input an int8 form of one scale? */
int mote_import_int8_constants(const mote_import_t *m);
/* Names what the node makes: its first output. */
const char *mote_import_label(const mote_import_t *m);

/* ---- values ---- */

/* A new value, for steps in between. */
int32_t mote_import_value(mote_import_t *m, const mote_dims_t *dims);
/* The same values under other dimensions, as a new value. */
int32_t mote_import_view(mote_import_t *m, int32_t v, const mote_dims_t *dims);
/* The layout that costs nothing; LAST before PLAIN. Constants: PLAIN. */
mote_layout_t mote_import_layout(const mote_import_t *m, int32_t v);
/* The tensor of value v in that layout, converted when need be. */
int32_t mote_import_tensor(mote_import_t *m, int32_t v, mote_layout_t layout);
/* An axis of the file's order as an axis of the tensor in that layout. */
int32_t mote_import_map_axis(int32_t axis, int32_t rank, mote_layout_t layout);
/* The constant of v as float, in the given order of the axes; NULL when out of memory. */
float *mote_import_floats(mote_import_t *m, int32_t v);
/* Tensor of floats in the graph. */
int32_t mote_import_const(mote_import_t *m, const mote_dims_t *dims, const float *v);
int mote_import_set_dims(mote_dims_t *d, const int64_t *from, int32_t rank);

/* ---- nodes of the graph ---- */

/* A node with one new output. `dims`: of a reshape; NULL: the operator's rule. */
int32_t mote_import_emit(mote_import_t *m, const char *op, const int32_t *in,
                         int32_t n_in, const void *attr, const mote_dims_t *dims);
int32_t mote_import_reshape(mote_import_t *m, int32_t tensor, const mote_dims_t *dims);
int32_t mote_import_transpose(mote_import_t *m, int32_t tensor, const int32_t *perm,
                              int32_t rank);
/* `count` slices of the tensor's axis. */
int32_t mote_import_cut(mote_import_t *m, int32_t t, int32_t axis, int32_t first,
                        int32_t count);
/* Value v is this tensor. Its dimensions follow from it; `rank` is that of the file. */
int mote_import_set(mote_import_t *m, int32_t v, int32_t tensor, mote_layout_t layout,
                    int32_t rank);
/* out = v, in all its layouts. */
int mote_import_alias(mote_import_t *m, int32_t v, int32_t out);
/* A quantisation of one scale. */
int mote_import_scale(const mote_import_t *m, int32_t scale, int32_t zero,
                      mote_quant_t *out);
int32_t mote_import_requantise(mote_import_t *m, int32_t tensor, const mote_quant_t *q);
/* The same reals between int8 and uint8 (`to`): all bytes and the zero point move by 128.
 */
int32_t mote_import_shifted(mote_import_t *m, int32_t tensor, mote_dtype_t to);

/* The present node through its row, which may be int8 with the scale q for its result. */
int mote_import_make(mote_import_t *m, const mote_quant_t *q);

/* Several nodes that spell one operator of ours become one (pattern.c). */
int mote_import_patterns(mote_import_t *m);

/* ---- folding ---- */

/* New constant of that type, within the budget; data zeroed. */
mote_onnx_tensor_t *mote_fold_new(mote_import_t *m, int32_t type,
                                  const mote_dims_t *dims);
double mote_fold_real(const mote_onnx_tensor_t *t, size_t i);
int64_t mote_fold_int(const mote_onnx_tensor_t *t, size_t i);

/* ---- the rows ---- */

#define NO_MAKE mote_import_not_made
#define NO_FOLD mote_import_not_folded
#define ROW(name, min_in, flags, make, fold)                                             \
  int make(mote_import_t *m);                                                            \
  int fold(mote_import_t *m);
#include "model/onnx/rows.def"
#undef ROW

#define MOTE_IMPORT_UNSUPPORTED(...) mote_fail(MOTE_ERR_UNSUPPORTED, __VA_ARGS__)

#endif
