// Max and average pooling with their gradients, NHWC; 4 bytes and one comparison or addition for each input under a window.
// The average counts the pixels that lie inside. Its gradient is gathered: 8 bytes and 2 operations for each window over a pixel.
#include "parallel.h"
#include "platform.h"
#include "vector.h"

typedef struct {
  int batch, in_height, in_width, channels;
  int out_height, out_width;
  int filter_height, filter_width;
  int stride_height, stride_width, dilation_height, dilation_width;
  int pad_top, pad_left;
} pooling_shape;

typedef struct {
  const pooling_shape *shape;
  const float *x, *dy;
  float *out;
} pooling_arguments;

typedef struct {
  int row, column; // the window's corner in the input, which may lie outside
} window;

INLINE window window_at(const pooling_shape *s, int row, int column) { return (window){row * s->stride_height - s->pad_top, column * s->stride_width - s->pad_left}; }

INLINE const float *pixel_at(const pooling_shape *s, const float *x, int image, int row, int column) {
  if (row < 0 || row >= s->in_height || column < 0 || column >= s->in_width) return 0;
  return x + (((long)image * s->in_height + row) * s->in_width + column) * s->channels;
}

// The pixel of a window in row order, or null outside.
INLINE const float *window_pixel(const pooling_shape *s, const float *x, int image, window at, int n) {
  return pixel_at(s, x, image, at.row + n / s->filter_width * s->dilation_height, at.column + n % s->filter_width * s->dilation_width);
}

// The pixels of a window that lie inside, in row order.
INLINE int window_pixels(const pooling_shape *s, const float *x, int image, window at, const float **pixels) {
  int count = 0;
  for (int n = 0; n < s->filter_height * s->filter_width; n++) {
    const float *pixel = window_pixel(s, x, image, at, n);
    if (pixel) pixels[count++] = pixel;
  }
  return count;
}

static void max_pool_row(const void *arguments, int task, int thread) {
  const pooling_arguments *p = arguments;
  const pooling_shape *s = p->shape;
  const float **pixels = (const float **)thread_scratch(thread);
  for (int column = 0; column < s->out_width; column++) {
    int inside = window_pixels(s, p->x, task / s->out_height, window_at(s, task % s->out_height, column), pixels);
    float *out = p->out + ((long)task * s->out_width + column) * s->channels;
    for (int channel = 0; channel < s->channels; channel += VECTOR_FLOATS) {
      int count = s->channels - channel;
      vector highest = splat(-__builtin_inff());
      for (int n = 0; n < inside; n++) highest = maximum(highest, load_up_to(pixels[n] + channel, count));
      store_up_to(out + channel, highest, count);
    }
  }
}

void EXPORT(max_pool)(const pooling_shape *s, const float *x, float *out) {
  pooling_arguments p = {s, x, 0, out};
  parallel_for(s->batch * s->out_height, max_pool_row, &p);
}

// Each window's dy goes to the first of its highest pixels. One task an image, as windows overlap.
static void max_pool_gradient_image(const void *arguments, int image, int thread) {
  const pooling_arguments *p = arguments;
  const pooling_shape *s = p->shape;
  long image_floats = (long)s->in_height * s->in_width * s->channels;
  const float **pixels = (const float **)thread_scratch(thread);
  for (long i = 0; i < image_floats; i++) p->out[image * image_floats + i] = 0;
  for (int cell = 0; cell < s->out_height * s->out_width; cell++) {
    int inside = window_pixels(s, p->x, image, window_at(s, cell / s->out_width, cell % s->out_width), pixels);
    const float *dy = p->dy + ((long)image * s->out_height * s->out_width + cell) * s->channels;
    for (int channel = 0; channel < s->channels; channel += VECTOR_FLOATS) {
      int count = s->channels - channel;
      vector highest = splat(-__builtin_inff());
      mask winner = (mask){} - 1;
      for (int n = 0; n < inside; n++) {
        vector value = load_up_to(pixels[n] + channel, count);
        mask better = (value > highest) | ((winner < 0) & (value == value));
        highest = choose(better, value, highest);
        winner = (better & n) | (~better & winner);
      }
      vector gradient = load_up_to(dy + channel, count);
      for (int n = 0; n < inside; n++) {
        float *to = p->out + (pixels[n] - p->x) + channel;
        store_up_to(to, load_up_to(to, count) + choose(winner == n, gradient, splat(0)), count);
      }
    }
  }
}

void EXPORT(max_pool_gradient)(const pooling_shape *s, const float *dy, const float *x, float *dx) {
  pooling_arguments p = {s, x, dy, dx};
  parallel_for(s->batch, max_pool_gradient_image, &p);
}

#define STRIP 128 // the longest run of additions to one number

// Sums are taken of strips first, so that large windows keep their digits.
INLINE void average(const float **pixels, int inside, float *out, int channel, int count) {
  vector sum = {};
  for (int start = 0; start < inside; start += STRIP) {
    vector strip = {};
    for (int n = start; n < smaller(inside, start + STRIP); n++) strip += load_up_to(pixels[n] + channel, count);
    sum += strip;
  }
  store_up_to(out + channel, sum / splat(inside), count);
}

static void average_pool_row(const void *arguments, int task, int thread) {
  const pooling_arguments *p = arguments;
  const pooling_shape *s = p->shape;
  const float **pixels = (const float **)thread_scratch(thread);
  for (int column = 0; column < s->out_width; column++) {
    int inside = window_pixels(s, p->x, task / s->out_height, window_at(s, task % s->out_height, column), pixels);
    float *out = p->out + ((long)task * s->out_width + column) * s->channels;
    int channel = 0;
    for (; channel + VECTOR_FLOATS <= s->channels; channel += VECTOR_FLOATS) average(pixels, inside, out, channel, VECTOR_FLOATS);
    if (channel < s->channels) average(pixels, inside, out, channel, s->channels - channel);
  }
}

void EXPORT(average_pool)(const pooling_shape *s, const float *x, float *out) {
  pooling_arguments p = {s, x, 0, out};
  parallel_for(s->batch * s->out_height, average_pool_row, &p);
}

// A window over a pixel along one axis, and how many of its pixels lie inside.
typedef struct {
  int index, inside;
} cover;

INLINE int covers_of(int at, int pad, int filter, int stride, int dilation, int inputs, int outputs, cover *covers) {
  int count = 0;
  for (int tap = 0; tap < filter; tap++) {
    int corner = at - tap * dilation, index = (corner + pad) / stride;
    if (corner + pad < 0 || (corner + pad) % stride != 0 || index >= outputs) continue;
    int inside = 0;
    for (int other = 0; other < filter; other++) inside += corner + other * dilation >= 0 && corner + other * dilation < inputs;
    covers[count++] = (cover){index, inside};
  }
  return count;
}

// A pixel of dy, and what one of the window's pixels gets of it.
typedef struct {
  const float *dy;
  float weight;
} share;

INLINE void add_shares(const share *shares, int shares_count, float *dx, int channel, int count) {
  vector sum = {};
  for (int n = 0; n < shares_count; n++) sum += load_up_to(shares[n].dy + channel, count) * shares[n].weight;
  store_up_to(dx + channel, sum, count);
}

static void average_pool_gradient_row(const void *arguments, int task, int thread) {
  const pooling_arguments *p = arguments;
  const pooling_shape *s = p->shape;
  cover *rows = (cover *)thread_scratch(thread), *columns = rows + s->filter_height;
  share *shares = (share *)(columns + s->filter_width);
  int row_count = covers_of(task % s->in_height, s->pad_top, s->filter_height, s->stride_height, s->dilation_height, s->in_height, s->out_height, rows);
  for (int column = 0; column < s->in_width; column++) {
    int column_count = covers_of(column, s->pad_left, s->filter_width, s->stride_width, s->dilation_width, s->in_width, s->out_width, columns), count = 0;
    for (int i = 0; i < row_count; i++) {
      const float *line = p->dy + ((long)(task / s->in_height) * s->out_height + rows[i].index) * s->out_width * s->channels;
      for (int j = 0; j < column_count; j++) shares[count++] = (share){line + (long)columns[j].index * s->channels, 1.0f / (rows[i].inside * columns[j].inside)};
    }
    float *dx = p->out + ((long)task * s->in_width + column) * s->channels;
    int channel = 0;
    for (; channel + VECTOR_FLOATS <= s->channels; channel += VECTOR_FLOATS) add_shares(shares, count, dx, channel, VECTOR_FLOATS);
    if (channel < s->channels) add_shares(shares, count, dx, channel, s->channels - channel);
  }
}

void EXPORT(average_pool_gradient)(const pooling_shape *s, const float *dy, float *dx) {
  pooling_arguments p = {s, 0, dy, dx};
  parallel_for(s->batch * s->in_height, average_pool_gradient_row, &p);
}
