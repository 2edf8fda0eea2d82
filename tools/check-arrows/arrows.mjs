// Who may import whom: a package imports from lower layers only (and `@tensorflow/tfjs-core`, its peer).
export const arrows = {
  tensor: [],
  gradients: [],
  layers: ['tensor'],
  losses: ['tensor'],
  transforms: ['tensor'],
  optim: ['tensor'],
  checkpoint: ['tensor'],
  metrics: ['tensor'],
  datasets: ['tensor'],
  phantom: ['tensor'],
  resnet: ['tensor', 'layers', 'checkpoint'],
  moco: ['tensor', 'layers', 'losses', 'optim', 'metrics'],
  heads: ['tensor', 'layers', 'losses', 'optim', 'metrics'],
  stylegan2: ['tensor', 'layers', 'losses', 'optim'],
  'gan-inversion': ['tensor', 'layers', 'losses', 'optim'],
  'encoder-small': ['tensor', 'transforms', 'checkpoint', 'resnet'],
  'backend-simd': ['tensor'],
  'webgpu-kernels': ['tensor'],
};

// Typed arrays only: these know no tensors at all.
export const withoutTensors = ['transforms', 'metrics', 'datasets', 'phantom'];

// Packages that are a backend: they may import other backends and ask which runtime they are in.
export const backends = ['backend-simd', 'webgpu-kernels'];

// Core's registration file is what `gradients` exists to import.
export const deepImports = { gradients: ['@tensorflow/tfjs-core/dist/register_all_gradients.js'] };
