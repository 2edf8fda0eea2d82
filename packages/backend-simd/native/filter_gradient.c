// The filter gradient: for each tap [channels in, channels out] = sum over positions of (pixel under the tap)^T (dy at the position).
// A task owns a rectangle of that matrix and a run of positions, and packs both operands a chunk of positions at a time; sums are
// cut three times (in registers, by chunk in memory, by run at the end), so that hundreds of thousands of positions lose little.
// 2 positions taps channels_in channels_out operations; dy and x are read once for each rectangle of the other side.
#include "convolution.h"
#include "parallel.h"
#include "patch.h"
#include "platform.h"
#include "tile.h"
#include "winograd.h"

#define BLOCK 128       // rows and columns of a task's rectangle
#define CHUNK 256       // positions packed at a time
#define PACKED_TOGETHER 16
#define ENOUGH_TASKS 32 // positions are cut into runs until there are this many tasks
#define SHORTEST_RUN 1024

typedef struct {
  const convolution_shape *shape;
  const float *x, *dy;
  float *sums;       // [runs][taps * in_channels][out_channels]
  int few;           // rows are taps x channels together
  int groups, rows;  // row groups (the taps, or one) and rows in each
  int runs, run_length;
} filter_gradient;

typedef struct {
  const float *pixel, *gradient;
} pair;

INLINE const float *pixel_under(const convolution_shape *s, const float *x, int position, int tap) {
  int cells = s->out_height * s->out_width, image = position / cells, cell = position % cells;
  int row = cell / s->out_width * s->stride_height - s->pad_top + tap / s->filter_width * s->dilation_height;
  int column = cell % s->out_width * s->stride_width - s->pad_left + tap % s->filter_width * s->dilation_width;
  if (row < 0 || row >= s->in_height || column < 0 || column >= s->in_width) return 0;
  return x + (((long)image * s->in_height + row) * s->in_width + column) * s->in_channels;
}

// The next positions, up to CHUNK, that the tap reaches; with few channels all of them, the pixel then unused.
static int next_chunk(const filter_gradient *p, int group, int *position, int end, pair *chunk) {
  int count = 0;
  for (; *position < end && count < CHUNK; (*position)++) {
    const float *pixel = p->few ? p->x : pixel_under(p->shape, p->x, *position, group);
    if (pixel) chunk[count++] = (pair){pixel, p->dy + (long)*position * p->shape->out_channels};
  }
  return count;
}

// Channels first .. first + count of every pixel of the chunk as [panel][position][width], zeros beyond the last channel.
// A few positions at a time: their channels are then read in a row, and whole cache lines written.
INLINE void pack_channels(const pair *chunk, int gradients, int length, int first, int count, int width, float *to) {
  for (int start = 0; start < length; start += PACKED_TOGETHER) {
    int end = smaller(length, start + PACKED_TOGETHER);
    for (int channel = 0; channel < count; channel += width) {
      for (int n = start; n < end; n++) {
        const float *from = (gradients ? chunk[n].gradient : chunk[n].pixel) + first + channel;
        float *at = to + (long)channel * length + n * width;
        UNROLL for (int i = 0; i < width; i += VECTOR_FLOATS) store(at + i, load_up_to(from + i, larger(count - channel - i, 0)));
      }
    }
  }
}

// The same of the patches of positions start .. start + length.
static void pack_patches(const filter_gradient *p, int start, int length, int first, int count, float *to) {
  float patch[LONGEST_PATCH + ROW_PANEL];
  for (int n = 0; n < length; n++) {
    gather_patch(p->shape, p->x, start + n, patch);
    for (int i = 0; i < ROW_PANEL; i++) patch[p->rows + i] = 0;
    for (int row = 0; row < count; row += ROW_PANEL) {
      for (int i = 0; i < ROW_PANEL; i += VECTOR_FLOATS) store(to + (long)row * length + n * ROW_PANEL + i, load(patch + first + row + i));
    }
  }
}

static void add_block(const void *arguments, int task, int thread) {
  const filter_gradient *p = arguments;
  int out_channels = p->shape->out_channels;
  int column_blocks = divide_up(out_channels, BLOCK), row_blocks = divide_up(p->rows, BLOCK);
  int first_column = task % column_blocks * BLOCK, rest = task / column_blocks;
  int first_row = rest % row_blocks * BLOCK, group = rest / row_blocks % p->groups, run = rest / row_blocks / p->groups;
  int columns = smaller(out_channels - first_column, BLOCK), rows = smaller(p->rows - first_row, BLOCK);
  int positions = p->shape->batch * p->shape->out_height * p->shape->out_width;
  int position = run * p->run_length, end = smaller(positions, position + p->run_length);

  float *sums = p->sums + (((long)run * p->groups + group) * p->rows + first_row) * out_channels + first_column;
  for (int row = 0; row < rows; row++) {
    for (int column = 0; column < columns; column++) sums[(long)row * out_channels + column] = 0;
  }
  float *packed_rows = thread_scratch(thread), *packed_columns = packed_rows + BLOCK * CHUNK;
  pair *chunk = (pair *)(packed_columns + BLOCK * CHUNK);
  while (position < end) {
    int start = position, length = next_chunk(p, group, &position, end, chunk);
    if (p->few) pack_patches(p, start, length, first_row, rows, packed_rows);
    else pack_channels(chunk, 0, length, first_row, rows, ROW_PANEL, packed_rows);
    pack_channels(chunk, 1, length, first_column, columns, TILE_COLUMNS, packed_columns);
    for (int column = 0; column < columns; column += TILE_COLUMNS) {
      for (int row = 0; row < rows; row += TILE_ROWS) {
        tile sum = {};
        multiply_packed(&sum, packed_rows + row / ROW_PANEL * ROW_PANEL * length + row % ROW_PANEL, length, packed_columns + column * length);
        for (int i = 0; i < smaller(rows - row, TILE_ROWS); i++) {
          UNROLL for (int j = 0; j < TILE_VECTORS; j++) {
            int count = columns - column - j * VECTOR_FLOATS;
            float *at = sums + (long)(row + i) * out_channels + column + j * VECTOR_FLOATS;
            if (count > 0) store_up_to(at, load_up_to(at, count) + sum.at[i][j], count);
          }
        }
      }
    }
  }
}

typedef struct {
  const float *sums;
  float *out;
  int size, runs;
} run_totals;

#define TOTAL_BLOCK 4096

static void add_runs(const void *arguments, int task, int thread) {
  const run_totals *p = arguments;
  int end = smaller(p->size, (task + 1) * TOTAL_BLOCK);
  for (int i = task * TOTAL_BLOCK; i < end; i++) {
    float total = p->sums[i];
    for (int run = 1; run < p->runs; run++) total += p->sums[(long)run * p->size + i];
    p->out[i] = total;
  }
}

static filter_gradient plan(const convolution_shape *s) {
  int taps = s->filter_height * s->filter_width, few = gathers_patches(s);
  filter_gradient p = {.shape = s, .few = few, .groups = few ? 1 : taps, .rows = few ? taps * s->in_channels : s->in_channels};
  int positions = s->batch * s->out_height * s->out_width;
  int tasks = p.groups * divide_up(p.rows, BLOCK) * divide_up(s->out_channels, BLOCK);
  int runs = larger(1, smaller(divide_up(ENOUGH_TASKS, larger(tasks, 1)), positions / SHORTEST_RUN));
  p.run_length = larger(1, round_up(divide_up(positions, runs), CHUNK));
  p.runs = larger(1, divide_up(positions, p.run_length));
  return p;
}

// Floats of scratch that `convolution_filter_gradient` needs.
int EXPORT(convolution_filter_gradient_scratch)(const convolution_shape *s) {
  if (winograd_gains(s, s->out_height, s->out_width)) return winograd_filter_gradient_scratch(s);
  filter_gradient p = plan(s);
  return p.runs > 1 ? p.runs * p.groups * p.rows * s->out_channels : 0;
}

void EXPORT(convolution_filter_gradient)(const convolution_shape *s, const float *x, const float *dy, float *out, float *scratch) {
  if (winograd_gains(s, s->out_height, s->out_width)) {
    winograd_filter_gradient(s, x, dy, out, scratch);
    return;
  }
  filter_gradient p = plan(s);
  p.x = x;
  p.dy = dy;
  p.sums = p.runs > 1 ? scratch : out;
  parallel_for(p.runs * p.groups * divide_up(p.rows, BLOCK) * divide_up(s->out_channels, BLOCK), add_block, &p);
  if (p.runs > 1) {
    run_totals totals = {scratch, out, p.groups * p.rows * s->out_channels, p.runs};
    parallel_for(divide_up(totals.size, TOTAL_BLOCK), add_runs, &totals);
  }
}
