// Batch normalisation in training, by group of images, with residual and relu fused; [rows, channels] with rows = N H W.
// Forward reads x twice (statistics, then y) and writes y; backward reads dy, x and y twice and writes dx (and the residual's gradient):
// memory is the limit. Statistics: mean and sum of squared differences of each strip of rows about its own mean,
// merged in double precision in the order of the strips (Chan et al. 1979), so a large mean costs no digits.
#include "parallel.h"
#include "platform.h"
#include "vector.h"

#define STRIP_FLOATS 16384 // what a task reads: two passes of it stay in the second-level cache
#define LONGEST_STRIP 256  // rows, so that float sums stay short

typedef struct {
  const float *x, *y, *dy, *scale, *offset, *residual;
  float *out, *residual_gradient;
  const float *mean, *variance;           // [groups, channels]
  float *first_parts, *second_parts;      // [groups * strips, channels]
  float *slope, *intercept, *coefficient; // [groups, channels]
  int channels, groups, group_rows, strip_rows, strips, relu;
  float epsilon;
} batch_norm;

typedef struct {
  int group, first_row, rows;
} strip;

INLINE strip strip_of(const batch_norm *p, int task) {
  int within = task % p->strips * p->strip_rows, group = task / p->strips;
  return (strip){group, group * p->group_rows + within, smaller(p->strip_rows, p->group_rows - within)};
}

static void strip_statistics(const void *arguments, int task, int thread) {
  const batch_norm *p = arguments;
  strip s = strip_of(p, task);
  int channels = p->channels;
  const float *x = p->x + (long)s.first_row * channels;
  float *mean = p->first_parts + (long)task * channels, *squares = p->second_parts + (long)task * channels;
  for (int channel = 0; channel < channels; channel += VECTOR_FLOATS) {
    int count = channels - channel;
    vector sum = {}, squared = {};
    for (int row = 0; row < s.rows; row++) sum += load_up_to(x + (long)row * channels + channel, count);
    vector average = sum / (float)s.rows;
    for (int row = 0; row < s.rows; row++) {
      vector difference = load_up_to(x + (long)row * channels + channel, count) - average;
      squared += difference * difference;
    }
    store_up_to(mean + channel, average, count);
    store_up_to(squares + channel, squared, count);
  }
}

static void merge_statistics(const batch_norm *p, float *mean, float *variance) {
  for (int group = 0; group < p->groups; group++) {
    for (int channel = 0; channel < p->channels; channel++) {
      double average = 0, squares = 0, rows = 0;
      for (int n = 0; n < p->strips; n++) {
        strip s = strip_of(p, group * p->strips + n);
        long at = (long)(group * p->strips + n) * p->channels + channel;
        double difference = p->first_parts[at] - average, total = rows + s.rows;
        average += difference * s.rows / total;
        squares += p->second_parts[at] + difference * difference * rows * s.rows / total;
        rows = total;
      }
      int at = group * p->channels + channel;
      double biased = squares / rows, slope = p->scale[channel] / __builtin_sqrt(biased + p->epsilon);
      mean[at] = average;
      variance[at] = biased;
      p->slope[at] = slope;
    }
  }
}

static void normalise_strip(const void *arguments, int task, int thread) {
  const batch_norm *p = arguments;
  strip s = strip_of(p, task);
  int channels = p->channels;
  const float *mean = p->mean + s.group * channels, *slope = p->slope + s.group * channels;
  for (int row = s.first_row; row < s.first_row + s.rows; row++) {
    long at = (long)row * channels;
    for (int channel = 0; channel < channels; channel += VECTOR_FLOATS) {
      int count = channels - channel;
      vector value = (load_up_to(p->x + at + channel, count) - load_up_to(mean + channel, count)) * load_up_to(slope + channel, count);
      if (p->offset) value += load_up_to(p->offset + channel, count);
      if (p->residual) value += load_up_to(p->residual + at + channel, count);
      if (p->relu) value = maximum(value, splat(0));
      store_up_to(p->out + at + channel, value, count);
    }
  }
}

// One slope a channel from given statistics; with no scale it is 1.
static void inference_slopes(const batch_norm *p) {
  for (int channel = 0; channel < p->channels; channel++) p->slope[channel] = (p->scale ? p->scale[channel] : 1) / __builtin_sqrtf(p->variance[channel] + p->epsilon);
}

static batch_norm plan(int rows, int channels, int groups, float epsilon, int relu, float *scratch) {
  batch_norm p = {.channels = channels, .groups = groups, .group_rows = rows / groups, .epsilon = epsilon, .relu = relu};
  p.strip_rows = larger(1, smaller(LONGEST_STRIP, STRIP_FLOATS / larger(1, channels)));
  p.strips = divide_up(p.group_rows, p.strip_rows);
  long parts = (long)groups * p.strips * channels;
  p.first_parts = scratch;
  p.second_parts = scratch + parts;
  p.slope = scratch + 2 * parts;
  p.intercept = p.slope + groups * channels;
  p.coefficient = p.intercept + groups * channels;
  return p;
}

// Floats of scratch for both directions.
int EXPORT(batch_norm_scratch)(int rows, int channels, int groups) {
  batch_norm p = plan(rows, channels, groups, 0, 0, 0);
  return 2 * groups * p.strips * channels + 3 * groups * channels;
}

void EXPORT(batch_norm_training)(const float *x, const float *scale, const float *offset, const float *residual, float *y, float *mean, float *variance, float *scratch, int rows, int channels,
                                 int groups, float epsilon, int relu) {
  batch_norm p = plan(rows, channels, groups, epsilon, relu, scratch);
  p.x = x;
  p.scale = scale;
  p.offset = offset;
  p.residual = residual;
  p.out = y;
  p.mean = mean;
  parallel_for(groups * p.strips, strip_statistics, &p);
  merge_statistics(&p, mean, variance);
  parallel_for(groups * p.strips, normalise_strip, &p);
}

// y = scale (x - mean) / sqrt(variance + epsilon) + offset; scale and offset may be null.
void EXPORT(batch_norm_inference)(const float *x, const float *mean, const float *variance, const float *scale, const float *offset, float *y, float *scratch, int rows, int channels, float epsilon) {
  batch_norm p = plan(rows, channels, 1, epsilon, 0, scratch);
  p.x = x;
  p.mean = mean;
  p.variance = variance;
  p.scale = scale;
  p.offset = offset;
  p.out = y;
  inference_slopes(&p);
  parallel_for(p.strips, normalise_strip, &p);
}

// dy behind the activation.
INLINE vector gradient_at(const batch_norm *p, long at, int count) {
  vector dy = load_up_to(p->dy + at, count);
  return p->relu ? choose(load_up_to(p->y + at, count) > 0, dy, splat(0)) : dy;
}

// Parts of sum(dy) and sum(dy (x - mean)).
static void strip_gradient_sums(const void *arguments, int task, int thread) {
  const batch_norm *p = arguments;
  strip s = strip_of(p, task);
  int channels = p->channels;
  for (int channel = 0; channel < channels; channel += VECTOR_FLOATS) {
    int count = channels - channel;
    vector mean = load_up_to(p->mean + s.group * channels + channel, count), sum = {}, product = {};
    for (int row = s.first_row; row < s.first_row + s.rows; row++) {
      long at = (long)row * channels + channel;
      vector dy = gradient_at(p, at, count);
      sum += dy;
      product += dy * (load_up_to(p->x + at, count) - mean);
    }
    store_up_to(p->first_parts + (long)task * channels + channel, sum, count);
    store_up_to(p->second_parts + (long)task * channels + channel, product, count);
  }
}

// dx = slope (dy - mean(dy) - xhat mean(dy xhat)) as slope dy + coefficient (x - mean) + intercept
static void merge_gradient_sums(const batch_norm *p, float *scale_gradient, float *offset_gradient) {
  for (int channel = 0; channel < p->channels; channel++) {
    double scale_total = 0, offset_total = 0;
    for (int group = 0; group < p->groups; group++) {
      double sum = 0, product = 0;
      for (int n = 0; n < p->strips; n++) {
        long at = (long)(group * p->strips + n) * p->channels + channel;
        sum += p->first_parts[at];
        product += p->second_parts[at];
      }
      int at = group * p->channels + channel;
      double inverse = 1 / __builtin_sqrt((double)p->variance[at] + p->epsilon), slope = p->scale[channel] * inverse;
      p->slope[at] = slope;
      p->intercept[at] = -slope * sum / p->group_rows;
      p->coefficient[at] = -slope * inverse * inverse * product / p->group_rows;
      scale_total += product * inverse;
      offset_total += sum;
    }
    scale_gradient[channel] = scale_total;
    offset_gradient[channel] = offset_total;
  }
}

static void input_gradient_strip(const void *arguments, int task, int thread) {
  const batch_norm *p = arguments;
  strip s = strip_of(p, task);
  int channels = p->channels;
  for (int row = s.first_row; row < s.first_row + s.rows; row++) {
    for (int channel = 0; channel < channels; channel += VECTOR_FLOATS) {
      int count = channels - channel, group_at = s.group * channels + channel;
      long at = (long)row * channels + channel;
      vector dy = gradient_at(p, at, count), centred = load_up_to(p->x + at, count) - load_up_to(p->mean + group_at, count);
      vector dx = load_up_to(p->slope + group_at, count) * dy + load_up_to(p->coefficient + group_at, count) * centred + load_up_to(p->intercept + group_at, count);
      store_up_to(p->out + at, dx, count);
      if (p->residual_gradient) store_up_to(p->residual_gradient + at, dy, count);
    }
  }
}

void EXPORT(batch_norm_training_gradient)(const float *dy, const float *x, const float *y, const float *scale, const float *mean, const float *variance, float *dx, float *scale_gradient,
                                          float *offset_gradient, float *residual_gradient, float *scratch, int rows, int channels, int groups, float epsilon, int relu) {
  batch_norm p = plan(rows, channels, groups, epsilon, relu, scratch);
  p.dy = dy;
  p.x = x;
  p.y = y;
  p.scale = scale;
  p.mean = mean;
  p.variance = variance;
  p.out = dx;
  p.residual_gradient = residual_gradient;
  parallel_for(groups * p.strips, strip_gradient_sums, &p);
  merge_gradient_sums(&p, scale_gradient, offset_gradient);
  parallel_for(groups * p.strips, input_gradient_strip, &p);
}
