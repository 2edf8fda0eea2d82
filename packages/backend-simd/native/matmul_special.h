// Two shapes of single products that the general blocks serve badly: few rows against a long list of vectors (queries against the key
// queue), and few rows and columns over a long sum (its gradient). Both avoid packing the long operand as a whole.
#pragma once

typedef struct {
  const float *a, *b, *bias;
  float *out, *scratch;
  int m, n, k, transpose_a, transpose_b;
} single_product;

// a [m, k] times b [n, k] transposed, m small: rows of b are read where they lie, a becomes the packed columns.
int is_against_list(int batch, const single_product *p);
int against_list_scratch(const single_product *p);
void multiply_against_list(const single_product *p);

// a [m, k] times b [k, n], k long: the sum is cut into runs, each packed and multiplied by one task, and the runs' sums added in order.
int is_long_sum(int batch, const single_product *p);
int long_sum_scratch(const single_product *p);
void multiply_long_sum(const single_product *p);
