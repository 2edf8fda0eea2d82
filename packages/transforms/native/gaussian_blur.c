#include "kernels.h"

// to[x] = weights[0] from[x] + the sum over i of weights[i] (from[x - i step] + from[x + i step])
static void symmetric(const float *from, int step, int length, const float *weights, int radius, float *to) {
  for (int x = 0; x < length; x += 2 * LANES) {
    const float *at = from + x;
    lanes first = splat(weights[0]) * load(at);
    lanes second = splat(weights[0]) * load(at + LANES);
    for (int i = 1; i <= radius; i++) {
      lanes weight = splat(weights[i]);
      first += weight * (load(at - i * step) + load(at + i * step));
      second += weight * (load(at - i * step + LANES) + load(at + i * step + LANES));
    }
    store(to + x, first);
    store(to + x + LANES, second);
  }
}

// `padded` by the radius; `weights` from the kernel's centre outwards; `line` holds a padded row.
// A row's last vectors reach into the next one, which is written after it.
void EXPORT(gaussian_blur)(const float *padded, int width, int height, int radius, const float *weights, float *line, float *output) {
  int stride = width + 2 * radius;
  for (int y = 0; y < height; y++) {
    symmetric(padded + (y + radius) * stride, stride, stride, weights, radius, line);
    symmetric(line + radius, 1, width, weights, radius, output + y * width);
  }
}
