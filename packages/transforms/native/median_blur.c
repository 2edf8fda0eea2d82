#include "kernels.h"

static lanes median(lanes a, lanes b, lanes c) { return larger(smaller(a, b), smaller(larger(a, b), c)); }

// 3x3, `padded` by 1. Each column of three is sorted once and serves three pixels: the median of nine is the median of
// the largest of the three minima, the median of the three medians, and the smallest of the three maxima.
// `lines` holds three padded rows.
void EXPORT(median_blur)(const float *padded, int width, int height, float *lines, float *output) {
  int stride = width + 2;
  int room = stride + 2 * LANES;
  float *low = lines, *middle = lines + room, *high = lines + 2 * room;
  for (int y = 0; y < height; y++) {
    const float *from = padded + y * stride;
    for (int x = 0; x < stride; x += LANES) {
      lanes a = load(from + x), b = load(from + stride + x), c = load(from + 2 * stride + x);
      store(low + x, smaller(smaller(a, b), c));
      store(middle + x, median(a, b, c));
      store(high + x, larger(larger(a, b), c));
    }
    for (int x = 0; x < width; x += LANES) {
      lanes minima = larger(larger(load(low + x), load(low + x + 1)), load(low + x + 2));
      lanes medians = median(load(middle + x), load(middle + x + 1), load(middle + x + 2));
      lanes maxima = smaller(smaller(load(high + x), load(high + x + 1)), load(high + x + 2));
      store(output + y * width + x, median(minima, medians, maxima));
    }
  }
}
