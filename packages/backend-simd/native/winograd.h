// 3x3 convolutions of stride 1 by Winograd's minimal filtering F(4x4, 3x3): a tile of 4 x 4 outputs costs 36 multiplications
// a channel pair instead of 144. With the transforms B^T, G, A^T of the points 0, 1, -1, 2, -2 (Lavin and Gray 2016):
//   y = A^T [sum over channels: (G g G^T) * (B^T d B)] A
// and its transposes for the gradients. The factors up to 8 cost about a decimal digit: 2e-6 of the output's root mean square
// where the direct sum has 2e-7.
#pragma once
#include "convolution.h"
#include "vector.h"

#define TAPS 3
#define OUTPUTS 4 // of a tile's line
#define POINTS 6  // of a tile's line
#define ALL_POINTS (POINTS * POINTS)

// B^T d: one line of 6 input values.
INLINE void transform_input_line(const vector *d, int d_step, vector *out, int step) {
  vector d0 = d[0], d1 = d[d_step], d2 = d[2 * d_step], d3 = d[3 * d_step], d4 = d[4 * d_step], d5 = d[5 * d_step];
  vector even = d4 - 4 * d2, odd = d3 - 4 * d1, even_half = d4 - d2, odd_double = 2 * (d3 - d1);
  out[0] = 4 * d0 - 5 * d2 + d4;
  out[step] = even + odd;
  out[2 * step] = even - odd;
  out[3 * step] = even_half + odd_double;
  out[4 * step] = even_half - odd_double;
  out[5 * step] = 4 * d1 - 5 * d3 + d5;
}

// A^T s: 6 sums to 4 outputs.
INLINE void transform_output_line(const vector *s, int s_step, vector *out, int step) {
  vector sum = s[s_step] + s[2 * s_step], difference = s[s_step] - s[2 * s_step];
  vector sum2 = s[3 * s_step] + s[4 * s_step], difference2 = s[3 * s_step] - s[4 * s_step];
  out[0] = s[0] + sum + sum2;
  out[step] = difference + 2 * difference2;
  out[2 * step] = sum + 4 * sum2;
  out[3 * step] = difference + 8 * difference2 + s[5 * s_step];
}

// A y: the transpose of the output's transform, where the gradient enters.
INLINE void transform_gradient_line(const vector *y, int y_step, vector *out, int step) {
  vector y0 = y[0], y1 = y[y_step], y2 = y[2 * y_step], y3 = y[3 * y_step];
  vector even = y0 + y2, odd = y1 + y3, even4 = y0 + 4 * y2, odd8 = 2 * y1 + 8 * y3;
  out[0] = y0;
  out[step] = even + odd;
  out[2 * step] = even - odd;
  out[3 * step] = even4 + odd8;
  out[4 * step] = even4 - odd8;
  out[5 * step] = y3;
}

// G g: 3 filter taps to 6 values.
INLINE void transform_filter_line(const vector *g, int g_step, vector *out, int step) {
  vector g0 = g[0], g1 = g[g_step], g2 = g[2 * g_step];
  vector even = (g0 + g2) * (-1.0f / 6), odd = g1 * (-1.0f / 6), even4 = g0 * (1.0f / 24) + g2 * (1.0f / 6), odd4 = g1 * (1.0f / 12);
  out[0] = g0 * 0.25f;
  out[step] = even + odd;
  out[2 * step] = even - odd;
  out[3 * step] = even4 + odd4;
  out[4 * step] = even4 - odd4;
  out[5 * step] = g2;
}

// G^T u: its transpose, from 6 sums to the gradients of 3 taps.
INLINE void transform_taps_line(const vector *u, int u_step, vector *out, int step) {
  vector sum = (u[u_step] + u[2 * u_step]) * (-1.0f / 6), difference = (u[u_step] - u[2 * u_step]) * (-1.0f / 6);
  vector sum2 = u[3 * u_step] + u[4 * u_step], difference2 = u[3 * u_step] - u[4 * u_step];
  out[0] = u[0] * 0.25f + sum + sum2 * (1.0f / 24);
  out[step] = difference + difference2 * (1.0f / 12);
  out[2 * step] = sum + sum2 * (1.0f / 6) + u[5 * u_step];
}

// Each transform of a square: every line across, then every line down.
#define SQUARE_TRANSFORM(name, FROM, TO)                                                               \
  INLINE void name(const vector *from, vector *to) {                                                   \
    vector half[FROM * TO];                                                                            \
    UNROLL for (int row = 0; row < FROM; row++) name##_line(from + row * FROM, 1, half + row * TO, 1); \
    UNROLL for (int column = 0; column < TO; column++) name##_line(half + column, TO, to + column, TO); \
  }

SQUARE_TRANSFORM(transform_input, POINTS, POINTS)
SQUARE_TRANSFORM(transform_output, POINTS, OUTPUTS)
SQUARE_TRANSFORM(transform_gradient, OUTPUTS, POINTS)
SQUARE_TRANSFORM(transform_filter, TAPS, POINTS)
SQUARE_TRANSFORM(transform_taps, POINTS, TAPS)

// A map cut into tiles: the square of tile (row, column) begins at (4 row - pad_top, 4 column - pad_left).
typedef struct {
  const float *values; // [batch, height, width, channels]
  int height, width, channels, pad_top, pad_left;
  int tile_rows, tile_columns; // of one image
} tiled_map;

// Where transformed tiles lie: [point][channel / width][tile][channel % width]. Rows have one panel as wide as all channels.
typedef struct {
  float *values;
  int width;
  long panel, point; // floats
} point_layout;

// Transforms tiles first .. first + count, which become tiles 0, 1, ... of the layout: squares of 6 x 6 of an input, or of 4 x 4 of a gradient.
void transform_tiles(const tiled_map *map, int is_gradient, int first, int count, point_layout to);

// Whether F(4x4, 3x3) does less than the direct sum for outputs of this size.
int winograd_gains(const convolution_shape *shape, int out_height, int out_width);

// The three convolutions; `scratch` holds what the function before it returns, in floats.
int winograd_scratch(int batch, int out_height, int out_width, int channels, int columns);
void winograd_convolution(const convolution_shape *shape, const float *input, const float *filter, const float *bias, float *out, float *scratch);
void winograd_input_gradient(const convolution_shape *shape, const float *dy, const float *filter, float *dx, float *scratch);
int winograd_filter_gradient_scratch(const convolution_shape *shape);
void winograd_filter_gradient(const convolution_shape *shape, const float *x, const float *dy, float *out, float *scratch);
