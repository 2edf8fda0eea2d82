/**
 * Registers the gradients of TensorFlow.js core, once, for its side effect: `import '@cxr-ifa/gradients'`.
 * Core alone has none, and its own registration file cannot be imported by Node's or Deno's module loader.
 *
 * @module
 */
// Core itself first: whichever copy loads first makes the global engine, and the registration file's own copy has no tensor methods.
import '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import './registerConvolutionGradients.ts';
import './registerZeroGradients.ts';
