// Element-wise functions of two tensors with broadcasting: 12 bytes an element.
// The host merges neighbouring dimensions that broadcast alike, so the innermost run is long: a vector or a single number on each side.
#include "parallel.h"
#include "platform.h"
#include "vector.h"

#define BLOCK 16384

typedef struct {
  const float *a, *b;
  float *out;
  int size, inner, rank;  // elements in all, in the innermost run, and the dimensions outside it
  const int *dimensions;  // [rank] sizes, [rank] steps of a, [rank] steps of b; step 0 repeats
  int a_step, b_step;     // of the innermost run: 1 or 0
} binary_arguments;

// Where run number `run` begins in a and b.
INLINE void offsets_of(const binary_arguments *p, int run, long *a, long *b) {
  *a = *b = 0;
  for (int axis = p->rank - 1; axis >= 0; axis--) {
    int index = run % p->dimensions[axis];
    run /= p->dimensions[axis];
    *a += (long)index * p->dimensions[p->rank + axis];
    *b += (long)index * p->dimensions[2 * p->rank + axis];
  }
}

// Runs of a task: whole ones. With a single run the task takes a part of it.
#define RUN(EXPRESSION, A, B, A_SCALAR, B_SCALAR)                                                     \
  for (; i + VECTOR_FLOATS <= count; i += VECTOR_FLOATS) {                                            \
    vector a = A, b = B;                                                                              \
    store(out + i, EXPRESSION);                                                                       \
  }                                                                                                   \
  if (i < count) {                                                                                    \
    vector a = A_SCALAR, b = B_SCALAR;                                                                \
    store_part(out + i, EXPRESSION, count - i);                                                       \
  }

#define BINARY(name, expression)                                                                                                        \
  static void name##_run(const float *from_a, const float *from_b, float *out, int count, int a_step, int b_step) {                     \
    int i = 0;                                                                                                                          \
    if (a_step && b_step) {                                                                                                             \
      RUN(expression, load(from_a + i), load(from_b + i), load_part(from_a + i, count - i), load_part(from_b + i, count - i))            \
    } else if (a_step) {                                                                                                                \
      vector repeated = splat(*from_b);                                                                                                 \
      RUN(expression, load(from_a + i), repeated, load_part(from_a + i, count - i), repeated)                                           \
    } else {                                                                                                                            \
      vector repeated = splat(*from_a);                                                                                                 \
      RUN(expression, repeated, load(from_b + i), repeated, load_part(from_b + i, count - i))                                           \
    }                                                                                                                                   \
  }                                                                                                                                     \
  static void name##_block(const void *arguments, int task, int thread) {                                                               \
    const binary_arguments *p = arguments;                                                                                              \
    if (p->rank == 0) {                                                                                                                 \
      int start = task * BLOCK;                                                                                                         \
      name##_run(p->a + start * p->a_step, p->b + start * p->b_step, p->out + start, smaller(p->size - start, BLOCK), p->a_step, p->b_step); \
      return;                                                                                                                           \
    }                                                                                                                                   \
    int runs_a_task = larger(1, BLOCK / p->inner), end = smaller(p->size / p->inner, (task + 1) * runs_a_task);                         \
    for (int run = task * runs_a_task; run < end; run++) {                                                                              \
      long a, b;                                                                                                                        \
      offsets_of(p, run, &a, &b);                                                                                                       \
      name##_run(p->a + a, p->b + b, p->out + (long)run * p->inner, p->inner, p->a_step, p->b_step);                                    \
    }                                                                                                                                   \
  }                                                                                                                                     \
  void EXPORT(binary_##name)(const float *a, const float *b, float *out, int size, int inner, int rank, const int *dimensions, int a_step, int b_step) { \
    binary_arguments p = {a, b, out, size, inner, rank, dimensions, a_step, b_step};                                                    \
    parallel_for(rank == 0 ? divide_up(size, BLOCK) : divide_up(size / inner, larger(1, BLOCK / inner)), name##_block, &p);             \
  }

#define NAN_FIRST(value) choose(a != a, a, choose(b != b, b, value))

BINARY(Add, a + b)
BINARY(Sub, a - b)
BINARY(Multiply, a *b)
BINARY(RealDiv, a / b)
BINARY(Maximum, NAN_FIRST(maximum(a, b)))
BINARY(Minimum, NAN_FIRST(minimum(a, b)))
BINARY(SquaredDifference, (a - b) * (a - b))
BINARY(Prelu, choose(a < 0, a *b, a))
BINARY(EluGrad, choose(b >= 0, a, a *(b + 1.0f)))
