// The arithmetic of every matrix product: a tile of TILE_ROWS x TILE_COLUMNS sums held in registers.
// 4 x 8 floats need 8 sums, 2 vectors of b, one broadcast of a and one product: they fit the 16 registers of x86-64,
// where 4 x 12 spills. One k costs 64 operations and 48 bytes from the first-level cache.
#pragma once
#include "vector.h"

#define TILE_ROWS 4
#define TILE_VECTORS 2
#define TILE_COLUMNS (TILE_VECTORS * VECTOR_FLOATS)

// Packed rows come in panels of this many: whole vectors, whole tiles.
#define ROW_PANEL (TILE_ROWS > VECTOR_FLOATS ? TILE_ROWS : VECTOR_FLOATS)

// Sums of more than this many products are cut: a float sum's error grows with its length.
#define LONGEST_SUM 512

typedef struct {
  vector at[TILE_ROWS][TILE_VECTORS];
} tile;

// sum[i][j] += over k < length: rows[i][k] * b[k][j]
INLINE void multiply_rows(tile *sum, const float *const *rows, int length, const float *b) {
  for (int start = 0; start < length; start += LONGEST_SUM) {
    const float *row0 = rows[0] + start, *row1 = rows[1] + start, *row2 = rows[2] + start, *row3 = rows[3] + start;
    tile part = {};
    int count = smaller(length - start, LONGEST_SUM);
    KEEP_ROLLED for (int k = 0; k < count; k++) {
      vector columns[TILE_VECTORS];
      UNROLL for (int j = 0; j < TILE_VECTORS; j++) columns[j] = load(b + j * VECTOR_FLOATS);
      vector a0 = splat(row0[k]);
      UNROLL for (int j = 0; j < TILE_VECTORS; j++) part.at[0][j] = multiply_add(a0, columns[j], part.at[0][j]);
      vector a1 = splat(row1[k]);
      UNROLL for (int j = 0; j < TILE_VECTORS; j++) part.at[1][j] = multiply_add(a1, columns[j], part.at[1][j]);
      vector a2 = splat(row2[k]);
      UNROLL for (int j = 0; j < TILE_VECTORS; j++) part.at[2][j] = multiply_add(a2, columns[j], part.at[2][j]);
      vector a3 = splat(row3[k]);
      UNROLL for (int j = 0; j < TILE_VECTORS; j++) part.at[3][j] = multiply_add(a3, columns[j], part.at[3][j]);
      b += TILE_COLUMNS;
    }
    UNROLL for (int i = 0; i < TILE_ROWS; i++) UNROLL for (int j = 0; j < TILE_VECTORS; j++) sum->at[i][j] += part.at[i][j];
  }
}

// sum[i][j] += over k < length: a[k][i] * b[k][j], both packed, a in panels of ROW_PANEL
INLINE void multiply_packed(tile *sum, const float *a, int length, const float *b) {
  for (int start = 0; start < length; start += LONGEST_SUM) {
    tile part = {};
    int count = smaller(length - start, LONGEST_SUM);
    KEEP_ROLLED for (int k = 0; k < count; k++) {
      vector columns[TILE_VECTORS];
      UNROLL for (int j = 0; j < TILE_VECTORS; j++) columns[j] = load(b + j * VECTOR_FLOATS);
      UNROLL for (int i = 0; i < TILE_ROWS; i++) {
        vector value = splat(a[i]);
        UNROLL for (int j = 0; j < TILE_VECTORS; j++) part.at[i][j] = multiply_add(value, columns[j], part.at[i][j]);
      }
      a += ROW_PANEL;
      b += TILE_COLUMNS;
    }
    UNROLL for (int i = 0; i < TILE_ROWS; i++) UNROLL for (int j = 0; j < TILE_VECTORS; j++) sum->at[i][j] += part.at[i][j];
  }
}

// Column panels to go through for one tile of rows before the next: as many as stay in the first-level cache. Neighbouring panels fill
// the cache lines of the output, which one panel alone leaves half written.
INLINE int panels_together(int length) { return larger(1, 512 / larger(length, 1)); }
