#include "kernels.h"

// The finaliser of MurmurHash3, twice
static unsigned mix(unsigned h) {
  for (int round = 0; round < 2; round++) {
    h = (h ^ (h >> 16)) * 0x85ebca6b;
    h = (h ^ (h >> 13)) * 0xc2b2ae35;
    h ^= h >> 16;
  }
  return h;
}

// The natural logarithm of a positive normal number, to 1e-12: of its exponent, and of its mantissa m by 2 artanh((m - 1) / (m + 1))
static double logarithm(double value) {
  unsigned long long bits;
  __builtin_memcpy(&bits, &value, 8);
  int exponent = (int)(bits >> 52) - 1023;
  bits = (bits & 0xfffffffffffffULL) | 0x3ff0000000000000ULL;
  double m;
  __builtin_memcpy(&m, &bits, 8);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    exponent++;
  }
  double s = (m - 1) / (m + 1), z = s * s;
  double series = 1.0 + z * (1.0 / 3 + z * (1.0 / 5 + z * (1.0 / 7 + z * (1.0 / 9 + z * (1.0 / 11 + z * (1.0 / 13))))));
  return exponent * 0.6931471805599453 + 2 * s * series;
}

// Independent normal numbers by Marsaglia's polar method: a hash gives two 16-bit coordinates, and a point in the unit disc two numbers
void EXPORT(normal_noise)(int length, unsigned seed, float *output) {
  unsigned counter = seed * 0x9e3779b1;
  for (int i = 0; i < length; i += 2) {
    double x, y, squared;
    do {
      unsigned bits = mix(counter++);
      x = ((int)bits >> 16) / 32768.0 + 1.0 / 65536;
      y = (short)bits / 32768.0 + 1.0 / 65536;
      squared = x * x + y * y;
    } while (squared >= 1);
    double factor = __builtin_sqrt(-2 * logarithm(squared) / squared);
    output[i] = (float)(factor * x);
    output[i + 1] = (float)(factor * y); // an odd length's last one falls into the room behind the array
  }
}

// input + factor noise, clipped to low..high
void EXPORT(add_noise)(const float *input, int length, const float *noise, float factor, float low, float high, float *output) {
  for (int i = 0; i < length; i += LANES) store(output + i, smaller(larger(load(input + i) + splat(factor) * load(noise + i), splat(low)), splat(high)));
}
