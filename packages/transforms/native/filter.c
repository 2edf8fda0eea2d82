#include "kernels.h"

// The sum of `taps` pixels at fixed offsets from each (from the padded pixel above and left of it), weighted, clipped to low..high
void EXPORT(filter)(const float *padded, int width, int height, int stride, const int *offsets, const float *weights, int taps, float low, float high, float *output) {
  for (int y = 0; y < height; y++) {
    for (int x = 0; x < width; x += LANES) {
      const float *at = padded + y * stride + x;
      lanes sum = splat(0);
      for (int tap = 0; tap < taps; tap++) sum += splat(weights[tap]) * load(at + offsets[tap]);
      store(output + y * width + x, smaller(larger(sum, splat(low)), splat(high)));
    }
  }
}
