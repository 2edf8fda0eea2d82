// What differs between WebAssembly and a native build: how a function is exported, and how a thread sleeps and wakes.
// Nothing outside this header knows the target; a native build supplies the same three names.
#pragma once

#if defined(__wasm__)
#define EXPORT(name) __attribute__((export_name(#name), visibility("default"))) name

static inline void sleep_while_equal(int *address, int value) { __builtin_wasm_memory_atomic_wait32(address, value, -1); }
static inline void wake_all(int *address) { __builtin_wasm_memory_atomic_notify(address, -1); }
#else
#error "No threads for this target yet: supply EXPORT, sleep_while_equal and wake_all"
#endif
