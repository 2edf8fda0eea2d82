// Boxes copied between tensors: slice, pad and concatenation are this with different corners. 8 bytes an element.
#include "parallel.h"
#include "platform.h"
#include "vector.h"

#define BLOCK 16384

typedef struct {
  const float *from;
  float *to;
  int runs, run, rank;   // contiguous runs of `run` floats, over `rank` outer dimensions
  const int *dimensions; // [rank] sizes, [rank] steps in `from`, [rank] steps in `to`
  int runs_a_task;
} box_copy;

static void copy_runs(const void *arguments, int task, int thread) {
  const box_copy *p = arguments;
  int end = smaller(p->runs, (task + 1) * p->runs_a_task);
  for (int number = task * p->runs_a_task; number < end; number++) {
    long from = 0, to = 0;
    int rest = number;
    for (int axis = p->rank - 1; axis >= 0; axis--) {
      int index = rest % p->dimensions[axis];
      rest /= p->dimensions[axis];
      from += (long)index * p->dimensions[p->rank + axis];
      to += (long)index * p->dimensions[2 * p->rank + axis];
    }
    __builtin_memcpy(p->to + to, p->from + from, sizeof(float) * p->run);
  }
}

void EXPORT(copy_box)(const float *from, float *to, int runs, int run, int rank, const int *dimensions) {
  box_copy p = {from, to, runs, run, rank, dimensions, larger(1, BLOCK / larger(1, run))};
  parallel_for(divide_up(runs, p.runs_a_task), copy_runs, &p);
}

typedef struct {
  const float *from;
  float *to;
  const int *indices;
  int outer, count, from_count, run, runs_a_task;
} gather_arguments;

static void gather_runs(const void *arguments, int task, int thread) {
  const gather_arguments *p = arguments;
  int end = smaller(p->outer * p->count, (task + 1) * p->runs_a_task);
  for (int n = task * p->runs_a_task; n < end; n++) {
    long from = (long)(n / p->count) * p->from_count + p->indices[n % p->count];
    __builtin_memcpy(p->to + (long)n * p->run, p->from + from * p->run, sizeof(float) * p->run);
  }
}

// to[outer, i, run] = from[outer, indices[i], run]; the host has checked the indices.
void EXPORT(gather)(const float *from, float *to, const int *indices, int outer, int count, int from_count, int run) {
  gather_arguments p = {from, to, indices, outer, count, from_count, run, larger(1, BLOCK / larger(1, run))};
  parallel_for(divide_up(outer * count, p.runs_a_task), gather_runs, &p);
}

typedef struct {
  float *to;
  int size;
  float value;
} fill_arguments;

static void fill_block(const void *arguments, int task, int thread) {
  const fill_arguments *p = arguments;
  int end = smaller(p->size, (task + 1) * BLOCK);
  for (int i = task * BLOCK; i < end; i += VECTOR_FLOATS) store(p->to + i, splat(p->value));
}

void EXPORT(fill)(float *to, int size, float value) {
  fill_arguments p = {to, size, value};
  parallel_for(divide_up(size, BLOCK), fill_block, &p);
}
