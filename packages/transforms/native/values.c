#include "kernels.h"

// factor x + offset, clipped to low..high; in place where both are the same
void EXPORT(scale)(const float *input, int length, float factor, float offset, float low, float high, float *output) {
  for (int i = 0; i < length; i += LANES) store(output + i, smaller(larger(splat(factor) * load(input + i) + splat(offset), splat(low)), splat(high)));
}

// In double, in eight sums
double EXPORT(mean)(const float *input, int length) {
  double sums[8] = {0};
  int i = 0;
  for (; i + 8 <= length; i += 8) {
    for (int lane = 0; lane < 8; lane++) sums[lane] += input[i + lane];
  }
  for (; i < length; i++) sums[0] += input[i];
  double sum = 0;
  for (int lane = 0; lane < 8; lane++) sum += sums[lane];
  return sum / length;
}
