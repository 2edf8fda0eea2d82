// Portable vectors: GCC's and clang's vector extension, whose width is a parameter of the build.
// Tensors lie in blocks padded to BLOCK_ALIGNMENT bytes, so whole-tensor loops may read and write the padding of their last vector.
#pragma once
#include "platform.h"

#ifndef VECTOR_FLOATS
#define VECTOR_FLOATS 4
#endif
#define BLOCK_ALIGNMENT 64

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")
#define KEEP_ROLLED _Pragma("clang loop unroll(disable)")

typedef float vector __attribute__((vector_size(4 * VECTOR_FLOATS)));
typedef int mask __attribute__((vector_size(4 * VECTOR_FLOATS)));
typedef float unaligned_vector __attribute__((vector_size(4 * VECTOR_FLOATS), aligned(4), may_alias));

INLINE vector load(const float *from) { return *(const unaligned_vector *)from; }
INLINE void store(float *to, vector value) { *(unaligned_vector *)to = value; }

// value - 0 and not value + 0, which would turn -0 into 0
INLINE vector splat(float value) { return value - (vector){}; }

// a b + sum
INLINE vector multiply_add(vector a, vector b, vector sum) { return MULTIPLY_ADD(a, b, sum); }

INLINE vector choose(mask condition, vector yes, vector no) { return (vector)((condition & (mask)yes) | (~condition & (mask)no)); }

// As a comparison and a choice: NaN in `a` stays, as in Math.max(0, x)
INLINE vector maximum(vector a, vector b) { return choose(b > a, b, a); }
INLINE vector minimum(vector a, vector b) { return choose(b < a, b, a); }

INLINE vector absolute(vector a) { return (vector)((mask)a & 0x7fffffff); }

INLINE vector square_root(vector a) {
  UNROLL for (int lane = 0; lane < VECTOR_FLOATS; lane++) a[lane] = __builtin_sqrtf(a[lane]);
  return a;
}

// The lanes of the lower halves of a and b in turns, and those of the upper halves. Written out by width:
// from assignments of single lanes compilers make three shuffles where one does.
#if VECTOR_FLOATS == 4
#define LOWER_HALVES 0, 4, 1, 5
#define UPPER_HALVES 2, 6, 3, 7
#elif VECTOR_FLOATS == 8
#define LOWER_HALVES 0, 8, 1, 9, 2, 10, 3, 11
#define UPPER_HALVES 4, 12, 5, 13, 6, 14, 7, 15
#elif VECTOR_FLOATS == 16
#define LOWER_HALVES 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define UPPER_HALVES 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
#endif
INLINE vector interleave_lower(vector a, vector b) { return __builtin_shufflevector(a, b, LOWER_HALVES); }
INLINE vector interleave_upper(vector a, vector b) { return __builtin_shufflevector(a, b, UPPER_HALVES); }

INLINE float sum_lanes(vector a) {
  float sum = a[0];
  UNROLL for (int lane = 1; lane < VECTOR_FLOATS; lane++) sum += a[lane];
  return sum;
}

INLINE int smaller(int a, int b) { return a < b ? a : b; }
INLINE int larger(int a, int b) { return a > b ? a : b; }
INLINE int round_up(int value, int multiple) { return (value + multiple - 1) / multiple * multiple; }
INLINE int divide_up(int value, int by) { return (value + by - 1) / by; }

// The first `count` floats from memory that may end there, zeros behind them; and back.
INLINE vector load_part(const float *from, int count) {
  vector value = {};
  for (int lane = 0; lane < count; lane++) value[lane] = from[lane];
  return value;
}
INLINE void store_part(float *to, vector value, int count) {
  for (int lane = 0; lane < count; lane++) to[lane] = value[lane];
}
INLINE vector load_up_to(const float *from, int count) { return count >= VECTOR_FLOATS ? load(from) : load_part(from, count); }
INLINE void store_up_to(float *to, vector value, int count) {
  if (count >= VECTOR_FLOATS) store(to, value);
  else store_part(to, value, count);
}
