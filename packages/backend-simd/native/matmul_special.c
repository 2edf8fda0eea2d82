#include "matmul_special.h"
#include "pack.h"
#include "parallel.h"
#include "tile.h"

#define FEW_ROWS 64
#define BLOCK_ROWS 64
#define RUN 2048          // of a long sum
#define FEWEST_RUNS 4
#define ADD_BLOCK 4096

int is_against_list(int batch, const single_product *p) { return batch == 1 && p->transpose_b && p->m <= FEW_ROWS && p->n >= 8 * p->m && p->n >= BLOCK_ROWS; }

int against_list_scratch(const single_product *p) { return round_up(p->m, TILE_COLUMNS) * p->k; }

static void list_block(const void *arguments, int task, int thread) {
  const single_product *p = arguments;
  int first = task * BLOCK_ROWS, rows = smaller(p->n - first, BLOCK_ROWS);
  for (int column = 0; column < p->m; column += TILE_COLUMNS) {
    for (int row = 0; row < rows; row += TILE_ROWS) {
      const float *pointers[TILE_ROWS];
      UNROLL for (int i = 0; i < TILE_ROWS; i++) pointers[i] = p->b + (long)(first + smaller(row + i, rows - 1)) * p->k;
      tile sum = {};
      multiply_rows(&sum, pointers, p->k, p->scratch + (long)column * p->k);
      // The tile is of the transposed product
      for (int i = 0; i < smaller(rows - row, TILE_ROWS); i++) {
        int at = first + row + i;
        for (int j = 0; j < smaller(p->m - column, TILE_COLUMNS); j++) {
          p->out[(long)(column + j) * p->n + at] = sum.at[i][j / VECTOR_FLOATS][j % VECTOR_FLOATS] + (p->bias ? p->bias[at] : 0);
        }
      }
    }
  }
}

void multiply_against_list(const single_product *p) {
  for (int panel = 0; panel * TILE_COLUMNS < p->m; panel++) {
    pack_panel(p->scratch + (long)panel * TILE_COLUMNS * p->k, p->a, p->k, p->m, p->transpose_a ? p->m : 1, p->transpose_a ? 1 : p->k, panel);
  }
  parallel_for(divide_up(p->n, BLOCK_ROWS), list_block, p);
}

int is_long_sum(int batch, const single_product *p) {
  int blocks = divide_up(p->m, BLOCK_ROWS) * divide_up(p->n, 256);
  return batch == 1 && !p->transpose_a && !p->transpose_b && blocks < 8 && p->k >= FEWEST_RUNS * RUN;
}

int long_sum_scratch(const single_product *p) { return divide_up(p->k, RUN) * p->m * p->n; }

static void sum_run(const void *arguments, int task, int thread) {
  const single_product *p = arguments;
  int first = task * RUN, length = smaller(p->k - first, RUN);
  float *sums = p->scratch + (long)task * p->m * p->n, *packed = thread_scratch(thread);
  for (int panel = 0; panel * TILE_COLUMNS < p->n; panel++) {
    int column = panel * TILE_COLUMNS;
    pack_panel(packed, p->b + (long)first * p->n, length, p->n, p->n, 1, panel);
    for (int row = 0; row < p->m; row += TILE_ROWS) {
      const float *pointers[TILE_ROWS];
      UNROLL for (int i = 0; i < TILE_ROWS; i++) pointers[i] = p->a + (long)smaller(row + i, p->m - 1) * p->k + first;
      tile sum = {};
      multiply_rows(&sum, pointers, length, packed);
      for (int i = 0; i < smaller(p->m - row, TILE_ROWS); i++) {
        for (int j = 0; j < TILE_VECTORS && column + j * VECTOR_FLOATS < p->n; j++) {
          store_up_to(sums + (long)(row + i) * p->n + column + j * VECTOR_FLOATS, sum.at[i][j], p->n - column - j * VECTOR_FLOATS);
        }
      }
    }
  }
}

static void add_sums(const void *arguments, int task, int thread) {
  const single_product *p = arguments;
  int size = p->m * p->n, runs = divide_up(p->k, RUN);
  for (int i = task * ADD_BLOCK; i < smaller(size, (task + 1) * ADD_BLOCK); i++) {
    float total = p->bias ? p->bias[i % p->n] : 0;
    for (int run = 0; run < runs; run++) total += p->scratch[(long)run * size + i];
    p->out[i] = total;
  }
}

void multiply_long_sum(const single_product *p) {
  parallel_for(divide_up(p->k, RUN), sum_run, p);
  parallel_for(divide_up(p->m * p->n, ADD_BLOCK), add_sums, p);
}
