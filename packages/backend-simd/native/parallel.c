#include "parallel.h"
#include "platform.h"

// How often a thread looks again before it sleeps. A worker without work: longer than the host takes between two kernels, since to be woken
// costs as much as a small kernel. The caller at the end of a job: briefly, as it waits only when another program has taken a worker's core.
#define IDLE_SPINS 400000
#define WAIT_SPINS 20000

static int thread_count = 1;
static int caller_may_sleep; // not on a browser's main thread
static float *scratch;

// One job at a time. The fields are written while `ticket` holds no open task and published with it,
// so a thread that takes a task (by compare-and-swap from a ticket with open tasks) has read the fields of that very job.
static struct {
  task_function run;
  const void *arguments;
  int tasks;
  int done;
  unsigned long long ticket; // job number << 32 | open tasks
  int generation;            // what idle workers sleep on
} job;

// `scratch_floats` holds THREAD_SCRATCH_FLOATS floats a thread; `may_sleep` says whether the calling thread may wait in its sleep.
void EXPORT(initialise_threads)(int threads, float *scratch_floats, int may_sleep) {
  thread_count = threads;
  caller_may_sleep = may_sleep;
  scratch = scratch_floats;
}

float *thread_scratch(int thread) { return scratch + (long)thread * THREAD_SCRATCH_FLOATS; }

static void run_open_tasks(int thread) {
  for (;;) {
    unsigned long long ticket = __atomic_load_n(&job.ticket, __ATOMIC_SEQ_CST);
    int open = (int)(unsigned)ticket;
    if (open == 0) return;
    task_function run = job.run;
    const void *arguments = job.arguments;
    int tasks = job.tasks;
    if (!__atomic_compare_exchange_n(&job.ticket, &ticket, ticket - 1, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) continue;
    run(arguments, tasks - open, thread);
    if (__atomic_add_fetch(&job.done, 1, __ATOMIC_SEQ_CST) == tasks && thread > 0) wake_all(&job.done);
  }
}

void parallel_for(int tasks, task_function run, const void *arguments) {
  if (thread_count == 1 || tasks <= 1) {
    for (int task = 0; task < tasks; task++) run(arguments, task, 0);
    return;
  }
  job.run = run;
  job.arguments = arguments;
  job.tasks = tasks;
  __atomic_store_n(&job.done, 0, __ATOMIC_SEQ_CST);
  unsigned long long number = (job.ticket >> 32) + 1;
  __atomic_store_n(&job.ticket, number << 32 | (unsigned)tasks, __ATOMIC_SEQ_CST);
  __atomic_fetch_add(&job.generation, 1, __ATOMIC_SEQ_CST);
  wake_all(&job.generation);
  run_open_tasks(0);
  // The last tasks of a job end at nearly the same time, unless other programs have taken a core from us
  int spins = 0, done;
  while ((done = __atomic_load_n(&job.done, __ATOMIC_SEQ_CST)) != tasks) {
    if (++spins > WAIT_SPINS && caller_may_sleep) sleep_while_equal(&job.done, done);
  }
}

// What a worker does until its host ends it.
void EXPORT(work)(int thread) {
  for (;;) {
    int generation = __atomic_load_n(&job.generation, __ATOMIC_SEQ_CST);
    run_open_tasks(thread);
    int spins = 0;
    while (__atomic_load_n(&job.generation, __ATOMIC_SEQ_CST) == generation) {
      if (++spins > IDLE_SPINS) sleep_while_equal(&job.generation, generation);
    }
  }
}
