// Softmax and its logarithm over rows [rows, length]: the maximum is taken out first, so nothing overflows.
#include "parallel.h"
#include "platform.h"
#include "vector.h"
#include "vector_math.h"

typedef struct {
  const float *x;
  float *out;
  int rows, length, rows_a_task, logarithm;
} softmax_arguments;

static void softmax_row(const float *x, float *out, int length, int logarithm) {
  vector highest = splat(-__builtin_inff());
  for (int i = 0; i < length; i++) highest[i % VECTOR_FLOATS] = x[i] > highest[i % VECTOR_FLOATS] ? x[i] : highest[i % VECTOR_FLOATS];
  float shift = highest[0];
  for (int lane = 1; lane < VECTOR_FLOATS; lane++) shift = highest[lane] > shift ? highest[lane] : shift;
  float total = 0;
  vector part = {};
  int i = 0;
  for (; i + VECTOR_FLOATS <= length; i += VECTOR_FLOATS) {
    vector value = vector_exp(load(x + i) - shift);
    if (!logarithm) store(out + i, value);
    part += value;
    if (i % (512 * VECTOR_FLOATS) == 511 * VECTOR_FLOATS) {
      total += sum_lanes(part);
      part = (vector){};
    }
  }
  if (i < length) {
    vector value = vector_exp(load_part(x + i, length - i) - shift);
    for (int lane = length - i; lane < VECTOR_FLOATS; lane++) value[lane] = 0;
    if (!logarithm) store_part(out + i, value, length - i);
    part += value;
  }
  total += sum_lanes(part);
  vector scale = logarithm ? splat(shift) : splat(1 / total), log_total = vector_log(splat(total));
  for (i = 0; i < length; i += VECTOR_FLOATS) {
    vector value = logarithm ? load_up_to(x + i, length - i) - scale - log_total : load_up_to(out + i, length - i) * scale;
    store_up_to(out + i, value, length - i);
  }
}

static void softmax_rows(const void *arguments, int task, int thread) {
  const softmax_arguments *p = arguments;
  int end = smaller(p->rows, (task + 1) * p->rows_a_task);
  for (int row = task * p->rows_a_task; row < end; row++) softmax_row(p->x + (long)row * p->length, p->out + (long)row * p->length, p->length, p->logarithm);
}

void EXPORT(softmax)(const float *x, float *out, int rows, int length, int logarithm) {
  softmax_arguments p = {x, out, rows, length, larger(1, 4096 / larger(1, length)), logarithm};
  parallel_for(divide_up(rows, p.rows_a_task), softmax_rows, &p);
}
