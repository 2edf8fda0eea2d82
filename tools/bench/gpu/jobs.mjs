// What the bench of GPUs measures: the same shapes for every engine.

/** name, input [N, H, W, C], filter [H, W, out], stride: ResNet-18's at 64 pixels, ResNet-50's at 224. */
const convolutions = (small, large) => [
  { name: `3x3, 64 channels, 16x16, batch ${small}`, x: [small, 16, 16, 64], filter: [3, 3, 64], stride: 1 },
  { name: `3x3, 256 channels, 4x4, batch ${small}`, x: [small, 4, 4, 256], filter: [3, 3, 256], stride: 1 },
  { name: `1x1, 256 to 64 channels, 56x56, batch ${large}`, x: [large, 56, 56, 256], filter: [1, 1, 64], stride: 1 },
  { name: `1x1, 1024 to 256 channels, 14x14, batch ${large}`, x: [large, 14, 14, 1024], filter: [1, 1, 256], stride: 1 },
  { name: `3x3, 128 channels, 28x28, batch ${large}`, x: [large, 28, 28, 128], filter: [3, 3, 128], stride: 1 },
  { name: `3x3, 512 channels, 7x7, batch ${large}`, x: [large, 7, 7, 512], filter: [3, 3, 512], stride: 1 },
  { name: `3x3, 128 channels, 57x57, stride 2, batch ${large}`, x: [large, 57, 57, 128], filter: [3, 3, 128], stride: 2 },
  { name: `7x7, 1 to 64 channels, 229x229, stride 2, batch ${large}`, x: [large, 229, 229, 1], filter: [7, 7, 64], stride: 2 },
];

export const JOBS = {
  full: {
    seconds: 0.4, // of each measurement of a kernel
    steps: 12,
    matMul: [512, 1024, 2048, 4096],
    convolutions: convolutions(128, 32),
    training: [
      ...[32, 128, 512].map((batch) => ({ architecture: 'resnet18', width: 64, imageSize: 64, batch })),
      ...[8, 32, 64].map((batch) => ({ architecture: 'resnet50', width: 64, imageSize: 224, batch })),
    ],
  },
  // Whether the bench itself works: sizes that a processor gets through, too small to say anything of a GPU
  quick: {
    seconds: 0.05,
    steps: 2,
    matMul: [64, 256],
    convolutions: convolutions(2, 1).slice(0, 3),
    training: [
      ...[4, 8].map((batch) => ({ architecture: 'resnet18', width: 8, imageSize: 64, batch })),
      { architecture: 'resnet50', width: 8, imageSize: 64, batch: 4 },
    ],
  },
};

/** Floating-point operations of a convolution; of each of its gradients too. */
export function convolutionOperations({ x: [batch, height, width, channels], filter: [filterHeight, filterWidth, out], stride }) {
  const side = (length, filter) => (stride === 1 ? length : Math.floor((length - filter) / stride) + 1); // 'same' at stride 1, else 'valid'
  return 2 * batch * side(height, filterHeight) * side(width, filterWidth) * out * filterHeight * filterWidth * channels;
}
