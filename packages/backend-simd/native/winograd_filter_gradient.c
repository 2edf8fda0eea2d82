// The filter gradient of 3x3 filters by Winograd's method: dg = G^T [sum over tiles: (B^T d B)^T (A dy A^T)] G.
// Tiles go through in blocks: both transforms, packed as the products want them; 36 products [in, tiles] [tiles, out] added to their
// sums in memory; at the end the sums' transform. A float sum is never longer than a block.
#include "parallel.h"
#include "tile.h"
#include "winograd.h"

#define BLOCK_FLOATS 262144 // of both transforms of a block, about: what two second-level caches hold
#define FEWEST_TILES 32
#define MOST_TILES 256
#define PHASE_TILES 4
#define BLOCK_CHANNELS 64 // input channels a task of the products takes

typedef struct {
  tiled_map x, dy;
  float *rows;    // [point][in channels / ROW_PANEL][tile][ROW_PANEL]
  float *columns; // [point][out channels / TILE_COLUMNS][tile][TILE_COLUMNS]
  float *sums;    // [point][in channels][out channels], both rounded up
  float *out;
  int in_channels, out_channels, row_channels, column_channels;
  int tiles, block_tiles, first, count;
} tiled_gradient;

static void transform_phase(const void *arguments, int task, int thread) {
  const tiled_gradient *p = arguments;
  int first = task * PHASE_TILES, count = smaller(PHASE_TILES, p->count - first);
  point_layout rows = {p->rows + (long)first * ROW_PANEL, ROW_PANEL, (long)p->block_tiles * ROW_PANEL, (long)p->block_tiles * p->row_channels};
  transform_tiles(&p->x, 0, p->first + first, count, rows);
  point_layout columns = {p->columns + (long)first * TILE_COLUMNS, TILE_COLUMNS, (long)p->block_tiles * TILE_COLUMNS, (long)p->block_tiles * p->column_channels};
  transform_tiles(&p->dy, 1, p->first + first, count, columns);
}

static void product_phase(const void *arguments, int task, int thread) {
  const tiled_gradient *p = arguments;
  int groups = divide_up(p->row_channels, BLOCK_CHANNELS), point = task / groups, first = task % groups * BLOCK_CHANNELS;
  int end = smaller(p->row_channels, first + BLOCK_CHANNELS);
  const float *rows = p->rows + (long)point * p->block_tiles * p->row_channels, *columns = p->columns + (long)point * p->block_tiles * p->column_channels;
  float *sums = p->sums + (long)point * p->row_channels * p->column_channels;
  for (int column = 0; column < p->column_channels; column += TILE_COLUMNS) {
    for (int row = first; row < end; row += TILE_ROWS) {
      tile sum = {};
      const float *a = rows + (long)(row / ROW_PANEL) * p->block_tiles * ROW_PANEL + row % ROW_PANEL;
      multiply_packed(&sum, a, p->count, columns + (long)column * p->block_tiles);
      UNROLL for (int i = 0; i < TILE_ROWS; i++) {
        UNROLL for (int j = 0; j < TILE_VECTORS; j++) {
          float *at = sums + (long)(row + i) * p->column_channels + column + j * VECTOR_FLOATS;
          store(at, p->first > 0 ? load(at) + sum.at[i][j] : sum.at[i][j]);
        }
      }
    }
  }
}

static void taps_phase(const void *arguments, int channel, int thread) {
  const tiled_gradient *p = arguments;
  for (int column = 0; column < p->out_channels; column += VECTOR_FLOATS) {
    vector points[ALL_POINTS], taps[TAPS * TAPS];
    const float *from = p->sums + (long)channel * p->column_channels + column;
    UNROLL for (int point = 0; point < ALL_POINTS; point++) points[point] = load(from + (long)point * p->row_channels * p->column_channels);
    transform_taps(points, taps);
    for (int tap = 0; tap < TAPS * TAPS; tap++) store_up_to(p->out + ((long)tap * p->in_channels + channel) * p->out_channels + column, taps[tap], p->out_channels - column);
  }
}

static tiled_gradient plan(const convolution_shape *s, float *scratch) {
  int tile_rows = divide_up(s->out_height, OUTPUTS), tile_columns = divide_up(s->out_width, OUTPUTS);
  tiled_gradient p = {
      .in_channels = s->in_channels, .out_channels = s->out_channels,
      .row_channels = round_up(s->in_channels, ROW_PANEL), .column_channels = round_up(s->out_channels, TILE_COLUMNS),
      .tiles = s->batch * tile_rows * tile_columns,
  };
  int fitting = round_up(BLOCK_FLOATS / (ALL_POINTS * (p.row_channels + p.column_channels)), PHASE_TILES);
  p.block_tiles = smaller(p.tiles, larger(FEWEST_TILES, smaller(MOST_TILES, fitting)));
  p.rows = scratch;
  p.columns = p.rows + (long)ALL_POINTS * p.block_tiles * p.row_channels;
  p.sums = p.columns + (long)ALL_POINTS * p.block_tiles * p.column_channels;
  return p;
}

int winograd_filter_gradient_scratch(const convolution_shape *s) {
  tiled_gradient p = plan(s, 0);
  return ALL_POINTS * (p.block_tiles * (p.row_channels + p.column_channels) + p.row_channels * p.column_channels);
}

void winograd_filter_gradient(const convolution_shape *s, const float *x, const float *dy, float *out, float *scratch) {
  int tile_rows = divide_up(s->out_height, OUTPUTS), tile_columns = divide_up(s->out_width, OUTPUTS);
  tiled_gradient p = plan(s, scratch);
  p.x = (tiled_map){x, s->in_height, s->in_width, s->in_channels, s->pad_top, s->pad_left, tile_rows, tile_columns};
  p.dy = (tiled_map){dy, s->out_height, s->out_width, s->out_channels, 0, 0, tile_rows, tile_columns};
  p.out = out;
  for (p.first = 0; p.first < p.tiles; p.first += p.block_tiles) {
    p.count = smaller(p.block_tiles, p.tiles - p.first);
    parallel_for(divide_up(p.count, PHASE_TILES), transform_phase, &p);
    parallel_for(ALL_POINTS * divide_up(p.row_channels, BLOCK_CHANNELS), product_phase, &p);
  }
  parallel_for(p.in_channels, taps_phase, &p);
}
