// What differs between WebAssembly and a native build: how a function is exported, how a thread sleeps and wakes, and a product and a sum
// in one instruction. Nothing outside this header knows the target; a native build supplies the same names.
#pragma once

#if defined(__wasm__)
#define EXPORT(name) __attribute__((export_name(#name), visibility("default"))) name

static inline void sleep_while_equal(int *address, int value) { __builtin_wasm_memory_atomic_wait32(address, value, -1); }
static inline void wake_all(int *address) { __builtin_wasm_memory_atomic_notify(address, -1); }

// Relaxed SIMD rounds once where the CPU has the instruction, and twice where it has not; without it the compiler sees two operations
#if defined(__wasm_relaxed_simd__)
#define MULTIPLY_ADD(a, b, sum) __builtin_wasm_relaxed_madd_f32x4(a, b, sum)
#else
#define MULTIPLY_ADD(a, b, sum) ((a) * (b) + (sum))
#endif
#else
#error "No threads for this target yet: supply EXPORT, sleep_while_equal, wake_all and MULTIPLY_ADD"
#endif
