// A matrix [length, columns] rearranged into panels of TILE_COLUMNS columns: [panel][length][TILE_COLUMNS], zeros beyond the last column.
#pragma once
#include "vector.h"

// Copies one panel of a matrix whose element (k, j) lies at from[k * row_stride + j * column_stride].
void pack_panel(float *to, const float *from, int length, int columns, int row_stride, int column_stride, int panel);
