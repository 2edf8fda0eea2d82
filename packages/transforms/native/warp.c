#include "kernels.h"

// Between pixel indices, view to source
typedef struct {
  double a, b, c, d, e, f;
} matrix;

// Places are whole numbers of 2^-32 pixels: the pixel is a shift away, and steps add up to less than a millionth of a pixel in error
typedef long long place;

static place place_of(double pixels) { return (place)(pixels * 4294967296.0); }
static float fraction_of(place at) { return (float)(int)((at >> 8) & 0xffffff) * (1.0f / 16777216); }

static float between(const float *above, const float *below, int x0, int x1, float across, float down) {
  float upper = above[x0] + across * (above[x1] - above[x0]);
  float lower = below[x0] + across * (below[x1] - below[x0]);
  return upper + down * (lower - upper);
}

// A stretch of a row, along which the source's place moves in equal steps
static void sample_stretch(const float *input, int width, int height, place x, place y, place step_x, place step_y, int length, float *output) {
  for (int i = 0; i < length; i++, x += step_x, y += step_y) {
    int left = (int)(x >> 32), top = (int)(y >> 32);
    if ((unsigned)left < (unsigned)(width - 1) && (unsigned)top < (unsigned)(height - 1)) {
      const float *at = input + top * width + left;
      output[i] = between(at, at + width, 0, 1, fraction_of(x), fraction_of(y));
    } else {
      const float *above = input + width * reflect101(top, height), *below = input + width * reflect101(top + 1, height);
      output[i] = between(above, below, reflect101(left, width), reflect101(left + 1, width), fraction_of(x), fraction_of(y));
    }
  }
}

// The grid's displacements [rows, columns, 2] for one row of the view, in pixels
static void displaced_nodes(const float *grid, int rows, int columns, int row, int width, int height, double *nodes) {
  double position = (row + 0.5) / height * (rows - 1); // the first and the last row of nodes lie at the view's edges
  int cell = (int)position < rows - 2 ? (int)position : rows - 2;
  const float *above = grid + 2 * cell * columns, *below = above + 2 * columns;
  for (int i = 0; i < 2 * columns; i++) nodes[i] = (above[i] + (position - cell) * (below[i] - above[i])) * 0.5 * (i & 1 ? height : width);
}

// Each pixel of the view takes the source at `m` of its index, plus the grid's displacement if there is one; `nodes` holds 2 columns doubles
void EXPORT(warp)(const float *input, int width, int height, const matrix *m, const float *grid, int rows, int columns, double *nodes, float *output) {
  for (int y = 0; y < height; y++, output += width) {
    double row_x = m->b * y + m->c, row_y = m->e * y + m->f;
    if (!grid) {
      sample_stretch(input, width, height, place_of(row_x), place_of(row_y), place_of(m->a), place_of(m->d), width, output);
      continue;
    }
    displaced_nodes(grid, rows, columns, y, width, height, nodes);
    double cells = (double)(columns - 1) / width; // between two pixels
    for (int cell = 0, x = 0; cell < columns - 1; cell++) {
      // Up to the last pixel whose centre lies before the next node
      int end = cell == columns - 2 ? width : (int)__builtin_ceil((cell + 1) / cells - 0.5);
      const double *node = nodes + 2 * cell;
      double slope_x = (node[2] - node[0]) * cells, slope_y = (node[3] - node[1]) * cells;
      double along = x + 0.5 - cell / cells;
      sample_stretch(input, width, height, place_of(m->a * x + row_x + node[0] + slope_x * along), place_of(m->d * x + row_y + node[1] + slope_y * along), place_of(m->a + slope_x), place_of(m->d + slope_y), end - x, output + x);
      x = end;
    }
  }
}

static void resample_row(const float *from, int width, const int *indices, const float *fractions, float *to) {
  for (int x = 0; x < width; x++) {
    float left = from[indices[2 * x]];
    to[x] = left + fractions[x] * (from[indices[2 * x + 1]] - left);
  }
}

// The same where rows stay rows (b = d = 0, no grid), as in crops and flips: a source row is resampled once for all the view's rows that need it.
// `scratch` holds 5 (width + LANES) floats.
void EXPORT(warp_aligned)(const float *input, int width, int height, const matrix *m, float *scratch, float *output) {
  int room = width + LANES;
  int *indices = (int *)scratch;
  float *fractions = scratch + 2 * room;
  float *lines[2] = {scratch + 3 * room, scratch + 4 * room};
  int held[2] = {-1, -1};
  for (int x = 0; x < width; x++) {
    double source = m->a * x + m->c;
    int left = (int)__builtin_floor(source);
    indices[2 * x] = reflect101(left, width);
    indices[2 * x + 1] = reflect101(left + 1, width);
    fractions[x] = (float)(source - left);
  }
  for (int y = 0; y < height; y++, output += width) {
    double source = m->e * y + m->f;
    int top = (int)__builtin_floor(source);
    lanes down = splat((float)(source - top));
    const float *pair[2];
    for (int i = 0; i < 2; i++) {
      int row = reflect101(top + i, height);
      int slot = row & 1; // neighbours differ in it, mirrored ones too
      if (held[slot] != row) {
        resample_row(input + row * width, width, indices, fractions, lines[slot]);
        held[slot] = row;
      }
      pair[i] = lines[slot];
    }
    for (int x = 0; x < width; x += LANES) {
      lanes upper = load(pair[0] + x);
      store(output + x, upper + down * (load(pair[1] + x) - upper));
    }
  }
}
