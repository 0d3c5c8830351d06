/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "features/design/sos.h"

#include <math.h>

#include "base/dmath.h"
#include "base/err.h"

/* Section of the analogue pole pair re +- j im (edge at 1 rad/s), moved by the bilinear
 * transform z = (1 + a p) / (1 - a p), a = tan(pi * edge). A high pass has the poles 1/p.
 */
typedef struct {
  double a1, a2;
} poles_t;

static poles_t bilinear(double re, double im, double a) {
  double rr = re * re + im * im, bottom = 1 - 2 * a * re + a * a * rr;
  return (poles_t){2 * (a * a * rr - 1) / bottom, (1 + 2 * a * re + a * a * rr) / bottom};
}

/* Rounds a section; returns how far the rounding moved it: the relative change of
 * 1 +- a1 + a2, which is what the poles leave of the pass-band edge. */
static double put_section(poles_t p, bool high, float out[3]) {
  double sign = high ? -1 : 1, wanted = 1 + sign * p.a1 + p.a2;
  out[1] = (float)p.a1, out[2] = (float)p.a2;
  double got = 1 + sign * out[1] + out[2];
  out[0] = (float)(got / 4);
  return fabs(got - wanted) / wanted;
}

/* The stability triangle of the rounded poles. */
static bool stable(const float s[3]) {
  return s[2] < 1 && 1 + (double)s[1] + s[2] > 0 && 1 - (double)s[1] + s[2] > 0;
}

int mote_design_butterworth(double cutoff, int order, bool high, float *out) {
  double a = mote_dtan(MOTE_PI * cutoff);
  for (int i = 0; i < order / 2; i++, out += 3) {
    double angle = MOTE_PI * (2 * i + 1) / (2 * order);
    poles_t p = bilinear(-mote_dsin(angle), mote_dcos(angle), a);
    if (put_section(p, high, out) > 0.02 || !stable(out)) return MOTE_ERR_NUMERIC;
  }
  return MOTE_OK;
}

void mote_design_decimator(int ratio, float out[12]) {
  double ripple =
      sqrt(mote_dexp(0.005 * mote_dlog(10.0)) - 1); /* 10^(0.05 dB / 10) - 1 */
  double mu = mote_dasinh(1 / ripple) / 8, a = mote_dtan(MOTE_PI * 0.4 / ratio);
  for (int i = 0; i < 4; i++, out += 3) { /* the most damped pair first */
    double angle = MOTE_PI * (7 - 2 * i) / 16;
    double re = -mote_dsinh(mu) * mote_dsin(angle),
           im = mote_dcosh(mu) * mote_dcos(angle);
    (void)put_section(bilinear(re, im, a), false, out);
  }
}
