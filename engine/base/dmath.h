/* SPDX-License-Identifier: Apache-2.0
 * Double-precision elementary functions for designing filters and windows on the host.
 * Only
 * + - * / and operations that IEEE 754 defines exactly (sqrt, frexp, ldexp) are used, so
 * the tables of a plan have the same bits on every host; libm promises no such thing.
 * Relative error below 1e-15 in the stated ranges (near a zero of sin, cos: absolute). */
#ifndef MOTE_ENGINE_DMATH_H
#define MOTE_ENGINE_DMATH_H

#define MOTE_PI 3.14159265358979323846

double mote_dsin(double x); /* |x| <= 1e5 */
double mote_dcos(double x);
double mote_dtan(double x);
double mote_dexp(double x); /* |x| <= 700 */
double mote_dlog(double x); /* x > 0 */
double mote_dsinh(double x);
double mote_dcosh(double x);
double mote_dasinh(double x);     /* x >= 0 */
double mote_dtanh(double x);
double mote_derf(double x);
double mote_dbessel_i0(double x); /* modified Bessel function, order 0; |x| <= 30 */

#endif
