// Resizing of images, NHWC: bilinear with its gradient, and nearest. The host says which two lines of the input an output line lies between.
// Bilinear reads 8 bytes and makes 3 operations for each number of two input rows, and writes 4 bytes for 3 operations more;
// its gradient goes the same way back: 4 bytes and 2 operations of dy for each of about two rows, 4 operations more to spread them.
#include "parallel.h"
#include "platform.h"
#include "vector.h"

typedef struct {
  int batch, in_height, in_width, channels, out_height, out_width;
} resize_shape;

// Where an output line lies between input lines: (1 - fraction) low + fraction high.
typedef struct {
  int low, high;
  float fraction;
} sample;

typedef struct {
  int first, end; // output lines that read an input line, or lie between two that do
} reader_range;

typedef struct {
  const resize_shape *shape;
  const sample *rows, *columns;
  const reader_range *readers;
  const float *from;
  float *to;
} resize_arguments;

INLINE void blend(const float *a, const float *b, float fraction, float *out, int size) {
  int i = 0;
  for (; i + VECTOR_FLOATS <= size; i += VECTOR_FLOATS) {
    vector first = load(a + i);
    store(out + i, first + (load(b + i) - first) * fraction);
  }
  for (; i < size; i++) out[i] = a[i] + (b[i] - a[i]) * fraction;
}

// sum += values * weight
INLINE void add_weighted(float *sum, const float *values, float weight, int size) {
  int i = 0;
  for (; i + VECTOR_FLOATS <= size; i += VECTOR_FLOATS) store(sum + i, load(sum + i) + load(values + i) * weight);
  for (; i < size; i++) sum[i] += values[i] * weight;
}

// Rows first, the whole width at once; then the columns of the blended row.
static void bilinear_row(const void *arguments, int task, int thread) {
  const resize_arguments *p = arguments;
  const resize_shape *s = p->shape;
  int image = task / s->out_height, line = s->in_width * s->channels;
  sample row = p->rows[task % s->out_height];
  const float *top = p->from + ((long)image * s->in_height + row.low) * line, *bottom = p->from + ((long)image * s->in_height + row.high) * line;
  float *blended = thread_scratch(thread), *out = p->to + (long)task * s->out_width * s->channels;
  blend(top, bottom, row.fraction, blended, line);
  for (int column = 0; column < s->out_width; column++) {
    sample at = p->columns[column];
    const float *left = blended + at.low * s->channels, *right = blended + at.high * s->channels;
    blend(left, right, at.fraction, out + (long)column * s->channels, s->channels);
  }
}

// An input row fits the thread's scratch.
void EXPORT(resize_bilinear)(const resize_shape *s, const float *x, float *out, const sample *rows, const sample *columns) {
  resize_arguments p = {s, rows, columns, 0, x, out};
  parallel_for(s->batch * s->out_height, bilinear_row, &p);
}

// A row of dx: the rows of dy that read it, each with its weight, some columns at a time; then each column's two shares.
static void bilinear_gradient_row(const void *arguments, int task, int thread) {
  const resize_arguments *p = arguments;
  const resize_shape *s = p->shape;
  int image = task / s->in_height, row = task % s->in_height, together = THREAD_SCRATCH_FLOATS / s->channels;
  float *sums = thread_scratch(thread), *dx = p->to + (long)task * s->in_width * s->channels;
  for (long i = 0; i < (long)s->in_width * s->channels; i++) dx[i] = 0;
  for (int start = 0; start < s->out_width; start += together) {
    int columns = smaller(together, s->out_width - start), size = columns * s->channels;
    for (int i = 0; i < size; i++) sums[i] = 0;
    for (int reader = p->readers[row].first; reader < p->readers[row].end; reader++) {
      sample at = p->rows[reader];
      float weight = (at.low == row ? 1 - at.fraction : 0) + (at.high == row ? at.fraction : 0);
      const float *dy = p->from + (((long)image * s->out_height + reader) * s->out_width + start) * s->channels;
      add_weighted(sums, dy, weight, size);
    }
    for (int column = 0; column < columns; column++) {
      sample at = p->columns[start + column];
      add_weighted(dx + (long)at.low * s->channels, sums + column * s->channels, 1 - at.fraction, s->channels);
      add_weighted(dx + (long)at.high * s->channels, sums + column * s->channels, at.fraction, s->channels);
    }
  }
}

void EXPORT(resize_bilinear_gradient)(const resize_shape *s, const float *dy, float *dx, const sample *rows, const sample *columns, const reader_range *readers) {
  resize_arguments p = {s, rows, columns, readers, dy, dx};
  parallel_for(s->batch * s->in_height, bilinear_gradient_row, &p);
}

// The line `low` is the nearest.
static void nearest_row(const void *arguments, int task, int thread) {
  const resize_arguments *p = arguments;
  const resize_shape *s = p->shape;
  const float *from = p->from + ((long)(task / s->out_height) * s->in_height + p->rows[task % s->out_height].low) * s->in_width * s->channels;
  float *to = p->to + (long)task * s->out_width * s->channels;
  for (int column = 0; column < s->out_width; column++) {
    const float *pixel = from + (long)p->columns[column].low * s->channels;
    if (s->channels == 1) *to++ = *pixel;
    else {
      __builtin_memcpy(to, pixel, sizeof(float) * s->channels);
      to += s->channels;
    }
  }
}

void EXPORT(resize_nearest)(const resize_shape *s, const float *x, float *out, const sample *rows, const sample *columns) {
  resize_arguments p = {s, rows, columns, 0, x, out};
  parallel_for(s->batch * s->out_height, nearest_row, &p);
}
