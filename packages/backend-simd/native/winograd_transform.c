#include "patch.h"
#include "winograd.h"

// A square of the map for one vector of channels, zeros outside.
INLINE void read_square(const tiled_map *map, int image, int row, int column, int size, int channel, vector *to) {
  const float *values = map->values + (((long)image * map->height + row) * map->width + column) * map->channels + channel;
  int count = map->channels - channel;
  int inside = row >= 0 && column >= 0 && row + size <= map->height && column + size <= map->width && count >= VECTOR_FLOATS;
  if (inside) {
    UNROLL for (int i = 0; i < size; i++) UNROLL for (int j = 0; j < size; j++) to[i * size + j] = load(values + ((long)i * map->width + j) * map->channels);
    return;
  }
  for (int i = 0; i < size; i++) {
    for (int j = 0; j < size; j++) {
      int reached = row + i >= 0 && row + i < map->height && column + j >= 0 && column + j < map->width;
      to[i * size + j] = reached ? load_up_to(values + ((long)i * map->width + j) * map->channels, count) : splat(0);
    }
  }
}

void transform_tiles(const tiled_map *map, int is_gradient, int first, int count, point_layout to) {
  int per_image = map->tile_rows * map->tile_columns;
  for (int n = 0; n < count; n++) {
    int cell = (first + n) % per_image, image = (first + n) / per_image;
    int row = cell / map->tile_columns * OUTPUTS - map->pad_top, column = cell % map->tile_columns * OUTPUTS - map->pad_left;
    for (int channel = 0; channel < map->channels; channel += VECTOR_FLOATS) {
      vector square[ALL_POINTS], points[ALL_POINTS];
      if (is_gradient) {
        read_square(map, image, row, column, OUTPUTS, channel, square);
        transform_gradient(square, points);
      } else {
        read_square(map, image, row, column, POINTS, channel, square);
        transform_input(square, points);
      }
      float *at = to.values + channel / to.width * to.panel + (long)n * to.width + channel % to.width;
      UNROLL for (int point = 0; point < ALL_POINTS; point++) store(at + point * to.point, points[point]);
    }
  }
}

int winograd_gains(const convolution_shape *s, int out_height, int out_width) {
  if (s->filter_height != TAPS || s->filter_width != TAPS || s->stride_height != 1 || s->stride_width != 1 || s->dilation_height != 1 || s->dilation_width != 1) return 0;
  int tiles = divide_up(out_height, OUTPUTS) * divide_up(out_width, OUTPUTS);
  // Half as much again for the transforms; the filter's own transform must serve some tiles
  int less_work = ALL_POINTS * tiles * 3 < TAPS * TAPS * out_height * out_width * 2;
  return less_work && s->in_channels >= FEW_CHANNELS && s->out_channels >= FEW_CHANNELS && s->batch * tiles >= 16;
}
