// Matrix products: out[batch] = a[batch] b[batch] (+ bias), either operand transposed, either repeated over the batch.
// b is packed into panels once (reads and writes it once), rows of a are read where they lie, or copied to scratch when a is transposed.
// 2 M N K operations a matrix.
#include "matmul_special.h"
#include "pack.h"
#include "parallel.h"
#include "platform.h"
#include "tile.h"

#define BLOCK_ROWS 64    // rows a task: their part of a stays in the second-level cache
#define BLOCK_PANELS 32  // column panels a task

typedef struct {
  const float *a, *b, *bias;
  float *out, *packed;
  const int *a_index, *b_index; // which matrix of a and of b each product of the batch takes
  int b_count, m, n, k, transpose_a, transpose_b;
} matmul_arguments;

INLINE int panel_count(int columns) { return divide_up(columns, TILE_COLUMNS); }
INLINE long packed_size(const matmul_arguments *p) { return (long)panel_count(p->n) * p->k * TILE_COLUMNS; }

static void pack_b(const void *arguments, int task, int thread) {
  const matmul_arguments *p = arguments;
  int panels = panel_count(p->n), panel = task % panels, matrix = task / panels;
  float *to = p->packed + matrix * packed_size(p) + (long)panel * p->k * TILE_COLUMNS;
  const float *from = p->b + (long)matrix * p->k * p->n;
  pack_panel(to, from, p->k, p->n, p->transpose_b ? 1 : p->n, p->transpose_b ? p->k : 1, panel);
}

// Stores a tile, or adds it to what an earlier part of the sum left.
INLINE void add_tile(const matmul_arguments *p, const tile *sum, float *to, int rows, int panel, int is_later) {
  for (int i = 0; i < rows; i++) {
    UNROLL for (int j = 0; j < TILE_VECTORS; j++) {
      int column = panel * TILE_COLUMNS + j * VECTOR_FLOATS, count = p->n - column;
      if (count <= 0) break;
      float *at = to + (long)i * p->n + column;
      vector value = sum->at[i][j];
      if (is_later) value += load_up_to(at, count);
      else if (p->bias) value += load_up_to(p->bias + column, count);
      store_up_to(at, value, count);
    }
  }
}

static void multiply_block(const void *arguments, int task, int thread) {
  const matmul_arguments *p = arguments;
  int panels = panel_count(p->n), groups = divide_up(panels, BLOCK_PANELS), blocks = divide_up(p->m, BLOCK_ROWS);
  int group = task % groups, block = task / groups % blocks, product = task / groups / blocks;
  int first_row = block * BLOCK_ROWS, rows = smaller(p->m - first_row, BLOCK_ROWS);
  int first_panel = group * BLOCK_PANELS, end_panel = smaller(panels, first_panel + BLOCK_PANELS);
  const float *a = p->a + (long)p->a_index[product] * p->m * p->k;
  const float *packed = p->packed + p->b_index[product] * packed_size(p);
  float *out = p->out + (long)product * p->m * p->n;

  // A transposed a has its rows gathered, as many of k at a time as the thread's scratch holds
  int longest = p->transpose_a ? smaller(p->k, THREAD_SCRATCH_FLOATS / BLOCK_ROWS) : p->k;
  for (int start = 0; start < p->k || start == 0; start += larger(longest, 1)) {
    int length = smaller(longest, p->k - start);
    const float *block_rows = a + (long)first_row * p->k + start;
    int stride = p->k;
    if (p->transpose_a) {
      float *gathered = thread_scratch(thread);
      for (int k = 0; k < length; k++) {
        const float *from = a + (long)(start + k) * p->m + first_row;
        for (int row = 0; row < rows; row++) gathered[row * length + k] = from[row];
      }
      block_rows = gathered;
      stride = length;
    }
    int together = panels_together(length);
    for (int some = first_panel; some < end_panel; some += together) {
      for (int row = 0; row < rows; row += TILE_ROWS) {
        const float *pointers[TILE_ROWS];
        UNROLL for (int i = 0; i < TILE_ROWS; i++) pointers[i] = block_rows + (long)smaller(row + i, rows - 1) * stride;
        for (int panel = some; panel < smaller(end_panel, some + together); panel++) {
          tile sum = {};
          multiply_rows(&sum, pointers, length, packed + ((long)panel * p->k + start) * TILE_COLUMNS);
          float *to = out + (long)(first_row + row) * p->n;
          add_tile(p, &sum, to, smaller(rows - row, TILE_ROWS), panel, start > 0);
        }
      }
    }
  }
}

// Floats of scratch that `matmul` needs.
int EXPORT(matmul_scratch)(int batch, int b_count, int m, int n, int k, int transpose_a, int transpose_b) {
  single_product single = {.m = m, .n = n, .k = k, .transpose_a = transpose_a, .transpose_b = transpose_b};
  if (is_against_list(batch, &single)) return against_list_scratch(&single);
  if (is_long_sum(batch, &single)) return long_sum_scratch(&single);
  return b_count * panel_count(n) * k * TILE_COLUMNS;
}

void EXPORT(matmul)(const float *a, const float *b, const float *bias, float *out, float *scratch, int batch, const int *a_index, const int *b_index, int b_count, int m, int n, int k,
                    int transpose_a, int transpose_b) {
  single_product single = {a, b, bias, out, scratch, m, n, k, transpose_a, transpose_b};
  if (is_against_list(batch, &single)) {
    multiply_against_list(&single);
    return;
  }
  if (is_long_sum(batch, &single)) {
    multiply_long_sum(&single);
    return;
  }
  matmul_arguments p = {a, b, bias, out, scratch, a_index, b_index, b_count, m, n, k, transpose_a, transpose_b};
  int panels = panel_count(n);
  parallel_for(b_count * panels, pack_b, &p);
  parallel_for(batch * divide_up(m, BLOCK_ROWS) * divide_up(panels, BLOCK_PANELS), multiply_block, &p);
}
