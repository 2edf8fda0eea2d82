// Convolution and its input gradient, NHWC. Both are one thing: each position of an output grid is a sum over taps,
// a tap being an offset into the input and a matrix [channels in, channels out]:
//   out[i, j] = sum over taps: in[step i + row offset, step j + column offset] * matrix
// The input gradient of stride s falls into s x s such sums, one for each residue of the position, each with the taps that reach it.
// Input pixels are read where they lie through a table of pointers (no im2col; pixels outside point at zeros);
// the matrices are packed into column panels once. 2 positions taps channels_in channels_out operations.
#include "convolution.h"
#include "pack.h"
#include "parallel.h"
#include "patch.h"
#include "platform.h"
#include "tile.h"
#include "winograd.h"

#define BLOCK_ROWS 64    // positions a task
#define BLOCK_PANELS 16  // column panels a task
#define SMALL_GRID 64    // grids up to this size are walked image by image at each position

typedef struct {
  const float *input, *packed, *zeros, *bias;
  float *out;
  int batch, in_height, in_width, in_channels, out_channels;
  int grid_height, grid_width, step_height, step_width;
  int taps;
  const int *row_offsets, *column_offsets;
  long out_image, out_row, out_column; // floats between neighbours in the output
  int images_inside;                   // rows of the product run over images first, then positions
  const convolution_shape *patches;    // set where whole patches are gathered
} tap_convolution;

typedef struct {
  int image, row, column;
} position;

INLINE position position_of(const tap_convolution *p, int index) {
  int cells = p->grid_height * p->grid_width;
  int image = p->images_inside ? index % p->batch : index / cells;
  int cell = p->images_inside ? index / p->batch : index % cells;
  return (position){image, cell / p->grid_width, cell % p->grid_width};
}

// The pixel under a tap, or null outside the input.
INLINE const float *pixel_under(const tap_convolution *p, position at, int tap) {
  int row = at.row * p->step_height + p->row_offsets[tap], column = at.column * p->step_width + p->column_offsets[tap];
  if (row < 0 || row >= p->in_height || column < 0 || column >= p->in_width) return 0;
  return p->input + (((long)at.image * p->in_height + row) * p->in_width + column) * p->in_channels;
}

// `to`: where each row of the tile begins in the output.
INLINE void store_tile(const tap_convolution *p, const tile *sum, float *const *to, int rows, int panel) {
  int column = panel * TILE_COLUMNS;
  for (int i = 0; i < rows; i++) {
    UNROLL for (int j = 0; j < TILE_VECTORS; j++) {
      int channel = column + j * VECTOR_FLOATS, count = p->out_channels - channel;
      if (count <= 0) break;
      vector value = sum->at[i][j];
      if (p->bias) value += load_up_to(p->bias + channel, count);
      store_up_to(to[i] + channel, value, count);
    }
  }
}

// A block by pointers: for each tile the taps that reach any of its pixels, then panel by panel over all tiles.
static void convolve_pixels(const tap_convolution *p, const position *at, float *const *to, int rows, int first_panel, int end_panel, int thread) {
  int tiles = divide_up(rows, TILE_ROWS), length = p->in_channels;
  int *reached = (int *)thread_scratch(thread);                                          // [tiles][taps] numbers of taps
  const float **pointers = (const float **)(reached + BLOCK_ROWS / TILE_ROWS * p->taps); // [tiles][taps][TILE_ROWS]
  int reached_count[BLOCK_ROWS / TILE_ROWS];
  for (int t = 0; t < tiles; t++) {
    int count = 0;
    for (int tap = 0; tap < p->taps; tap++) {
      const float **row = pointers + (t * p->taps + count) * TILE_ROWS;
      int any = 0;
      for (int i = 0; i < TILE_ROWS; i++) {
        const float *pixel = pixel_under(p, at[smaller(t * TILE_ROWS + i, rows - 1)], tap);
        any |= pixel != 0;
        row[i] = pixel ? pixel : p->zeros;
      }
      if (any) reached[t * p->taps + count++] = tap;
    }
    reached_count[t] = count;
  }
  int together = panels_together(p->taps * length);
  for (int group = first_panel; group < end_panel; group += together) {
    for (int t = 0; t < tiles; t++) {
      for (int panel = group; panel < smaller(end_panel, group + together); panel++) {
        const float *matrices = p->packed + (long)panel * p->taps * length * TILE_COLUMNS;
        tile sum = {};
        for (int n = 0; n < reached_count[t]; n++) {
          int entry = t * p->taps + n;
          multiply_rows(&sum, pointers + entry * TILE_ROWS, length, matrices + (long)reached[entry] * length * TILE_COLUMNS);
        }
        store_tile(p, &sum, to + t * TILE_ROWS, smaller(rows - t * TILE_ROWS, TILE_ROWS), panel);
      }
    }
  }
}

// A block by gathered patches: rows of taps x channels.
static void convolve_patches(const tap_convolution *p, int first, float *const *to, int rows, int first_panel, int end_panel, int thread) {
  int length = p->taps * p->in_channels;
  float *patches = thread_scratch(thread);
  for (int row = 0; row < rows; row++) gather_patch(p->patches, p->input, first + row, patches + row * length);
  for (int row = 0; row < rows; row += TILE_ROWS) {
    const float *pointers[TILE_ROWS];
    UNROLL for (int i = 0; i < TILE_ROWS; i++) pointers[i] = patches + smaller(row + i, rows - 1) * length;
    for (int panel = first_panel; panel < end_panel; panel++) {
      tile sum = {};
      multiply_rows(&sum, pointers, length, p->packed + (long)panel * length * TILE_COLUMNS);
      store_tile(p, &sum, to + row, smaller(rows - row, TILE_ROWS), panel);
    }
  }
}

static void convolve_block(const void *arguments, int task, int thread) {
  const tap_convolution *p = arguments;
  int panels = divide_up(p->out_channels, TILE_COLUMNS), groups = divide_up(panels, BLOCK_PANELS);
  int first = task / groups * BLOCK_ROWS, first_panel = task % groups * BLOCK_PANELS;
  int rows = smaller(p->batch * p->grid_height * p->grid_width - first, BLOCK_ROWS);
  int end_panel = smaller(panels, first_panel + BLOCK_PANELS);
  position at[BLOCK_ROWS];
  float *to[BLOCK_ROWS];
  for (int row = 0; row < rows; row++) {
    at[row] = position_of(p, first + row);
    to[row] = p->out + at[row].image * p->out_image + at[row].row * p->out_row + at[row].column * p->out_column;
  }
  if (p->patches) convolve_patches(p, first, to, rows, first_panel, end_panel, thread);
  else convolve_pixels(p, at, to, rows, first_panel, end_panel, thread);
}

static void convolve(tap_convolution *p) {
  int cells = p->grid_height * p->grid_width;
  p->images_inside = !p->patches && cells <= SMALL_GRID && p->batch >= TILE_ROWS;
  int groups = divide_up(divide_up(p->out_channels, TILE_COLUMNS), BLOCK_PANELS);
  parallel_for(divide_up(p->batch * cells, BLOCK_ROWS) * groups, convolve_block, p);
}

typedef struct {
  const float *filter;
  float *packed;
  const int *filter_taps;         // which matrix of the filter each tap uses
  int taps, length, columns;      // of the product
  int row_stride, column_stride;  // of a matrix of the filter
  long matrix;                    // floats a matrix
} filter_packing;

static void pack_filter(const void *arguments, int panel, int thread) {
  const filter_packing *p = arguments;
  for (int tap = 0; tap < p->taps; tap++) {
    float *to = p->packed + ((long)panel * p->taps + tap) * p->length * TILE_COLUMNS;
    pack_panel(to, p->filter + p->filter_taps[tap] * p->matrix, p->length, p->columns, p->row_stride, p->column_stride, panel);
  }
}

// The scratch of both functions: zeros for a pixel outside, three lists of taps, the packed filter.
typedef struct {
  float *zeros, *packed;
  int *filter_taps, *row_offsets, *column_offsets;
} convolution_scratch_parts;

static convolution_scratch_parts divide_scratch(float *scratch, int channels, int taps) {
  for (int i = 0; i < channels; i++) scratch[i] = 0;
  int list = round_up(taps, 16);
  int *lists = (int *)(scratch + round_up(channels, 16));
  return (convolution_scratch_parts){scratch, (float *)(lists + 3 * list), lists, lists + list, lists + 2 * list};
}

static int direct_scratch(int taps, int length, int columns) {
  return round_up(length, 16) + 3 * round_up(taps, 16) + taps * length * round_up(columns, TILE_COLUMNS);
}

// Floats of scratch that `convolution` needs.
int EXPORT(convolution_scratch)(const convolution_shape *s) {
  if (winograd_gains(s, s->out_height, s->out_width)) return winograd_scratch(s->batch, s->out_height, s->out_width, s->in_channels, s->out_channels);
  return direct_scratch(s->filter_height * s->filter_width, s->in_channels, s->out_channels);
}

void EXPORT(convolution)(const convolution_shape *s, const float *input, const float *filter, const float *bias, float *out, float *scratch) {
  if (winograd_gains(s, s->out_height, s->out_width)) {
    winograd_convolution(s, input, filter, bias, out, scratch);
    return;
  }
  int taps = s->filter_height * s->filter_width;
  convolution_scratch_parts parts = divide_scratch(scratch, s->in_channels, taps);
  for (int tap = 0; tap < taps; tap++) {
    parts.filter_taps[tap] = tap;
    parts.row_offsets[tap] = tap / s->filter_width * s->dilation_height - s->pad_top;
    parts.column_offsets[tap] = tap % s->filter_width * s->dilation_width - s->pad_left;
  }
  filter_packing packing = {filter, parts.packed, parts.filter_taps, taps, s->in_channels, s->out_channels, s->out_channels, 1, (long)s->in_channels * s->out_channels};
  parallel_for(divide_up(s->out_channels, TILE_COLUMNS), pack_filter, &packing);
  tap_convolution p = {
      .input = input, .packed = parts.packed, .zeros = parts.zeros, .bias = bias, .out = out,
      .batch = s->batch, .in_height = s->in_height, .in_width = s->in_width, .in_channels = s->in_channels, .out_channels = s->out_channels,
      .grid_height = s->out_height, .grid_width = s->out_width, .step_height = s->stride_height, .step_width = s->stride_width,
      .taps = taps, .row_offsets = parts.row_offsets, .column_offsets = parts.column_offsets,
      .out_image = (long)s->out_height * s->out_width * s->out_channels, .out_row = (long)s->out_width * s->out_channels, .out_column = s->out_channels,
      .patches = gathers_patches(s) ? s : 0,
  };
  convolve(&p);
}

// Floats of scratch that `convolution_input_gradient` needs.
int EXPORT(convolution_input_gradient_scratch)(const convolution_shape *s) {
  if (winograd_gains(s, s->in_height, s->in_width)) return winograd_scratch(s->batch, s->in_height, s->in_width, s->out_channels, s->in_channels);
  return direct_scratch(s->filter_height * s->filter_width, s->out_channels, s->in_channels);
}

// dx [batch, in_height, in_width, in_channels] from dy. A position x is reached from y = (x + pad - tap dilation) / stride where that is whole.
void EXPORT(convolution_input_gradient)(const convolution_shape *s, const float *dy, const float *filter, float *dx, float *scratch) {
  if (winograd_gains(s, s->in_height, s->in_width)) {
    winograd_input_gradient(s, dy, filter, dx, scratch);
    return;
  }
  convolution_scratch_parts parts = divide_scratch(scratch, s->out_channels, s->filter_height * s->filter_width);
  for (int row_residue = 0; row_residue < smaller(s->stride_height, s->in_height); row_residue++) {
    for (int column_residue = 0; column_residue < smaller(s->stride_width, s->in_width); column_residue++) {
      int taps = 0;
      for (int tap = 0; tap < s->filter_height * s->filter_width; tap++) {
        int row = row_residue + s->pad_top - tap / s->filter_width * s->dilation_height;
        int column = column_residue + s->pad_left - tap % s->filter_width * s->dilation_width;
        if (row % s->stride_height || column % s->stride_width) continue;
        parts.filter_taps[taps] = tap;
        parts.row_offsets[taps] = row / s->stride_height;
        parts.column_offsets[taps++] = column / s->stride_width;
      }
      filter_packing packing = {filter, parts.packed, parts.filter_taps, taps, s->out_channels, s->in_channels, 1, s->out_channels, (long)s->in_channels * s->out_channels};
      parallel_for(divide_up(s->in_channels, TILE_COLUMNS), pack_filter, &packing);
      long row_floats = (long)s->in_width * s->in_channels;
      tap_convolution p = {
          .input = dy, .packed = parts.packed, .zeros = parts.zeros, .out = dx + row_residue * row_floats + column_residue * s->in_channels,
          .batch = s->batch, .in_height = s->out_height, .in_width = s->out_width, .in_channels = s->out_channels, .out_channels = s->in_channels,
          .grid_height = divide_up(s->in_height - row_residue, s->stride_height), .grid_width = divide_up(s->in_width - column_residue, s->stride_width), .step_height = 1, .step_width = 1,
          .taps = taps, .row_offsets = parts.row_offsets, .column_offsets = parts.column_offsets,
          .out_image = s->in_height * row_floats, .out_row = s->stride_height * row_floats, .out_column = (long)s->stride_width * s->in_channels,
      };
      convolve(&p);
    }
  }
}
