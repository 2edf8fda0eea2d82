// What the kernels share. Images are float, row by row; addresses come from src/kernels.ts, with room for LANES floats behind each array.
#pragma once

#define EXPORT(name) __attribute__((export_name(#name), visibility("default"))) name
#define LANES 4

// A vector at any float's address
typedef float lanes __attribute__((vector_size(4 * LANES), aligned(4)));

static inline lanes load(const float *from) { return *(const lanes *)from; }
static inline void store(float *to, lanes values) { *(lanes *)to = values; }
static inline lanes splat(float value) { return (lanes){value, value, value, value}; }

static inline lanes smaller(lanes a, lanes b) { return __builtin_wasm_pmin_f32x4(a, b); }
static inline lanes larger(lanes a, lanes b) { return __builtin_wasm_pmax_f32x4(a, b); }

// Mirrors an index at the centres of the first and the last pixel: ... 2 1 | 0 1 2 ...
static inline int reflect101(int index, int length) {
  if (index >= 0 && index < length) return index;
  if (length == 1) return 0;
  int period = 2 * (length - 1);
  int offset = ((index % period) + period) % period;
  return offset < length ? offset : period - offset;
}
