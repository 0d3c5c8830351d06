/* SPDX-License-Identifier: Apache-2.0
 * The fields of a constant runtime struct (a DSP plan, a kernel's parameters), so that
 * the emitter can print any of them as C without knowing it. Tables are spans
 * (base/span.h). */
#ifndef MOTE_ENGINE_REFLECT_H
#define MOTE_ENGINE_REFLECT_H

#include <stddef.h>
#include <stdint.h>

typedef enum {
  MOTE_F_I8, MOTE_F_U8, MOTE_F_I16, MOTE_F_U16, MOTE_F_I32, MOTE_F_U32, MOTE_F_F32,
  MOTE_F_I8S, MOTE_F_U8S, MOTE_F_I16S, MOTE_F_U16S, MOTE_F_I32S, MOTE_F_F32S, /* spans */
  MOTE_F_STRUCT /* nested struct by value: `sub` says which */
} mote_field_kind_t;

typedef struct mote_struct mote_struct_t;
typedef struct {
  const char *name;
  mote_field_kind_t kind;
  size_t offset;
  size_t count; /* 1, or the length of a fixed array member */
  const mote_struct_t *sub;
} mote_field_t;

struct mote_struct {
  const char *c_name; /* "mote_mfcc_t" */
  const char *header; /* "dsp/mfcc.h" below runtime/ */
  size_t bytes;
  const mote_field_t *fields;
  size_t n_fields;
};

#define MOTE_FIELD(T, m, k) {#m, MOTE_F_##k, offsetof(T, m), 1, NULL}
#define MOTE_FIELD_ARRAY(T, m, k, n) {#m, MOTE_F_##k, offsetof(T, m), (n), NULL}
#define MOTE_FIELD_STRUCT(T, m, s) {#m, MOTE_F_STRUCT, offsetof(T, m), 1, (s)}
#define MOTE_STRUCT(T, hdr, arr) {#T, hdr, sizeof(T), arr, sizeof(arr) / sizeof((arr)[0])}

#endif
