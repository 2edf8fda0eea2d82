#include "kernels.h"

static int clamp(int index, int length) { return index < 0 ? 0 : index >= length ? length - 1 : index; }

// A border of `radius` pixels, mirrored or repeating the outermost pixels
void EXPORT(pad)(const float *input, int width, int height, int radius, int mirrored, float *output) {
  int stride = width + 2 * radius;
  for (int y = -radius; y < height + radius; y++) {
    const float *from = input + width * (mirrored ? reflect101(y, height) : clamp(y, height));
    float *to = output + (y + radius) * stride + radius;
    __builtin_memcpy(to, from, 4 * width);
    for (int x = 1; x <= radius; x++) {
      to[-x] = from[mirrored ? reflect101(-x, width) : 0];
      to[width - 1 + x] = from[mirrored ? reflect101(width - 1 + x, width) : width - 1];
    }
  }
}
