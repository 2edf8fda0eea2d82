// Updates of whole lists of tensors in one call: a ResNet-50 has 161 of them, and the host's cost is by call.
// 20 bytes a number for SGD, 28 and 15 operations for Adam, 12 bytes for the momentum encoder.
#include "parallel.h"
#include "platform.h"
#include "vector.h"

#define BLOCK 16384

// One tensor of the list. The host writes the entries, and `first_task` so that task numbers run through the list.
typedef struct {
  int first_task, size;
  float decay; // SGD: the weight decay; Adam: what the parameter is multiplied by
  const float *parameter, *gradient, *first, *second; // moments; SGD's velocity is the first
  float *new_parameter, *new_first, *new_second;
} list_entry;

typedef struct {
  const list_entry *entries;
  int count;
  float learning_rate, momentum;
} list_arguments;

typedef struct {
  list_arguments list;
  float momentum, rest; // 1 - momentum, which a float could not tell from 0.999
} momentum_arguments;

typedef struct {
  list_arguments list;
  float step_size, beta1, rest1, beta2, rest2, epsilon, second_correction;
} adam_arguments;

// The entry of a task, by bisection.
INLINE const list_entry *entry_of(const list_arguments *p, int task) {
  int low = 0, high = p->count - 1;
  while (low < high) {
    int middle = (low + high + 1) / 2;
    if (p->entries[middle].first_task <= task) low = middle;
    else high = middle - 1;
  }
  return p->entries + low;
}

static void sgd_block(const void *arguments, int task, int thread) {
  const list_arguments *p = arguments;
  const list_entry *e = entry_of(p, task);
  int start = (task - e->first_task) * BLOCK, end = smaller(e->size, start + BLOCK);
  for (int i = start; i < end; i += VECTOR_FLOATS) {
    vector parameter = load(e->parameter + i);
    vector velocity = load(e->first + i) * p->momentum + (load(e->gradient + i) + parameter * e->decay);
    store(e->new_first + i, velocity);
    store(e->new_parameter + i, parameter - velocity * p->learning_rate);
  }
}

// velocity' = momentum velocity + (gradient + weight decay parameter), parameter' = parameter - learning rate velocity'
void EXPORT(sgd_momentum_list)(const list_entry *entries, int count, int tasks, float learning_rate, float momentum) {
  list_arguments p = {entries, count, learning_rate, momentum};
  parallel_for(tasks, sgd_block, &p);
}

static void adam_block(const void *arguments, int task, int thread) {
  const adam_arguments *p = arguments;
  const list_entry *e = entry_of(&p->list, task);
  int start = (task - e->first_task) * BLOCK, end = smaller(e->size, start + BLOCK);
  for (int i = start; i < end; i += VECTOR_FLOATS) {
    vector gradient = load(e->gradient + i);
    vector first = load(e->first + i) * p->beta1 + gradient * p->rest1, second = load(e->second + i) * p->beta2 + gradient * gradient * p->rest2;
    store(e->new_first + i, first);
    store(e->new_second + i, second);
    vector direction = first / (square_root(second) / p->second_correction + p->epsilon);
    store(e->new_parameter + i, load(e->parameter + i) * e->decay - direction * p->step_size);
  }
}

// first' = beta1 first + rest1 gradient, second' = beta2 second + rest2 gradient^2,
// parameter' = decay parameter - step size first' / (sqrt(second') / second correction + epsilon).
// The host makes rest = 1 - beta in double precision: of 1 - 0.999 in single precision four digits are right.
void EXPORT(adam_list)(const list_entry *entries, int count, int tasks, float step_size, float beta1, float rest1, float beta2, float rest2, float epsilon, float second_correction) {
  adam_arguments p = {{entries, count, 0, 0}, step_size, beta1, rest1, beta2, rest2, epsilon, second_correction};
  parallel_for(tasks, adam_block, &p);
}

static void momentum_block(const void *arguments, int task, int thread) {
  const momentum_arguments *p = arguments;
  const list_entry *e = entry_of(&p->list, task);
  int start = (task - e->first_task) * BLOCK, end = smaller(e->size, start + BLOCK);
  for (int i = start; i < end; i += VECTOR_FLOATS) store(e->new_parameter + i, load(e->parameter + i) * p->momentum + load(e->gradient + i) * p->rest);
}

// key' = momentum key + (1 - momentum) query; keys travel as parameters, queries as gradients
void EXPORT(momentum_update_list)(const list_entry *entries, int count, int tasks, float momentum, float rest) {
  momentum_arguments p = {{entries, count, 0, 0}, momentum, rest};
  parallel_for(tasks, momentum_block, &p);
}

// Numbers a task of the lists takes.
int EXPORT(list_block)(void) { return BLOCK; }
