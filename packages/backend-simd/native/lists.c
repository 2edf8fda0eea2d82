// Updates of whole lists of tensors in one call: a ResNet-50 has 161 of them, and the host's cost is by call.
// 20 bytes a number for the optimiser, 12 for the momentum encoder.
#include "parallel.h"
#include "platform.h"
#include "vector.h"

#define BLOCK 16384

// One tensor of the list. The host writes the entries, and `first_task` so that task numbers run through the list.
typedef struct {
  int first_task, size;
  float weight_decay;
  const float *parameter, *gradient, *velocity;
  float *new_parameter, *new_velocity;
} list_entry;

typedef struct {
  const list_entry *entries;
  int count;
  float learning_rate, momentum;
} list_arguments;

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
    vector velocity = load(e->velocity + i) * p->momentum + (load(e->gradient + i) + parameter * e->weight_decay);
    store(e->new_velocity + i, velocity);
    store(e->new_parameter + i, parameter - velocity * p->learning_rate);
  }
}

// velocity' = momentum velocity + (gradient + weight decay parameter), parameter' = parameter - learning rate velocity'
void EXPORT(sgd_momentum_list)(const list_entry *entries, int count, int tasks, float learning_rate, float momentum) {
  list_arguments p = {entries, count, learning_rate, momentum};
  parallel_for(tasks, sgd_block, &p);
}

static void momentum_block(const void *arguments, int task, int thread) {
  const list_arguments *p = arguments;
  const list_entry *e = entry_of(p, task);
  int start = (task - e->first_task) * BLOCK, end = smaller(e->size, start + BLOCK);
  float rest = 1 - p->momentum;
  for (int i = start; i < end; i += VECTOR_FLOATS) store(e->new_parameter + i, load(e->parameter + i) * p->momentum + load(e->gradient + i) * rest);
}

// key' = momentum key + (1 - momentum) query; keys travel as parameters, queries as gradients
void EXPORT(momentum_update_list)(const list_entry *entries, int count, int tasks, float momentum) {
  list_arguments p = {entries, count, 0, momentum};
  parallel_for(tasks, momentum_block, &p);
}

// Numbers a task of the lists takes.
int EXPORT(list_block)(void) { return BLOCK; }
