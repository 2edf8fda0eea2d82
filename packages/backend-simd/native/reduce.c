// Sum, mean, maximum and minimum of [outer, length, inner] over the middle: 4 bytes and one operation an element.
// Sums are kept short: over a contiguous run four lanes of part sums, elsewhere a part a strip of rows, and parts are added at the end.
#include "parallel.h"
#include "platform.h"
#include "vector.h"

#define STRIP 128         // the longest run of additions to one number
#define BLOCK_COLUMNS 256 // inner elements a task

typedef struct {
  const float *x;
  float *out;
  int outer, length, inner, rows_a_task;
  float scale;
} reduce_arguments;

#define REDUCE(name, FIRST, COMBINE, COMBINE_LANES)                                                                    \
  static float name##_run(const float *x, int length) {                                                                \
    float total = FIRST;                                                                                               \
    for (int start = 0; start < length; start += STRIP * VECTOR_FLOATS) {                                              \
      int end = smaller(length, start + STRIP * VECTOR_FLOATS), i = start;                                             \
      vector part = splat(FIRST);                                                                                      \
      for (; i + VECTOR_FLOATS <= end; i += VECTOR_FLOATS) part = COMBINE(part, load(x + i));                          \
      float strip = part[0];                                                                                           \
      for (int lane = 1; lane < VECTOR_FLOATS; lane++) strip = COMBINE_LANES(strip, part[lane]);                       \
      for (; i < end; i++) strip = COMBINE_LANES(strip, x[i]);                                                         \
      total = COMBINE_LANES(total, strip);                                                                             \
    }                                                                                                                  \
    return total;                                                                                                      \
  }                                                                                                                    \
  static void name##_runs(const void *arguments, int task, int thread) {                                               \
    const reduce_arguments *p = arguments;                                                                             \
    int end = smaller(p->outer, (task + 1) * p->rows_a_task);                                                          \
    for (int row = task * p->rows_a_task; row < end; row++) p->out[row] = name##_run(p->x + (long)row * p->length, p->length) * p->scale; \
  }                                                                                                                    \
  static void name##_columns(const void *arguments, int task, int thread) {                                            \
    const reduce_arguments *p = arguments;                                                                             \
    int blocks = divide_up(p->inner, BLOCK_COLUMNS), outer = task / blocks, first = task % blocks * BLOCK_COLUMNS;     \
    int columns = smaller(p->inner - first, BLOCK_COLUMNS);                                                            \
    const float *x = p->x + (long)outer * p->length * p->inner + first;                                                \
    float *out = p->out + (long)outer * p->inner + first, *total = thread_scratch(thread), *part = total + BLOCK_COLUMNS; \
    for (int i = 0; i < columns; i += VECTOR_FLOATS) store(total + i, splat(FIRST));                                   \
    for (int start = 0; start < p->length; start += STRIP) {                                                           \
      for (int i = 0; i < columns; i += VECTOR_FLOATS) store(part + i, splat(FIRST));                                  \
      for (int row = start; row < smaller(p->length, start + STRIP); row++) {                                          \
        const float *from = x + (long)row * p->inner;                                                                  \
        for (int i = 0; i < columns; i += VECTOR_FLOATS) store(part + i, COMBINE(load(part + i), load_up_to(from + i, columns - i))); \
      }                                                                                                                \
      for (int i = 0; i < columns; i += VECTOR_FLOATS) store(total + i, COMBINE(load(total + i), load(part + i)));     \
    }                                                                                                                  \
    for (int i = 0; i < columns; i += VECTOR_FLOATS) store_up_to(out + i, load(total + i) * p->scale, columns - i);    \
  }                                                                                                                    \
  void EXPORT(reduce_##name)(const float *x, float *out, int outer, int length, int inner, float scale) {              \
    reduce_arguments p = {x, out, outer, length, inner, larger(1, 16384 / larger(1, length)), scale};                  \
    if (inner == 1) parallel_for(divide_up(outer, p.rows_a_task), name##_runs, &p);                                    \
    else parallel_for(outer * divide_up(inner, BLOCK_COLUMNS), name##_columns, &p);                                    \
  }

#define ADD(a, b) ((a) + (b))
#define NAN_OR_MAXIMUM(a, b) choose((a) != (a), a, choose((b) != (b), b, maximum(a, b)))
INLINE float nan_or_larger(float a, float b) { return a != a ? a : b != b ? b : b > a ? b : a; }
#define NAN_OR_MINIMUM(a, b) choose((a) != (a), a, choose((b) != (b), b, minimum(a, b)))
INLINE float nan_or_smaller(float a, float b) { return a != a ? a : b != b ? b : b < a ? b : a; }

REDUCE(sum, 0.0f, ADD, ADD)
REDUCE(max, -__builtin_inff(), NAN_OR_MAXIMUM, nan_or_larger)
REDUCE(min, __builtin_inff(), NAN_OR_MINIMUM, nan_or_smaller)
