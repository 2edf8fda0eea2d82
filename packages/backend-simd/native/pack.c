#include "pack.h"
#include "tile.h"

void pack_panel(float *to, const float *from, int length, int columns, int row_stride, int column_stride, int panel) {
  int first = panel * TILE_COLUMNS;
  int count = smaller(columns - first, TILE_COLUMNS);
  from += (long)first * column_stride;
  if (count == TILE_COLUMNS && column_stride == 1) {
    for (int k = 0; k < length; k++, from += row_stride, to += TILE_COLUMNS) {
      UNROLL for (int j = 0; j < TILE_VECTORS; j++) store(to + j * VECTOR_FLOATS, load(from + j * VECTOR_FLOATS));
    }
    return;
  }
  for (int j = 0; j < TILE_COLUMNS; j++) {
    const float *column = from + (long)j * column_stride;
    if (j < count) {
      for (int k = 0; k < length; k++) to[k * TILE_COLUMNS + j] = column[(long)k * row_stride];
    } else {
      for (int k = 0; k < length; k++) to[k * TILE_COLUMNS + j] = 0;
    }
  }
}
