#include "patch.h"

int gathers_patches(const convolution_shape *s) { return s->in_channels < FEW_CHANNELS && s->filter_height * s->filter_width * s->in_channels <= LONGEST_PATCH; }

void gather_patch(const convolution_shape *s, const float *x, int position, float *to) {
  int cells = s->out_height * s->out_width, image = position / cells, cell = position % cells, channels = s->in_channels;
  int first_row = cell / s->out_width * s->stride_height - s->pad_top, first_column = cell % s->out_width * s->stride_width - s->pad_left;
  int last_column = first_column + (s->filter_width - 1) * s->dilation_width;
  int whole_lines = s->dilation_width == 1 && first_column >= 0 && last_column < s->in_width, line_floats = s->filter_width * channels;
  for (int i = 0; i < s->filter_height; i++) {
    int row = first_row + i * s->dilation_height, row_inside = row >= 0 && row < s->in_height;
    const float *line = x + ((long)image * s->in_height + row) * s->in_width * channels;
    if (row_inside && whole_lines) {
      for (int k = 0; k < line_floats; k++) to[k] = line[(long)first_column * channels + k];
      to += line_floats;
      continue;
    }
    for (int j = 0; j < s->filter_width; j++) {
      int column = first_column + j * s->dilation_width, inside = row_inside && column >= 0 && column < s->in_width;
      for (int channel = 0; channel < channels; channel++) *to++ = inside ? line[(long)column * channels + channel] : 0;
    }
  }
}
