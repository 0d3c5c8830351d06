/* SPDX-License-Identifier: Apache-2.0
 * Checkpoints: "MOTECKP1", u32 length of the plain layer list as JSON, u32 weights, u32
 * running statistics, the list, the floats, CRC-32 of all before it; little-endian. */
#include <string.h>

#include "base/hash.h"
#include "train/net.h"

static const char magic[8] = {'M', 'O', 'T', 'E', 'C', 'K', 'P', '1'};
#define HEAD 20u

static int add_u32(mote_buf_t *b, uint32_t v) {
  uint8_t p[4] = {(uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16), (uint8_t)(v >> 24)};
  return mote_buf_add(b, p, 4);
}

static uint32_t get_u32(const uint8_t *p) {
  return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static int add_floats(mote_buf_t *b, const float *v, size_t n) {
  for (size_t i = 0; i < n; i++) {
    uint32_t u;
    memcpy(&u, &v[i], 4);
    MOTE_TRY(add_u32(b, u));
  }
  return MOTE_OK;
}

static const uint8_t *get_floats(float *v, const uint8_t *p, size_t n) {
  for (size_t i = 0; i < n; i++, p += 4) {
    uint32_t u = get_u32(p);
    memcpy(&v[i], &u, 4);
  }
  return p;
}

/* The list without "at" (where the user wrote it is no part of the model). */
static char *architecture(const mote_net_t *net) {
  json_t *list = json_deep_copy(net->plain);
  for (size_t i = 0; i < json_array_size(list); i++)
    json_object_del(json_array_get(list, i), "at");
  char *text = json_dumps(list, JSON_COMPACT | JSON_SORT_KEYS);
  json_decref(list);
  return text;
}

static int write_all(const mote_net_t *net, const char *arch, mote_buf_t *out) {
  size_t start = out->n, n = strlen(arch);
  MOTE_TRY(mote_buf_add(out, magic, sizeof magic));
  MOTE_TRY(add_u32(out, (uint32_t)n));
  MOTE_TRY(add_u32(out, (uint32_t)net->n_weights));
  MOTE_TRY(add_u32(out, (uint32_t)net->n_state));
  MOTE_TRY(mote_buf_add(out, arch, n));
  MOTE_TRY(add_floats(out, net->weights, net->n_weights));
  MOTE_TRY(add_floats(out, net->state, net->n_state));
  return add_u32(out, mote_crc32(0, out->p + start, out->n - start));
}

int mote_net_save(const mote_net_t *net, mote_buf_t *out) {
  char *arch = architecture(net);
  if (!arch) return mote_fail(MOTE_ERR_NOMEM, "checkpoint: out of memory");
  int rc = write_all(net, arch, out);
  json_free_t release;
  json_get_alloc_funcs(NULL, &release);
  release(arch);
  return rc;
}

int mote_net_load(mote_net_t *net, const uint8_t *p, size_t n) {
  mote_buf_t mine = {0};
  int rc = mote_net_save(net, &mine);
  size_t arch = rc == 0 ? get_u32(mine.p + 8) : 0;
  if (rc == 0 && (n < HEAD || memcmp(p, magic, 8) != 0))
    rc = mote_fail(MOTE_ERR_FORMAT, "checkpoint: not a mote checkpoint");
  else if (rc == 0 && (n != mine.n || memcmp(p, mine.p, HEAD + arch) != 0))
    rc =
        mote_fail(MOTE_ERR_FORMAT, "checkpoint: made for another network; train again or "
                                   "restore the layers it was made with");
  else if (rc == 0 && mote_crc32(0, p, n - 4) != get_u32(p + n - 4))
    rc = mote_fail(MOTE_ERR_CORRUPT, "checkpoint: checksum differs, the file is damaged");
  mote_buf_free(&mine);
  MOTE_TRY(rc);
  p = get_floats(net->weights, p + HEAD + arch, net->n_weights);
  (void)get_floats(net->state, p, net->n_state);
  return MOTE_OK;
}

int mote_net_hash(const mote_net_t *net, char *hex) {
  mote_buf_t b = {0};
  int rc = mote_net_save(net, &b);
  if (rc == 0) memcpy(hex, mote_sha256(b.p, b.n).hex, 65);
  mote_buf_free(&b);
  return rc;
}
