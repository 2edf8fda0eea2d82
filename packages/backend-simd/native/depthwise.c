// Depthwise convolution and its two gradients, NHWC. All three go through two maps once, 8 bytes an element with one map in the cache
// for all rows of the filter, and make 2 operations a tap: up to about 3x3 taps memory is the limit, not arithmetic.
// Channels are vectors. With a multiplier above 1 output channel k belongs to input channel k / multiplier, and the lanes are gathered.
#include "convolution.h"
#include "parallel.h"
#include "platform.h"
#include "vector.h"

#define BLOCK_VECTORS 4 // sums in registers: a cache line of channels, and enough to hide the latency of an addition
#define BLOCK_CHANNELS (BLOCK_VECTORS * VECTOR_FLOATS)
#define MOST_PARTS 32 // of the filter gradient's sum over rows
#define REDUCE_BLOCK 4096

// One term of the sum at a position: a pixel and the filter's numbers for it.
typedef struct {
  const float *pixel, *weights;
} tap;

typedef struct {
  const convolution_shape *shape;
  const float *x, *filter, *bias, *dy;
  float *out;
  int rows_a_part; // of the filter gradient
} depthwise_arguments;

INLINE int multiplier_of(const convolution_shape *s) { return s->out_channels / s->in_channels; }
INLINE int taps_of(const convolution_shape *s) { return s->filter_height * s->filter_width; }

INLINE const float *pixel_of(const float *map, int image, int row, int column, int height, int width, int channels) {
  return map + (((long)image * height + row) * width + column) * channels;
}

// The numbers of a pixel that output channels from `channel` on belong to.
INLINE vector load_channels(const float *pixel, int channel, int multiplier, int count) {
  if (multiplier == 1) return load_up_to(pixel + channel, count);
  vector value = {};
  for (int lane = 0; lane < smaller(count, VECTOR_FLOATS); lane++) value[lane] = pixel[(channel + lane) / multiplier];
  return value;
}

INLINE void sum_block(const tap *taps, int count, const float *bias, float *out, int channel, int multiplier, int channels, int vectors) {
  vector sums[BLOCK_VECTORS];
  UNROLL for (int v = 0; v < vectors; v++) sums[v] = bias ? load_up_to(bias + channel + v * VECTOR_FLOATS, channels) : splat(0);
  for (int n = 0; n < count; n++) {
    UNROLL for (int v = 0; v < vectors; v++) {
      int at = channel + v * VECTOR_FLOATS;
      sums[v] += load_channels(taps[n].pixel, at, multiplier, channels) * load_up_to(taps[n].weights + at, channels);
    }
  }
  UNROLL for (int v = 0; v < vectors; v++) store_up_to(out + channel + v * VECTOR_FLOATS, sums[v], channels);
}

// out[k] = bias[k] + sum over taps: pixel[k / multiplier] * weights[k]
INLINE void sum_channels(const tap *taps, int count, const float *bias, float *out, int channels, int multiplier) {
  int channel = 0;
  for (; channel + BLOCK_CHANNELS <= channels; channel += BLOCK_CHANNELS) sum_block(taps, count, bias, out, channel, multiplier, VECTOR_FLOATS, BLOCK_VECTORS);
  for (; channel + VECTOR_FLOATS <= channels; channel += VECTOR_FLOATS) sum_block(taps, count, bias, out, channel, multiplier, VECTOR_FLOATS, 1);
  if (channel < channels) sum_block(taps, count, bias, out, channel, multiplier, channels - channel, 1);
}

static void sum_taps(const tap *taps, int count, const float *bias, float *out, int channels, int multiplier) {
  if (multiplier == 1) sum_channels(taps, count, bias, out, channels, 1);
  else sum_channels(taps, count, bias, out, channels, multiplier);
}

static void forward_row(const void *arguments, int task, int thread) {
  const depthwise_arguments *p = arguments;
  const convolution_shape *s = p->shape;
  tap *taps = (tap *)thread_scratch(thread);
  int image = task / s->out_height, first_row = task % s->out_height * s->stride_height - s->pad_top;
  for (int column = 0; column < s->out_width; column++) {
    int count = 0, first_column = column * s->stride_width - s->pad_left;
    for (int i = 0; i < s->filter_height; i++) {
      int x_row = first_row + i * s->dilation_height;
      if (x_row < 0 || x_row >= s->in_height) continue;
      for (int j = 0; j < s->filter_width; j++) {
        int x_column = first_column + j * s->dilation_width;
        if (x_column < 0 || x_column >= s->in_width) continue;
        taps[count++] = (tap){pixel_of(p->x, image, x_row, x_column, s->in_height, s->in_width, s->in_channels), p->filter + (long)(i * s->filter_width + j) * s->out_channels};
      }
    }
    sum_taps(taps, count, p->bias, p->out + ((long)task * s->out_width + column) * s->out_channels, s->out_channels, multiplier_of(s));
  }
}

void EXPORT(depthwise)(const convolution_shape *s, const float *x, const float *filter, const float *bias, float *out) {
  depthwise_arguments p = {s, x, filter, bias, 0, out, 0};
  parallel_for(s->batch * s->out_height, forward_row, &p);
}

// The output index that a tap reads an input index for, or -1.
INLINE int output_index(int in_index, int tap_offset, int stride, int outputs) {
  int at = in_index - tap_offset;
  if (at < 0 || at % stride != 0) return -1;
  return at / stride < outputs ? at / stride : -1;
}

// dx[c] = sum over taps and q < multiplier: dy[c multiplier + q] * filter[c multiplier + q]
static void input_gradient_row(const void *arguments, int task, int thread) {
  const depthwise_arguments *p = arguments;
  const convolution_shape *s = p->shape;
  tap *taps = (tap *)thread_scratch(thread);
  float *by_output = (float *)(taps + taps_of(s));
  int image = task / s->in_height, row = task % s->in_height, multiplier = multiplier_of(s);
  for (int column = 0; column < s->in_width; column++) {
    int count = 0;
    for (int i = 0; i < s->filter_height; i++) {
      int dy_row = output_index(row, i * s->dilation_height - s->pad_top, s->stride_height, s->out_height);
      if (dy_row < 0) continue;
      for (int j = 0; j < s->filter_width; j++) {
        int dy_column = output_index(column, j * s->dilation_width - s->pad_left, s->stride_width, s->out_width);
        if (dy_column < 0) continue;
        taps[count++] = (tap){pixel_of(p->dy, image, dy_row, dy_column, s->out_height, s->out_width, s->out_channels), p->filter + (long)(i * s->filter_width + j) * s->out_channels};
      }
    }
    float *dx = p->out + ((long)task * s->in_width + column) * s->in_channels;
    if (multiplier == 1) {
      sum_taps(taps, count, 0, dx, s->in_channels, 1);
      continue;
    }
    sum_taps(taps, count, 0, by_output, s->out_channels, 1);
    for (int channel = 0; channel < s->in_channels; channel++) {
      float sum = 0;
      for (int q = 0; q < multiplier; q++) sum += by_output[channel * multiplier + q];
      dx[channel] = sum;
    }
  }
}

// The thread's scratch holds the taps and a pixel of dy.
void EXPORT(depthwise_input_gradient)(const convolution_shape *s, const float *dy, const float *filter, float *dx) {
  depthwise_arguments p = {s, 0, filter, 0, dy, dx, 0};
  parallel_for(s->batch * s->in_height, input_gradient_row, &p);
}

INLINE void add_products(const float *x, int x_step, const float *dy, int dy_step, int columns, float *sum, int channel, int multiplier, int channels, int vectors) {
  vector sums[BLOCK_VECTORS];
  UNROLL for (int v = 0; v < vectors; v++) sums[v] = splat(0);
  for (int column = 0; column < columns; column++, x += x_step, dy += dy_step) {
    UNROLL for (int v = 0; v < vectors; v++) {
      int at = channel + v * VECTOR_FLOATS;
      sums[v] += load_channels(x, at, multiplier, channels) * load_up_to(dy + at, channels);
    }
  }
  UNROLL for (int v = 0; v < vectors; v++) {
    float *to = sum + channel + v * VECTOR_FLOATS;
    store_up_to(to, load_up_to(to, channels) + sums[v], channels);
  }
}

// What one row of dy adds to the filter's channels from `channel` on, tap after tap; the row stays in the first-level cache.
INLINE void add_row(const depthwise_arguments *p, int image, int row, float *part, int channel, int multiplier, int channels, int vectors) {
  const convolution_shape *s = p->shape;
  const float *dy = pixel_of(p->dy, image, row, 0, s->out_height, s->out_width, s->out_channels);
  for (int i = 0; i < s->filter_height; i++) {
    int x_row = row * s->stride_height - s->pad_top + i * s->dilation_height;
    if (x_row < 0 || x_row >= s->in_height) continue;
    for (int j = 0; j < s->filter_width; j++) {
      int offset = j * s->dilation_width - s->pad_left; // x column of dy column 0
      int first = offset < 0 ? divide_up(-offset, s->stride_width) : 0;
      int end = offset < s->in_width ? smaller(s->out_width, (s->in_width - 1 - offset) / s->stride_width + 1) : 0;
      if (first >= end) continue;
      const float *x = pixel_of(p->x, image, x_row, offset + first * s->stride_width, s->in_height, s->in_width, s->in_channels);
      add_products(x, s->stride_width * s->in_channels, dy + (long)first * s->out_channels, s->out_channels, end - first, part + (long)(i * s->filter_width + j) * s->out_channels, channel,
                   multiplier, channels, vectors);
    }
  }
}

INLINE void add_rows(const depthwise_arguments *p, int image, int row, float *part, int multiplier) {
  int channel = 0, channels = p->shape->out_channels;
  for (; channel + BLOCK_CHANNELS <= channels; channel += BLOCK_CHANNELS) add_row(p, image, row, part, channel, multiplier, VECTOR_FLOATS, BLOCK_VECTORS);
  for (; channel + VECTOR_FLOATS <= channels; channel += VECTOR_FLOATS) add_row(p, image, row, part, channel, multiplier, VECTOR_FLOATS, 1);
  if (channel < channels) add_row(p, image, row, part, channel, multiplier, channels - channel, 1);
}

INLINE int rows_a_part(const convolution_shape *s) { return divide_up(s->batch * s->out_height, MOST_PARTS); }
INLINE int parts_of(const convolution_shape *s) { return divide_up(s->batch * s->out_height, rows_a_part(s)); }

static void filter_gradient_part(const void *arguments, int task, int thread) {
  const depthwise_arguments *p = arguments;
  const convolution_shape *s = p->shape;
  long size = (long)taps_of(s) * s->out_channels;
  float *part = p->out + task * size;
  for (long i = 0; i < size; i++) part[i] = 0;
  int end = smaller(s->batch * s->out_height, (task + 1) * p->rows_a_part);
  for (int row = task * p->rows_a_part; row < end; row++) {
    if (multiplier_of(s) == 1) add_rows(p, row / s->out_height, row % s->out_height, part, 1);
    else add_rows(p, row / s->out_height, row % s->out_height, part, multiplier_of(s));
  }
}

typedef struct {
  const float *parts;
  float *out;
  int size, count;
} parts_arguments;

static void add_parts(const void *arguments, int task, int thread) {
  const parts_arguments *p = arguments;
  int end = smaller(p->size, (task + 1) * REDUCE_BLOCK);
  for (int i = task * REDUCE_BLOCK; i < end; i += VECTOR_FLOATS) {
    vector sum = {};
    for (int part = 0; part < p->count; part++) sum += load(p->parts + (long)part * p->size + i);
    store(p->out + i, sum);
  }
}

int EXPORT(depthwise_filter_gradient_scratch)(const convolution_shape *s) { return parts_of(s) * taps_of(s) * s->out_channels + VECTOR_FLOATS; }

// filter gradient[i, j, k] = sum over positions: x[under tap i, j][k / multiplier] * dy[k], in parts of some rows that are added at the end
void EXPORT(depthwise_filter_gradient)(const convolution_shape *s, const float *x, const float *dy, float *out, float *scratch) {
  depthwise_arguments p = {s, x, 0, 0, dy, scratch, rows_a_part(s)};
  parallel_for(parts_of(s), filter_gradient_part, &p);
  parts_arguments sums = {scratch, out, taps_of(s) * s->out_channels, parts_of(s)};
  parallel_for(divide_up(sums.size, REDUCE_BLOCK), add_parts, &sums);
}
