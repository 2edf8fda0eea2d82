// The pixels under a filter as one row [filter rows][filter columns][channels], zeros outside the image: for convolutions of so few
// channels that a tap alone would be too short a sum.
#pragma once
#include "convolution.h"

// A convolution gathers patches below this many input channels, as long as a patch has at most so many floats.
#define FEW_CHANNELS 16
#define LONGEST_PATCH 1024

int gathers_patches(const convolution_shape *shape);

// The patch of an output position (image, row, column in one number) into `to`.
void gather_patch(const convolution_shape *shape, const float *x, int position, float *to);
