// exp, log and their like on vectors, after Cephes' single-precision routines: exp and log within 2 units in the last place of the true
// value, exp(x) - 1, log(1 + exp(x)) and tanh within 5e-7 of it.
#pragma once
#include "vector.h"

INLINE vector round_nearest(vector x) {
  const float magic = 12582912.0f; // 1.5 * 2^23: adding it leaves no bits for a fraction
  return (x + magic) - magic;
}

// (exp(r) - 1 - r) / r^2 for |r| <= ln 2 / 2
INLINE vector exp_remainder(vector r) {
  vector y = splat(1.9875691500e-4f);
  y = y * r + 1.3981999507e-3f;
  y = y * r + 8.3334519073e-3f;
  y = y * r + 4.1665795894e-2f;
  y = y * r + 1.6666665459e-1f;
  return y * r + 5.0000001201e-1f;
}

INLINE vector vector_exp(vector x) {
  vector clamped = minimum(maximum(x, splat(-87.33654f)), splat(88.72283f));
  vector n = round_nearest(clamped * 1.44269504f);
  vector r = clamped - n * 0.693359375f + n * 2.12194440e-4f; // ln 2 in two parts
  vector y = exp_remainder(r) * r * r + r + 1.0f;
  // 2^n in two factors, as n may be 128
  mask half = __builtin_convertvector(n, mask) >> 1, other = __builtin_convertvector(n, mask) - half;
  y = y * (vector)((half + 127) << 23) * (vector)((other + 127) << 23);
  y = choose(x < -87.33654f, splat(0), y);
  y = choose(x > 88.72283f, splat(__builtin_inff()), y);
  return choose(x != x, x, y);
}

INLINE vector vector_log(vector x) {
  vector scaled = choose(x < 1.17549435e-38f, x * 8388608.0f, x); // a denormal number becomes a normal one
  mask bits = (mask)scaled;
  vector exponent = __builtin_convertvector(((bits >> 23) & 0xff) - 126, vector) - choose(x < 1.17549435e-38f, splat(23), splat(0));
  vector m = (vector)((bits & 0x007fffff) | 0x3f000000); // 0.5 .. 1
  mask low = m < 0.707106781f;
  exponent -= choose(low, splat(1), splat(0));
  m = choose(low, m + m, m) - 1.0f;
  vector square = m * m, y = splat(7.0376836292e-2f);
  y = y * m - 1.1514610310e-1f;
  y = y * m + 1.1676998740e-1f;
  y = y * m - 1.2420140846e-1f;
  y = y * m + 1.4249322787e-1f;
  y = y * m - 1.6668057665e-1f;
  y = y * m + 2.0000714765e-1f;
  y = y * m - 2.4999993993e-1f;
  y = y * m + 3.3333331174e-1f;
  y = y * m * square - exponent * 2.12194440e-4f - square * 0.5f;
  y = m + y + exponent * 0.693359375f;
  y = choose(x == 0, splat(-__builtin_inff()), y);
  y = choose(x < 0, splat(__builtin_nanf("")), y);
  return choose((x == __builtin_inff()) | (x != x), x, y);
}

// exp(x) - 1, for small x without the rounding of 1
INLINE vector vector_exp_less_one(vector x) { return choose(absolute(x) < 0.34f, exp_remainder(x) * x * x + x, vector_exp(x) - 1.0f); }

// log(1 + exp(x)) = max(x, 0) + log(1 + e) with e = exp(-|x|); log(u) e / (u - 1) makes good what rounding u = 1 + e loses
INLINE vector vector_softplus(vector x) {
  vector e = vector_exp(-absolute(x)), u = e + 1.0f;
  vector tail = choose(u == 1, e, vector_log(u) * e / (u - 1.0f));
  return choose(x != x, x, maximum(x, splat(0)) + tail);
}

INLINE vector vector_tanh(vector x) {
  vector size = absolute(x), square = x * x, y = splat(-5.70498872745e-3f);
  y = y * square + 2.06390887954e-2f;
  y = y * square - 5.37397155531e-2f;
  y = y * square + 1.33314422036e-1f;
  y = y * square - 3.33332819422e-1f;
  vector far = 1.0f - 2.0f / (vector_exp(size + size) + 1.0f);
  return choose(size < 0.625f, y * square * x + x, choose(x < 0, -far, far));
}
