/* SPDX-License-Identifier: Apache-2.0
 * What the rows of the .onnx exporter share. A tensor of the graph has up to two forms in
 * the file: its own layout, and for images "NAME/nchw" with channels second. Each is made
 * when somebody first asks for it. Operators of the file compute with reals: an int8 form
 * is read through a DequantizeLinear and written through a QuantizeLinear. */
#ifndef MOTE_MODEL_ONNX_EXPORT_H
#define MOTE_MODEL_ONNX_EXPORT_H

#include "formats/onnx.h"
#include "formats/protobuf.h"
#include "model/attrs.h"
#include "model/op.h"

typedef struct {
  const mote_graph_t *g;
  mote_arena_t *a;
  mote_pb_writer_t graph; /* the GraphProto so far */
  const char **names;     /* of the tensors, all different */
  uint8_t *made;          /* bits of what is in the file already */
  int32_t n_nodes, n_consts;
  int rc; /* the first error sticks */
} mote_export_t;

/* One node of the file. */
typedef struct {
  const char *op, *in[MOTE_NODE_IO_MAX], *out;
  int32_t n_in;
  const char *const *more; /* outputs behind the first */
  int32_t n_more;
  mote_pb_writer_t attrs;
} mote_export_node_t;

/* TensorProto.DataType of our types. */
extern const int32_t mote_export_type[];
enum { MOTE_EXPORT_OWN, MOTE_EXPORT_NCHW };

/* The name under which the reals of a tensor can be read in that layout; of one without
 * scale its numbers. */
const char *mote_export_in(mote_export_t *e, int32_t tensor, int nchw);
/* Is the tensor an image that is there with channels second only? */
int mote_export_is_nchw(const mote_export_t *e, int32_t tensor);
/* Makes the tensor's form in that layout. */
void mote_export_need(mote_export_t *e, int32_t tensor, int nchw);
/* The name under which the reals of a tensor are written; `done` when they are. */
const char *mote_export_out(mote_export_t *e, int32_t tensor, int nchw);
void mote_export_done(mote_export_t *e, int32_t tensor, int nchw);
/* The name of what the tensor holds, whatever its scale. */
const char *mote_export_raw(mote_export_t *e, int32_t tensor);
/* The tensor's own form is in the file, made by somebody who knows how. */
void mote_export_written(mote_export_t *e, int32_t tensor);
/* An int8 tensor from the reals of that name. */
void mote_export_quantise(mote_export_t *e, int32_t tensor, int nchw, const char *reals);

/* "BASE/WHAT" */
const char *mote_export_name(mote_export_t *e, const char *base, const char *what);
const char *mote_export_const(mote_export_t *e, const char *base, mote_dtype_t type,
                              const mote_dims_t *dims, const void *data);
const char *mote_export_ints(mote_export_t *e, const char *base, const int64_t *v,
                             int32_t n);
const char *mote_export_real(mote_export_t *e, const char *base, float v);
/* A constant of the graph under other dimensions, its values in another order (NULL: as
 * they are): reals, through a DequantizeLinear when it is quantised, whose scales then
 * lie along `axis`. */
const char *mote_export_weights(mote_export_t *e, int32_t tensor, const mote_dims_t *dims,
                                const int32_t *order, int32_t axis);

mote_export_node_t mote_export_node(const char *op, const char *in, const char *out);
void mote_export_attr_int(mote_export_node_t *n, const char *name, int64_t v);
void mote_export_attr_ints(mote_export_node_t *n, const char *name, const int64_t *v,
                           int32_t count);
void mote_export_attr_float(mote_export_node_t *n, const char *name, float v);
void mote_export_attr_text(mote_export_node_t *n, const char *name, const char *v);
void mote_export_emit(mote_export_t *e, mote_export_node_t *n);
/* A node of one input, or two, and no attributes. The name of its output: `to`. */
const char *mote_export_step(mote_export_t *e, const char *op, const char *a,
                             const char *b, const char *to);
/* The same values under other dimensions. */
const char *mote_export_reshape(mote_export_t *e, const char *name, const char *to,
                                const mote_dims_t *d);
/* Emits n, and a fused activation behind it; n->out is where the result belongs. */
void mote_export_emit_act(mote_export_t *e, mote_export_node_t *n, int32_t activation);

/* ---- the rows (engine/model/onnx/rows_out.def) ---- */

typedef struct {
  mote_export_t *e;
  const mote_node_t *n;
  const char *name; /* the operator of the file, from the row */
} mote_out_t;

const mote_tensor_t *mote_out_in(const mote_out_t *x, int32_t i);
const mote_tensor_t *mote_out_of(const mote_out_t *x);
/* The layout that the inputs have: channels second is as good as last, when every image
 * is there like that. */
int mote_out_layout(const mote_out_t *x);
/* Where an axis of the tensor is in that layout. */
int32_t mote_out_axis(int32_t axis, int nchw);
/* A node of all inputs in that layout, and the first output. */
mote_export_node_t mote_out_node(mote_out_t *x, int nchw);
/* Emits it and is done with the output. */
int mote_out_emit(mote_out_t *x, mote_export_node_t *o, int nchw);
/* A name for a value between, of the output's. */
const char *mote_out_between(mote_out_t *x, const char *what);

#define ROW(op, name, make) int make(mote_out_t *x);
#define REFUSED(op, reason)
#include "model/onnx/rows_out.def"
#undef ROW
#undef REFUSED

#endif
