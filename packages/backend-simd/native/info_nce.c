// InfoNCE of queries [n, d] against their keys [n, d] and a queue [k, d]:
//   loss = logSumExp(q . key / T, q . queue / T) - q . key / T
// The queue is read once and no [n, k] logits are ever stored: a task takes a run of the queue's rows and leaves for each query
// the highest logit, the sum of exponentials below it and the plain sum; the runs are merged in order. 2 n k d operations, 4 k d bytes.
#include "pack.h"
#include "parallel.h"
#include "platform.h"
#include "tile.h"
#include "vector_math.h"

#define RUN 512

typedef struct {
  const float *query, *queue;
  float *packed;       // queries as columns
  float *highest, *sum, *logits; // of each run: the highest logit, the exponentials' sum, the logits' sum; [runs][columns]
  int n, d, k, columns;
  float inverse_temperature;
} info_nce;

static void score_run(const void *arguments, int task, int thread) {
  const info_nce *p = arguments;
  int first = task * RUN, rows = smaller(p->k - first, RUN);
  for (int column = 0; column < p->columns; column += TILE_COLUMNS) {
    const float *b = p->packed + (long)column * p->d;
    vector highest[TILE_VECTORS], sum[TILE_VECTORS], plain[TILE_VECTORS];
    UNROLL for (int j = 0; j < TILE_VECTORS; j++) {
      highest[j] = splat(-__builtin_inff());
      sum[j] = plain[j] = splat(0);
    }
    for (int row = 0; row < rows; row += TILE_ROWS) {
      const float *pointers[TILE_ROWS];
      UNROLL for (int i = 0; i < TILE_ROWS; i++) pointers[i] = p->queue + (long)(first + smaller(row + i, rows - 1)) * p->d;
      tile logits = {};
      multiply_rows(&logits, pointers, p->d, b);
      int valid = smaller(rows - row, TILE_ROWS);
      UNROLL for (int j = 0; j < TILE_VECTORS; j++) {
        vector top = highest[j], total = {};
        for (int i = 0; i < valid; i++) {
          logits.at[i][j] *= p->inverse_temperature;
          top = maximum(top, logits.at[i][j]);
          plain[j] += logits.at[i][j];
        }
        for (int i = 0; i < valid; i++) total += vector_exp(logits.at[i][j] - top);
        sum[j] = sum[j] * vector_exp(highest[j] - top) + total;
        highest[j] = top;
      }
    }
    UNROLL for (int j = 0; j < TILE_VECTORS; j++) {
      store(p->highest + (long)task * p->columns + column + j * VECTOR_FLOATS, highest[j]);
      store(p->sum + (long)task * p->columns + column + j * VECTOR_FLOATS, sum[j]);
      store(p->logits + (long)task * p->columns + column + j * VECTOR_FLOATS, plain[j]);
    }
  }
}

INLINE int column_count(int n) { return round_up(n, TILE_COLUMNS); }

// Floats of scratch that `info_nce_queue` needs.
int EXPORT(info_nce_scratch)(int n, int d, int k) { return column_count(n) * d + 3 * divide_up(k, RUN) * column_count(n); }

// out: losses, log-sum-exps, largest and mean logits against the queue, n of each
void EXPORT(info_nce_queue)(const float *query, const float *key, const float *queue, float *loss, float *log_sum_exp, float *largest_negative, float *mean_negative, float *scratch, int n, int d, int k,
                            float temperature) {
  int columns = column_count(n), runs = divide_up(k, RUN), of_runs = runs * columns;
  float *merged = scratch + columns * d;
  info_nce p = {query, queue, scratch, merged, merged + of_runs, merged + 2 * of_runs, n, d, k, columns, 1 / temperature};
  for (int panel = 0; panel * TILE_COLUMNS < columns; panel++) pack_panel(p.packed + panel * TILE_COLUMNS * d, query, d, n, 1, d, panel);
  parallel_for(runs, score_run, &p);
  for (int i = 0; i < n; i++) {
    vector product = {};
    for (int j = 0; j < d; j += VECTOR_FLOATS) product += load_up_to(query + i * d + j, d - j) * load_up_to(key + i * d + j, d - j);
    float positive = sum_lanes(product) * p.inverse_temperature, highest = positive, total = 1, negatives = 0;
    largest_negative[i] = -__builtin_inff();
    for (int run = 0; run < runs; run++) {
      float top = p.highest[run * columns + i], sum = p.sum[run * columns + i];
      negatives += p.logits[run * columns + i];
      if (top > largest_negative[i]) largest_negative[i] = top;
      if (top > highest) {
        total = total * vector_exp(splat(highest - top))[0] + sum;
        highest = top;
      } else {
        total += sum * vector_exp(splat(top - highest))[0];
      }
    }
    log_sum_exp[i] = highest + vector_log(splat(total))[0];
    loss[i] = log_sum_exp[i] - positive;
    mean_negative[i] = negatives / k;
  }
}
