/* SPDX-License-Identifier: Apache-2.0
 * Kernels that treat every element alone: n elements, y may be x. */

/* y = min(max(x, 0), top); NaN gives 0. */
static void relu(float *y, const float *x, size_t n, float top) {
  vf hi = v_all(top);
  FOR_VECTORS(n, i, part) {
    vf v = v_get(x + i, part);
    v_put(y + i, v_min((vf)((vi)v & (v > 0)), hi), part);
  }
}

/* dx = dy where 0 < y < top, else 0. */
static void relu_back(float *dx, const float *dy, const float *y, size_t n, float top) {
  vf hi = v_all(top);
  FOR_VECTORS(n, i, part) {
    vf v = v_get(y + i, part);
    v_put(dx + i, (vf)((vi)v_get(dy + i, part) & (v > 0) & (v < hi)), part);
  }
}

static void add(float *y, const float *a, const float *b, size_t n) {
  FOR_VECTORS(n, i, part) v_put(y + i, v_get(a + i, part) + v_get(b + i, part), part);
}

/* 32-bit mixer with low bias (constants: C. Wellons' hash-prospector, public domain). */
INLINE uint32_t mix(uint32_t x) {
  x = (x ^ (x >> 16)) * 0x7feb352du;
  x = (x ^ (x >> 15)) * 0x846ca68bu;
  return x ^ (x >> 16);
}

/* The mask is a function of (key, index): backward calls this on dy, no memory. */
static void dropout(float *y, const float *x, size_t n, const mote_drop_t *p) {
  uint32_t at = mix(p->key ^ (uint32_t)(p->first >> 32)) + (uint32_t)p->first;
  uint32_t key = p->key, below = p->below;
  float keep = p->keep;
  for (size_t i = 0; i < n; i++) {
    float kept = x[i] * keep;
    y[i] = mix((at + (uint32_t)i) ^ key) < below ? 0.0f : kept;
  }
}

/* y = scale * clamp(round(x / scale), lo, hi). */
static void fake_quant(float *y, const float *x, size_t n, const mote_grid_t *p) {
  const float to_integer = 12582912.0f; /* 1.5 * 2^23: adding it rounds halves to even */
  vf scale = v_all(p->scale), lo = v_all(p->lo), hi = v_all(p->hi);
  FOR_VECTORS(n, i, part) {
    vf q = v_min(v_max(v_get(x + i, part) / scale, lo), hi);
    v_put(y + i, ((q + to_integer) - to_integer) * scale, part);
  }
}

/* Straight through inside the range (half a step beyond its ends counts as inside). */
static void fake_quant_back(float *dx, const float *dy, const float *x, size_t n,
                            const mote_grid_t *p) {
  vf lo = v_all((p->lo - 0.5f) * p->scale), hi = v_all((p->hi + 0.5f) * p->scale);
  FOR_VECTORS(n, i, part) {
    vf v = v_get(x + i, part);
    v_put(dx + i, (vf)((vi)v_get(dy + i, part) & (v >= lo) & (v <= hi)), part);
  }
}

/* Kingma & Ba, arXiv 1412.6980; decoupled decay: Loshchilov & Hutter, arXiv 1711.05101.
 * m = b1 m + (1-b1) g, v = b2 v + (1-b2) g^2, w -= lr m / (sqrt(v) root + eps). */
static void adam(const mote_update_t *p) {
  vf b1 = v_all(p->beta1), c1 = v_all(1.0f - p->beta1);
  vf b2 = v_all(p->beta2), c2 = v_all(1.0f - p->beta2);
  vf l2 = v_all(p->l2), keep = v_all(1.0f - p->decay), lr = v_all(p->lr);
  vf root = v_all(p->root), eps = v_all(p->eps);
  FOR_VECTORS(p->n, i, part) {
    vf w = v_get(p->w + i, part), g = v_fma(l2, w, v_get(p->g + i, part));
    vf m = v_fma(b1, v_get(p->m + i, part), c1 * g);
    vf v = v_fma(b2, v_get(p->v + i, part), c2 * g * g);
    v_put(p->m + i, m, part);
    v_put(p->v + i, v, part);
    v_put(p->w + i, w * keep - lr * (m / v_fma(v_sqrt(v), root, eps)), part);
  }
}

/* u = momentum u + g; w -= lr u, or lr (g + momentum u) (Nesterov, as Sutskever 2013). */
static void sgd(const mote_update_t *p) {
  vf b1 = v_all(p->beta1), l2 = v_all(p->l2), lr = v_all(p->lr);
  FOR_VECTORS(p->n, i, part) {
    vf w = v_get(p->w + i, part), g = v_fma(l2, w, v_get(p->g + i, part));
    vf u = v_fma(b1, v_get(p->m + i, part), g);
    v_put(p->m + i, u, part);
    v_put(p->w + i, w - lr * (p->nesterov ? v_fma(b1, u, g) : u), part);
  }
}
