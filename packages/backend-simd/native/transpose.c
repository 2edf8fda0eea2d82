// Transposition whose innermost dimensions change places: a stack of matrices, rows and columns exchanged. 8 bytes an element.
// Tiles of a cache line squared are read line by line into registers and a small buffer and written line by line, so that each line
// of either side comes and goes once, whatever the strides.
#include "parallel.h"
#include "platform.h"
#include "vector.h"

#define TILE 16 // floats of a cache line
#define TILES_A_TASK 64

typedef struct {
  const float *from;
  float *to;
  int columns, rows;         // of a matrix in `from`: columns lie side by side there, rows in `to`
  int row_step, column_step; // of a row in `from`, of a column in `to`
  int rank;
  const int *dimensions; // outer dimensions: [rank] sizes, [rank] steps in `from`, [rank] steps in `to`
  int tiles;             // in all
} transposition;

// VECTOR_FLOATS rows of as many numbers: log2 rounds, in each of which the upper half of the rows interleaves with the lower.
INLINE void transpose_square(vector *rows) {
  UNROLL for (int round = 1; round < VECTOR_FLOATS; round *= 2) {
    vector next[VECTOR_FLOATS];
    UNROLL for (int i = 0; i < VECTOR_FLOATS / 2; i++) {
      next[2 * i] = interleave_lower(rows[i], rows[i + VECTOR_FLOATS / 2]);
      next[2 * i + 1] = interleave_upper(rows[i], rows[i + VECTOR_FLOATS / 2]);
    }
    UNROLL for (int i = 0; i < VECTOR_FLOATS; i++) rows[i] = next[i];
  }
}

static void whole_tile(const float *from, float *to, int row_step, int column_step) {
  float buffer[TILE][TILE];
  for (int row = 0; row < TILE; row += VECTOR_FLOATS) {
    for (int column = 0; column < TILE; column += VECTOR_FLOATS) {
      vector square[VECTOR_FLOATS];
      UNROLL for (int i = 0; i < VECTOR_FLOATS; i++) square[i] = load(from + (long)(row + i) * row_step + column);
      transpose_square(square);
      UNROLL for (int i = 0; i < VECTOR_FLOATS; i++) store(&buffer[column + i][row], square[i]);
    }
  }
  for (int column = 0; column < TILE; column++) {
    UNROLL for (int row = 0; row < TILE; row += VECTOR_FLOATS) store(to + (long)column * column_step + row, load(&buffer[column][row]));
  }
}

static void transpose_tiles(const void *arguments, int task, int thread) {
  const transposition *p = arguments;
  int across = divide_up(p->columns, TILE), a_matrix = across * divide_up(p->rows, TILE), end = smaller(p->tiles, (task + 1) * TILES_A_TASK);
  for (int tile = task * TILES_A_TASK; tile < end; tile++) {
    int row = tile % a_matrix / across * TILE, column = tile % across * TILE, rest = tile / a_matrix;
    long from_offset = (long)row * p->row_step + column, to_offset = (long)column * p->column_step + row;
    for (int axis = p->rank - 1; axis >= 0; axis--) {
      int index = rest % p->dimensions[axis];
      rest /= p->dimensions[axis];
      from_offset += (long)index * p->dimensions[p->rank + axis];
      to_offset += (long)index * p->dimensions[2 * p->rank + axis];
    }
    const float *from = p->from + from_offset;
    float *to = p->to + to_offset;
    int rows = smaller(TILE, p->rows - row), columns = smaller(TILE, p->columns - column);
    if (rows == TILE && columns == TILE) whole_tile(from, to, p->row_step, p->column_step);
    else {
      for (int c = 0; c < columns; c++) {
        for (int r = 0; r < rows; r++) to[(long)c * p->column_step + r] = from[(long)r * p->row_step + c];
      }
    }
  }
}

void EXPORT(transpose)(const float *from, float *to, int matrices, int rows, int columns, int row_step, int column_step, int rank, const int *dimensions) {
  transposition p = {from, to, columns, rows, row_step, column_step, rank, dimensions, matrices * divide_up(rows, TILE) * divide_up(columns, TILE)};
  parallel_for(divide_up(p.tiles, TILES_A_TASK), transpose_tiles, &p);
}
