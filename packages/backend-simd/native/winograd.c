// Convolution and input gradient of 3x3 filters by Winograd's method (see winograd.h). The input gradient is the convolution of dy with
// the filter turned by 180 degrees and its channels exchanged.
// Tiles go through in blocks: transform of the input, 36 matrix products [tiles, in] [in, out], transform of the output. Where there are
// many tiles, a task is a block and all its numbers stay in the second-level cache; where there are few but long ones, the
// threads share a block and divide each of its three phases.
// 4.5 operations an output and channel pair, and 144 bytes a pair for the transformed filter.
#include "winograd.h"
#include "parallel.h"
#include "platform.h"
#include "tile.h"

#define ENOUGH_BLOCKS 16
#define FEWEST_TILES 16  // a block of one task
#define SHARED_TILES 256 // a block of all threads
#define PHASE_TILES 4    // a task of the first and last phase
#define PHASE_PANELS 8   // a task of the products

typedef struct {
  tiled_map input;
  const float *packed; // transformed filter, [panel][point][in channels][TILE_COLUMNS]
  const float *bias;
  float *out; // [batch, out_height, out_width, out_channels]
  int out_height, out_width, out_channels;
  int tiles, block_tiles;
} tiled_convolution;

// A block under way: rows [point][tile][in channels], sums [point][tile][out channels], both channels rounded up.
typedef struct {
  const tiled_convolution *job;
  float *rows, *sums;
  int first, count, row_floats, sum_floats;
} tile_block;

static void transform_rows(const void *arguments, int task, int thread) {
  const tile_block *b = arguments;
  int first = task * PHASE_TILES;
  point_layout to = {b->rows + (long)first * b->row_floats, b->row_floats, 0, (long)b->job->block_tiles * b->row_floats};
  transform_tiles(&b->job->input, 0, b->first + first, smaller(PHASE_TILES, b->count - first), to);
}

static void multiply_points(const void *arguments, int task, int thread) {
  const tile_block *b = arguments;
  int channels = b->job->input.channels, panels = b->sum_floats / TILE_COLUMNS, groups = divide_up(panels, PHASE_PANELS);
  int point = task / groups, first_panel = task % groups * PHASE_PANELS;
  const float *rows = b->rows + (long)point * b->job->block_tiles * b->row_floats;
  float *sums = b->sums + (long)point * b->job->block_tiles * b->sum_floats;
  for (int panel = first_panel; panel < smaller(panels, first_panel + PHASE_PANELS); panel++) {
    const float *columns = b->job->packed + ((long)panel * ALL_POINTS + point) * channels * TILE_COLUMNS;
    for (int n = 0; n < b->count; n += TILE_ROWS) {
      const float *pointers[TILE_ROWS];
      UNROLL for (int i = 0; i < TILE_ROWS; i++) pointers[i] = rows + (long)smaller(n + i, b->count - 1) * b->row_floats;
      tile sum = {};
      multiply_rows(&sum, pointers, channels, columns);
      for (int i = 0; i < smaller(TILE_ROWS, b->count - n); i++) {
        float *to = sums + (long)(n + i) * b->sum_floats + panel * TILE_COLUMNS;
        UNROLL for (int j = 0; j < TILE_VECTORS; j++) store(to + j * VECTOR_FLOATS, sum.at[i][j]);
      }
    }
  }
}

static void transform_sums(const void *arguments, int task, int thread) {
  const tile_block *b = arguments;
  const tiled_convolution *p = b->job;
  int per_image = p->input.tile_rows * p->input.tile_columns;
  for (int n = task * PHASE_TILES; n < smaller(b->count, (task + 1) * PHASE_TILES); n++) {
    int cell = (b->first + n) % per_image, image = (b->first + n) / per_image;
    int row = cell / p->input.tile_columns * OUTPUTS, column = cell % p->input.tile_columns * OUTPUTS;
    int rows = smaller(OUTPUTS, p->out_height - row), columns = smaller(OUTPUTS, p->out_width - column);
    for (int channel = 0; channel < p->out_channels; channel += VECTOR_FLOATS) {
      vector points[ALL_POINTS], outputs[OUTPUTS * OUTPUTS];
      const float *from = b->sums + (long)n * b->sum_floats + channel;
      UNROLL for (int point = 0; point < ALL_POINTS; point++) points[point] = load(from + (long)point * p->block_tiles * b->sum_floats);
      transform_output(points, outputs);
      int count = p->out_channels - channel;
      vector bias = p->bias ? load_up_to(p->bias + channel, count) : splat(0);
      float *to = p->out + (((long)image * p->out_height + row) * p->out_width + column) * p->out_channels + channel;
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) store_up_to(to + ((long)i * p->out_width + j) * p->out_channels, outputs[i * OUTPUTS + j] + bias, count);
      }
    }
  }
}

static tile_block block_of(const tiled_convolution *p, int number, float *memory) {
  int first = number * p->block_tiles, row_floats = round_up(p->input.channels, VECTOR_FLOATS);
  float *sums = memory + (long)ALL_POINTS * p->block_tiles * row_floats;
  return (tile_block){p, memory, sums, first, smaller(p->block_tiles, p->tiles - first), row_floats, round_up(p->out_channels, TILE_COLUMNS)};
}

INLINE int phase_tasks(const tile_block *b) { return divide_up(b->count, PHASE_TILES); }
INLINE int product_tasks(const tile_block *b) { return ALL_POINTS * divide_up(b->sum_floats / TILE_COLUMNS, PHASE_PANELS); }

static void convolve_block(const void *arguments, int task, int thread) {
  tile_block b = block_of(arguments, task, thread_scratch(thread));
  for (int n = 0; n < phase_tasks(&b); n++) transform_rows(&b, n, thread);
  for (int n = 0; n < product_tasks(&b); n++) multiply_points(&b, n, thread);
  for (int n = 0; n < phase_tasks(&b); n++) transform_sums(&b, n, thread);
}

typedef struct {
  const float *filter;
  float *packed;
  int in_channels, out_channels; // of the filter as it is stored, [3, 3, in, out]
  int turned;                    // for the input gradient
} winograd_filter;

// One panel. The columns of the product are the output channels, or for the input gradient the input channels.
static void transform_filter_panel(const void *arguments, int panel, int thread) {
  const winograd_filter *p = arguments;
  int length = p->turned ? p->out_channels : p->in_channels, columns = p->turned ? p->in_channels : p->out_channels;
  for (int k = 0; k < length; k++) {
    UNROLL for (int j = 0; j < TILE_VECTORS; j++) {
      int column = panel * TILE_COLUMNS + j * VECTOR_FLOATS, count = larger(0, smaller(columns - column, VECTOR_FLOATS));
      vector taps[TAPS * TAPS], points[ALL_POINTS];
      UNROLL for (int tap = 0; tap < TAPS * TAPS; tap++) {
        const float *matrix = p->filter + (long)tap * p->in_channels * p->out_channels;
        if (p->turned) {
          vector value = {};
          for (int lane = 0; lane < count; lane++) value[lane] = matrix[(long)(column + lane) * p->out_channels + k];
          taps[TAPS * TAPS - 1 - tap] = value;
        } else {
          taps[tap] = load_up_to(matrix + (long)k * p->out_channels + column, count);
        }
      }
      transform_filter(taps, points);
      float *to = p->packed + ((long)panel * ALL_POINTS * length + k) * TILE_COLUMNS + j * VECTOR_FLOATS;
      UNROLL for (int point = 0; point < ALL_POINTS; point++) store(to + (long)point * length * TILE_COLUMNS, points[point]);
    }
  }
}

INLINE int block_floats(int channels, int columns) { return ALL_POINTS * (round_up(channels, VECTOR_FLOATS) + round_up(columns, TILE_COLUMNS)); }

// Tiles in a block that one thread's scratch holds, if there are then enough blocks for all threads; else 0.
static int private_tiles(int tiles, int channels, int columns) {
  int fitting = THREAD_SCRATCH_FLOATS / block_floats(channels, columns) / TILE_ROWS * TILE_ROWS;
  int block = smaller(fitting, round_up(divide_up(tiles, ENOUGH_BLOCKS), TILE_ROWS));
  return block >= FEWEST_TILES ? block : 0;
}

static int tile_count(int batch, int height, int width) { return batch * divide_up(height, OUTPUTS) * divide_up(width, OUTPUTS); }

// Floats of scratch for a product of `channels` into `columns` channels: the transformed filter, and a block shared by the threads.
int winograd_scratch(int batch, int out_height, int out_width, int channels, int columns) {
  int tiles = tile_count(batch, out_height, out_width), filter = ALL_POINTS * channels * round_up(columns, TILE_COLUMNS);
  return filter + (private_tiles(tiles, channels, columns) ? 0 : smaller(tiles, SHARED_TILES) * block_floats(channels, columns));
}

static void run(tiled_convolution *p, const winograd_filter *filter, int batch) {
  int channels = p->input.channels;
  parallel_for(divide_up(p->out_channels, TILE_COLUMNS), transform_filter_panel, filter);
  p->input.tile_rows = divide_up(p->out_height, OUTPUTS);
  p->input.tile_columns = divide_up(p->out_width, OUTPUTS);
  p->tiles = tile_count(batch, p->out_height, p->out_width);
  p->block_tiles = private_tiles(p->tiles, channels, p->out_channels);
  if (p->block_tiles) {
    parallel_for(divide_up(p->tiles, p->block_tiles), convolve_block, p);
    return;
  }
  p->block_tiles = smaller(p->tiles, SHARED_TILES);
  float *memory = filter->packed + (long)ALL_POINTS * channels * round_up(p->out_channels, TILE_COLUMNS);
  for (int number = 0; number * p->block_tiles < p->tiles; number++) {
    tile_block b = block_of(p, number, memory);
    parallel_for(phase_tasks(&b), transform_rows, &b);
    parallel_for(product_tasks(&b), multiply_points, &b);
    parallel_for(phase_tasks(&b), transform_sums, &b);
  }
}

void winograd_convolution(const convolution_shape *s, const float *input, const float *filter, const float *bias, float *out, float *scratch) {
  winograd_filter transform = {filter, scratch, s->in_channels, s->out_channels, 0};
  tiled_convolution p = {
      .input = {input, s->in_height, s->in_width, s->in_channels, s->pad_top, s->pad_left, 0, 0}, .packed = scratch, .bias = bias, .out = out,
      .out_height = s->out_height, .out_width = s->out_width, .out_channels = s->out_channels,
  };
  run(&p, &transform, s->batch);
}

void winograd_input_gradient(const convolution_shape *s, const float *dy, const float *filter, float *dx, float *scratch) {
  winograd_filter transform = {filter, scratch, s->in_channels, s->out_channels, 1};
  tiled_convolution p = {
      .input = {dy, s->out_height, s->out_width, s->out_channels, TAPS - 1 - s->pad_top, TAPS - 1 - s->pad_left, 0, 0}, .packed = scratch, .out = dx,
      .out_height = s->in_height, .out_width = s->in_width, .out_channels = s->in_channels,
  };
  run(&p, &transform, s->batch);
}
