// The geometry that a convolution and its two gradients share, as the host writes it.
#pragma once

typedef struct {
  int batch, in_height, in_width, in_channels;
  int out_height, out_width, out_channels;
  int filter_height, filter_width;
  int stride_height, stride_width, dilation_height, dilation_width;
  int pad_top, pad_left;
} convolution_shape;
