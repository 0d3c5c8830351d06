/* SPDX-License-Identifier: Apache-2.0
 * Operators of ours that exporters spell with several of theirs. The nodes of a spelling
 * become one node before anything is imported, so that an int8 form is found for the
 * whole. */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/onnx/import.h"

/* OPERATOR{attribute=number}(input,..): the operands of Add and Mul may change places. A
 * letter is a value, the same one wherever it stands: x and y any, others constant lists;
 * e is the attribute epsilon, the rest are the inputs of `op`. */
typedef struct { const char *op, *approximate, *text; } pattern_t;

#define HALF_OF(name, how, gate)                                                         \
  {name, how, "Mul(Mul(x,Add(" gate ",1)),0.5)"},                                        \
      {name, how, "Mul(Mul(x,0.5),Add(" gate ",1))"},                                    \
      {name, how, "Mul(x,Mul(Add(" gate ",1),0.5))"}
#define MEAN(a, of) "ReduceMean" a "(" of ")"
#define NORM(mean, square)                                                               \
  "Add(Mul(Div(Sub(x," mean "),Sqrt(Add(" square ",e))),w),b)"
static const pattern_t patterns[] = {
    HALF_OF("Gelu", NULL, "Erf(Div(x,1.4142135))"),
    HALF_OF("Gelu", NULL, "Erf(Mul(x,0.70710678))"),
    HALF_OF("Gelu", "tanh",
            "Tanh(Mul(Add(x,Mul(Pow(x,3),0.044715)),0.79788456))"),
    HALF_OF("Gelu", "tanh",
            "Tanh(Mul(Add(x,Mul(Mul(Mul(x,x),x),0.044715)),0.79788456))"),
    {"LayerNormalization", NULL,
     NORM(MEAN("{axes=-1}", "x"),
          MEAN("{axes=-1}", "Pow(Sub(x," MEAN("{axes=-1}", "x") "),2)"))},
    {"LayerNormalization", NULL,
     NORM(MEAN("", "x,-1"), MEAN("", "Pow(Sub(x," MEAN("", "x,-1") "),2),-1"))},
    {"Silu", NULL, "Mul(x,Sigmoid(x))"},
    {"HardSwish", NULL, "Mul(x,HardSigmoid{alpha=0.1666667}(x))"},
    {"HardSwish", NULL, "Div(Mul(x,Clip(Add(x,3),0,6)),6)"},
    {"HardSwish", NULL, "Mul(x,Div(Clip(Add(x,3),0,6),6))"},
    {"Rsqrt", NULL, "Reciprocal(Sqrt(x))"},
    {"Rsqrt", NULL, "Div(1,Sqrt(x))"},
    {"SquaredDifference", NULL, "Mul(Sub(x,y),Sub(x,y))"},
    {"SquaredDifference", NULL, "Pow(Sub(x,y),2)"},
    {"Square", NULL, "Mul(x,x)"}};

#define NODES_MAX 16
typedef struct {
  const mote_import_t *m;
  int32_t bound[26]; /* value of each letter, -1 */
  int32_t node[NODES_MAX], n_nodes; /* those that belong to it */
} match_t;

/* ---- text ---- */

/* Behind the expression that begins at p. */
static const char *behind(const char *p) {
  int depth = 0;
  for (; *p && (depth || (*p != ',' && *p != ')')); p++)
    depth += *p == '(' ? 1 : *p == ')' ? -1 : 0;
  return p;
}

static int near(double a, double b) { return fabs(a - b) <= 1e-4 * (fabs(b) + 1e-3); }

/* ---- a value against an expression ---- */

static int is_number(const match_t *s, int32_t v, double number) {
  const mote_onnx_tensor_t *c = s->m->values[v].c;
  return c && c->count == 1 && c->rank < 2 && near(mote_fold_real(c, 0), number);
}

static int is_bound(match_t *s, int32_t v, char letter) {
  int32_t *b = &s->bound[letter - 'a'];
  const mote_onnx_tensor_t *c = s->m->values[v].c;
  if (letter != 'x' && letter != 'y' && (!c || c->rank > 1)) return 0;
  if (*b < 0) *b = v;
  return *b == v;
}

/* {name=number}, when there is one; *p moves behind it. */
static int has_attr(const mote_onnx_node_t *n, const char **p) {
  char name[16];
  size_t i = 0;
  if (**p != '{') return 1;
  for ((*p)++; **p != '=' && i + 1 < sizeof name; (*p)++) name[i++] = **p;
  name[i] = 0;
  char *end;
  double want = strtod(*p + 1, &end);
  const mote_onnx_attr_t *a = mote_onnx_attr(n, name);
  *p = end + 1;
  if (!a) return 0;
  return a->kind == MOTE_ONNX_A_FLOAT ? near((double)a->f, want)
                                      : a->kind == MOTE_ONNX_A_INTS && a->n == 1 &&
                                            near((double)a->ints[0], want);
}

static void belongs(match_t *s, int32_t node) {
  for (int32_t i = 0; i < s->n_nodes; i++)
    if (s->node[i] == node) return;
  if (s->n_nodes < NODES_MAX) s->node[s->n_nodes++] = node;
}

static int matches(match_t *s, int32_t v, const char *p);

/* The inputs in order; of two operands that may change places the other way, too. */
static int inputs_match(match_t *s, const mote_onnx_node_t *n, const char *p,
                        int turned) {
  int32_t k = 0;
  for (; *p != ')' && k < n->n_in; k++) {
    int32_t v = n->in[turned ? 1 - k : k];
    if (v < 0 || !matches(s, v, p)) return 0;
    p = behind(p);
    p += *p == ',';
  }
  return *p == ')' && k == n->n_in;
}

static int node_matches(match_t *s, int32_t i, const char *p) {
  const mote_onnx_node_t *n = &s->m->file->nodes[i];
  size_t length = strlen(n->op);
  if (strncmp(n->op, p, length) || (p[length] != '(' && p[length] != '{')) return 0;
  p += length;
  if (n->n_out != 1 || s->m->done[i] || !has_attr(n, &p)) return 0;
  match_t before = *s;
  p++;
  belongs(s, i);
  if (inputs_match(s, n, p, 0)) return 1;
  int may_turn = n->n_in == 2 && (!strcmp(n->op, "Add") || !strcmp(n->op, "Mul"));
  *s = before;
  belongs(s, i);
  return may_turn && inputs_match(s, n, p, 1);
}

static int matches(match_t *s, int32_t v, const char *p) {
  if (islower((unsigned char)*p)) return is_bound(s, v, *p);
  if (!isupper((unsigned char)*p)) return is_number(s, v, strtod(p, NULL));
  int32_t i = v < s->m->file->n_values ? s->m->maker[v] : -1;
  return i >= 0 && node_matches(s, i, p);
}

/* Nobody else reads what stands between. */
static int is_closed(const match_t *s) {
  const mote_import_t *m = s->m;
  for (int32_t k = 1; k < s->n_nodes; k++) {
    const mote_value_t *x = &m->values[m->file->nodes[s->node[k]].out[0]];
    int32_t inside = 0;
    for (int32_t u = x->first_use; u >= 0; u = m->next_use[u])
      for (int32_t i = 0; i < s->n_nodes; i++) inside += s->node[i] == m->use_node[u];
    if (inside != x->n_uses) return 0;
  }
  return s->n_nodes < NODES_MAX;
}

/* ---- one node for it ---- */

static int replace(mote_import_t *m, int32_t i, const match_t *s, const pattern_t *p) {
  static const char order[] = "xywb";
  mote_onnx_node_t *n = &m->file->nodes[i];
  int32_t *in = mote_arena_take(m->a, sizeof order, sizeof *in);
  mote_onnx_attr_t *a = mote_arena_take(m->a, 1, sizeof *a);
  int32_t e = s->bound['e' - 'a'];
  if (!in || !a) return MOTE_ERR_NOMEM;
  n->op = p->op, n->in = in, n->attrs = a, n->n_in = n->n_attrs = 0;
  for (const char *c = order; *c; c++)
    if (s->bound[*c - 'a'] >= 0) in[n->n_in++] = s->bound[*c - 'a'];
  if (p->approximate)
    *a = (mote_onnx_attr_t){.name = "approximate", .kind = MOTE_ONNX_A_TEXT,
                            .text = p->approximate};
  if (e >= 0)
    *a = (mote_onnx_attr_t){.name = "epsilon", .kind = MOTE_ONNX_A_FLOAT,
                            .f = (float)mote_fold_real(m->values[e].c, 0)};
  n->n_attrs = a->name != NULL;
  for (int32_t k = 1; k < s->n_nodes; k++) m->done[s->node[k]] = 1;
  return MOTE_OK;
}

int mote_import_patterns(mote_import_t *m) {
  for (int32_t i = m->file->n_nodes - 1; i >= 0; i--)
    for (size_t k = 0; k < sizeof patterns / sizeof patterns[0]; k++) {
      match_t s = {.m = m};
      memset(s.bound, -1, sizeof s.bound);
      if (!node_matches(&s, i, patterns[k].text) || !is_closed(&s)) continue;
      MOTE_TRY(replace(m, i, &s, &patterns[k]));
      break;
    }
  return MOTE_OK;
}
