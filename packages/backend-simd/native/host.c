// What the host needs besides kernels: a place for integer arguments, and the ceiling that rates are held against.
#include "parallel.h"
#include "platform.h"
#include "vector.h"

static int arguments[1024];

// Where the host writes shapes and index lists for the next call.
int *EXPORT(arguments_address)(void) { return arguments; }
int EXPORT(arguments_length)(void) { return sizeof(arguments) / sizeof(arguments[0]); }

// `rounds` times 8 independent vector multiply-adds in registers: 16 VECTOR_FLOATS operations a round, no memory. One such loop a task.
typedef struct {
  int rounds;
  float seed;
} ceiling_arguments;

static void multiply_add_loop(const void *arguments, int task, int thread) {
  const ceiling_arguments *p = arguments;
  vector sums[8], factor = splat(p->seed), term = splat(p->seed * 0.5f);
  UNROLL for (int i = 0; i < 8; i++) sums[i] = splat(i * p->seed);
  for (int round = 0; round < p->rounds; round++) {
    UNROLL for (int i = 0; i < 8; i++) sums[i] = multiply_add(sums[i], factor, term);
  }
  vector total = sums[0];
  UNROLL for (int i = 1; i < 8; i++) total += sums[i];
  store(thread_scratch(thread), total);
}

void EXPORT(multiply_add_ceiling)(int rounds, float seed, int tasks) {
  ceiling_arguments p = {rounds, seed};
  parallel_for(tasks, multiply_add_loop, &p);
}

int EXPORT(vector_floats)(void) { return VECTOR_FLOATS; }
