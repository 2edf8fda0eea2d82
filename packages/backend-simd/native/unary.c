// Element-wise functions of one tensor: 8 bytes an element, so memory is the limit of all but exp, log and their like.
#include "parallel.h"
#include "platform.h"
#include "vector.h"
#include "vector_math.h"

#define BLOCK 16384

typedef struct {
  const float *x;
  float *out;
  int size;
  float first, second; // what some functions need besides x
} unary_arguments;

#define UNARY(name, expression)                                                                   \
  static void name##_block(const void *arguments, int task, int thread) {                         \
    const unary_arguments *p = arguments;                                                         \
    vector first = splat(p->first), second = splat(p->second);                                    \
    (void)first, (void)second;                                                                    \
    int end = smaller(p->size, (task + 1) * BLOCK);                                               \
    for (int i = task * BLOCK; i < end; i += VECTOR_FLOATS) {                                     \
      vector x = load(p->x + i);                                                                  \
      store(p->out + i, expression);                                                              \
    }                                                                                             \
  }                                                                                               \
  void EXPORT(unary_##name)(const float *x, float *out, int size, float first, float second) {    \
    unary_arguments p = {x, out, size, first, second};                                            \
    parallel_for(divide_up(size, BLOCK), name##_block, &p);                                       \
  }

#define ZERO splat(0)
#define ONE splat(1)
#define NAN_OR(value) choose(x != x, x, value)

UNARY(Relu, maximum(x, ZERO))
UNARY(Relu6, minimum(maximum(x, ZERO), splat(6)))
UNARY(LeakyRelu, choose(x < 0, x *first, x))
UNARY(Step, NAN_OR(choose(x > 0, ONE, first)))
UNARY(Abs, absolute(x))
UNARY(Neg, -x)
UNARY(Sign, choose(x > 0, ONE, choose(x < 0, -ONE, ZERO)))
UNARY(Square, x *x)
UNARY(Sqrt, square_root(x))
UNARY(Rsqrt, 1.0f / square_root(x))
UNARY(Reciprocal, 1.0f / x)
UNARY(Exp, vector_exp(x))
UNARY(Log, vector_log(x))
UNARY(Sigmoid, 1.0f / (1.0f + vector_exp(-x)))
UNARY(Tanh, vector_tanh(x))
UNARY(Softplus, vector_softplus(x))
UNARY(Elu, choose(x >= 0, x, vector_exp_less_one(x)))
UNARY(ClipByValue, choose(x > second, second, choose(x < first, first, x)))
