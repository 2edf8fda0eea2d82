// Work cut into numbered tasks, which any thread may take.
// What a task computes may depend on its number and never on who runs it: results are the same for any number of threads.
#pragma once

typedef void (*task_function)(const void *arguments, int task, int thread);

// Runs tasks 0 .. tasks - 1 and returns when all are done.
void parallel_for(int tasks, task_function run, const void *arguments);

// THREAD_SCRATCH_FLOATS floats that belong to the given thread while it runs a task.
#define THREAD_SCRATCH_FLOATS (1 << 18)
float *thread_scratch(int thread);
