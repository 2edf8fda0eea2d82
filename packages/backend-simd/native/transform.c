// Projective transforms of images, NHWC: each output pixel looks up where it comes from. About 20 operations in double precision a pixel
// for the place, and for each channel 8 bytes (nearest) or 20 bytes and 10 operations (bilinear): arithmetic is the limit for few channels.
#include "parallel.h"
#include "platform.h"
#include "vector.h"

typedef struct {
  int batch, in_height, in_width, channels, out_height, out_width;
  int transforms; // one for all images, or one an image
  int bilinear, fill_mode;
} transform_shape;

enum { FILL_CONSTANT, FILL_REFLECT, FILL_WRAP, FILL_NEAREST };

typedef struct {
  const transform_shape *shape;
  const float *images, *transforms, *fill; // fill: a pixel
  float *out;
} transform_arguments;

INLINE double clamp(double value, double high) { return value < 0 ? 0 : value > high ? high : value; }

// [abcd] goes on as [dcba|abcd|dcba].
INLINE double reflect(double at, int length) {
  double period = 2.0 * length;
  if (length <= 1) return 0;
  if (at < 0) {
    if (at < period) at += period * __builtin_trunc(-at / period);
    at = at < -length ? at + period : -at - 1;
  } else if (at > length - 1) {
    at -= period * __builtin_trunc(at / period);
    if (at >= length) at = period - at - 1;
  }
  return clamp(at, length - 1);
}

// [abcd] goes on as [abcd|abcd|abcd]; the period of the whole steps is one less, as in TensorFlow.
INLINE double wrap(double at, int length) {
  if (length <= 1) return 0;
  if (at < 0) at += length * (__builtin_trunc(-at / (length - 1)) + 1);
  else if (at > length - 1) at -= length * __builtin_trunc(at / (length - 1));
  return clamp(at, length - 1);
}

INLINE double place(double at, int length, int fill_mode) {
  switch (fill_mode) {
  case FILL_REFLECT: return reflect(at, length);
  case FILL_WRAP: return wrap(at, length);
  case FILL_NEAREST: return clamp(at, length - 1);
  default: return at;
  }
}

// Whether a place and the next one, down and to the right, lie inside.
INLINE int is_inside(const transform_shape *s, double row, double column) { return row >= 0 && row < s->in_height - 1 && column >= 0 && column < s->in_width - 1; }

// The pixel at a whole-numbered place, or the fill outside; also for NaN and for what no integer holds.
INLINE const float *pixel_at(const transform_arguments *p, const float *image, double row, double column) {
  const transform_shape *s = p->shape;
  if (!(row >= 0 && row < s->in_height && column >= 0 && column < s->in_width)) return p->fill;
  return image + ((long)(int)row * s->in_width + (int)column) * s->channels;
}

INLINE void copy_pixel(const float *from, float *to, int channels) {
  for (int channel = 0; channel < channels; channel++) to[channel] = from[channel];
}

INLINE void blend_pixels(const transform_arguments *p, const float *image, double row, double column, float *to, int channels) {
  double top = __builtin_floor(row), left = __builtin_floor(column);
  float down = row - top, right = column - left, up = top + 1 - row, back = left + 1 - column;
  const float *corners[2][2];
  if (is_inside(p->shape, row, column)) {
    corners[0][0] = image + ((long)(int)top * p->shape->in_width + (int)left) * channels;
    corners[0][1] = corners[0][0] + channels;
    corners[1][0] = corners[0][0] + p->shape->in_width * channels;
    corners[1][1] = corners[1][0] + channels;
  } else {
    UNROLL for (int i = 0; i < 2; i++) UNROLL for (int j = 0; j < 2; j++) corners[i][j] = pixel_at(p, image, top + i, left + j);
  }
  int channel = 0;
  for (; channel + VECTOR_FLOATS <= channels; channel += VECTOR_FLOATS) {
    vector above = load(corners[0][0] + channel) * back + load(corners[0][1] + channel) * right;
    vector below = load(corners[1][0] + channel) * back + load(corners[1][1] + channel) * right;
    store(to + channel, above * up + below * down);
  }
  for (; channel < channels; channel++) {
    float above = corners[0][0][channel] * back + corners[0][1][channel] * right;
    float below = corners[1][0][channel] * back + corners[1][1][channel] * right;
    to[channel] = above * up + below * down;
  }
}

INLINE void transform_pixels(const transform_arguments *p, int task, int bilinear, int fill_mode, int channels) {
  const transform_shape *s = p->shape;
  int image_number = task / s->out_height, y = task % s->out_height;
  const float *image = p->images + (long)image_number * s->in_height * s->in_width * channels;
  const float *t = p->transforms + (s->transforms == 1 ? 0 : 8 * image_number);
  float *to = p->out + (long)task * s->out_width * channels;
  int affine = t[6] == 0 && t[7] == 0; // then there is nothing to divide by
  for (int x = 0; x < s->out_width; x++, to += channels) {
    double projection = (double)t[6] * x + (double)t[7] * y + 1;
    if (projection == 0) {
      copy_pixel(p->fill, to, channels);
      continue;
    }
    double column = (double)t[0] * x + (double)t[1] * y + t[2], row = (double)t[3] * x + (double)t[4] * y + t[5];
    if (!affine) {
      column /= projection;
      row /= projection;
    }
    column = place(column, s->in_width, fill_mode);
    row = place(row, s->in_height, fill_mode);
    if (bilinear) blend_pixels(p, image, row, column, to, channels);
    else copy_pixel(pixel_at(p, image, __builtin_floor(row + 0.5), __builtin_floor(column + 0.5)), to, channels);
  }
}

static void transform_row(const void *arguments, int task, int thread) {
  const transform_arguments *p = arguments;
  const transform_shape *s = p->shape;
  if (s->channels == 1 && s->bilinear && s->fill_mode == FILL_CONSTANT) transform_pixels(p, task, 1, FILL_CONSTANT, 1);
  else if (s->channels == 1) transform_pixels(p, task, s->bilinear, s->fill_mode, 1);
  else transform_pixels(p, task, s->bilinear, s->fill_mode, s->channels);
}

// out[y, x] = image[(t3 x + t4 y + t5) / k, (t0 x + t1 y + t2) / k] with k = t6 x + t7 y + 1; `fill` is a pixel for the outside.
void EXPORT(transform_images)(const transform_shape *s, const float *images, const float *transforms, const float *fill, float *out) {
  transform_arguments p = {s, images, transforms, fill, out};
  parallel_for(s->batch * s->out_height, transform_row, &p);
}
