// Cosine over channels at each position: reads both maps once, 8 bytes and 6 operations a channel. Its gradient reads them twice, the
// second time from the cache, and writes one: 12 bytes and 9 operations a channel.
#include "parallel.h"
#include "platform.h"
#include "vector.h"

#define SMALLEST_SQUARE 1e-12f // below it a vector has no direction and the cosine is 0

typedef struct {
  const float *a, *b, *dy;
  float *out;
  int positions, channels, positions_a_task;
} cosine_arguments;

typedef struct {
  float cosine, inverse_a, inverse_b; // all 0 where either vector is dead
} cosine_parts;

INLINE cosine_parts compare_vectors(const float *a, const float *b, int channels) {
  vector product = {}, a_square = {}, b_square = {};
  for (int channel = 0; channel < channels; channel += VECTOR_FLOATS) {
    vector x = load_up_to(a + channel, channels - channel), y = load_up_to(b + channel, channels - channel);
    product += x * y;
    a_square += x * x;
    b_square += y * y;
  }
  float a_total = sum_lanes(a_square), b_total = sum_lanes(b_square);
  if (a_total < SMALLEST_SQUARE || b_total < SMALLEST_SQUARE) return (cosine_parts){};
  // The product of the roots and not the root of the product, which would overflow first
  float a_norm = __builtin_sqrtf(a_total), b_norm = __builtin_sqrtf(b_total);
  return (cosine_parts){sum_lanes(product) / (a_norm * b_norm), 1 / a_norm, 1 / b_norm};
}

INLINE int first_position(const cosine_arguments *p, int task) { return smaller(p->positions, task * p->positions_a_task); }

static void cosine_block(const void *arguments, int task, int thread) {
  const cosine_arguments *p = arguments;
  for (int position = first_position(p, task); position < first_position(p, task + 1); position++) {
    long at = (long)position * p->channels;
    p->out[position] = compare_vectors(p->a + at, p->b + at, p->channels).cosine;
  }
}

// da = dy (b / |b| - cosine a / |a|) / |a|
static void cosine_gradient_block(const void *arguments, int task, int thread) {
  const cosine_arguments *p = arguments;
  for (int position = first_position(p, task); position < first_position(p, task + 1); position++) {
    long at = (long)position * p->channels;
    cosine_parts parts = compare_vectors(p->a + at, p->b + at, p->channels);
    float scale = p->dy[position] * parts.inverse_a;
    vector of_b = splat(scale * parts.inverse_b), of_a = splat(scale * parts.cosine * parts.inverse_a);
    for (int channel = 0; channel < p->channels; channel += VECTOR_FLOATS) {
      int count = p->channels - channel;
      store_up_to(p->out + at + channel, load_up_to(p->b + at + channel, count) * of_b - load_up_to(p->a + at + channel, count) * of_a, count);
    }
  }
}

static void run(task_function block, const float *a, const float *b, const float *dy, float *out, int positions, int channels) {
  cosine_arguments p = {a, b, dy, out, positions, channels, larger(1, 8192 / larger(1, channels))};
  parallel_for(divide_up(positions, p.positions_a_task), block, &p);
}

void EXPORT(cosine_map)(const float *a, const float *b, float *out, int positions, int channels) { run(cosine_block, a, b, 0, out, positions, channels); }

void EXPORT(cosine_map_gradient)(const float *dy, const float *a, const float *b, float *da, int positions, int channels) {
  run(cosine_gradient_block, a, b, dy, da, positions, channels);
}
