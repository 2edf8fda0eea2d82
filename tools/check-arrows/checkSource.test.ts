import { describe, expect, it } from 'vitest';
import { checkSource } from './checkSource.mjs';

const check = (name: string, text: string): string[] => checkSource({ name, dependencies: ['@tensorflow/tfjs-core', '@cxr-ifa/tensor', '@cxr-ifa/moco', 'declared'] }, 'file.ts', text);

describe('check-arrows', () => {
  it.each([
    ['an arrow that points up', 'losses', "import { x } from '@cxr-ifa/moco';", 'imports @cxr-ifa/moco'],
    ['an arrow that points up, dynamically', 'losses', "const m = await import('@cxr-ifa/moco');", 'imports @cxr-ifa/moco'],
    ['an arrow that points up, for its side effect', 'losses', "import '@cxr-ifa/moco';", 'imports @cxr-ifa/moco'],
    ['an arrow that points up, as a re-export', 'losses', "export { x } from '@cxr-ifa/moco';", 'imports @cxr-ifa/moco'],
    ['an arrow that points up, as a type', 'losses', "type X = import('@cxr-ifa/moco').X;", 'imports @cxr-ifa/moco'],
    ['a computed import', 'losses', 'await import(name);', 'computed'],
    ['a runtime module', 'datasets', "import { readFileSync } from 'node:fs';", 'node:fs'],
    ['a backend', 'losses', "import '@tensorflow/tfjs-backend-cpu';", 'backends are the app'],
    ['a deep import of core', 'losses', "import '@tensorflow/tfjs-core/dist/register_all_gradients.js';", 'deep imports'],
    ['tensors in a typed-array package', 'metrics', "import { add } from '@tensorflow/tfjs-core';", 'typed arrays'],
    ['an undeclared dependency', 'losses', "import x from 'undeclared/sub';", 'does not declare'],
    ['a clock', 'losses', 'const t = Date.now();', 'Date.now'],
    ['hidden randomness', 'losses', 'const t = Math.random();', 'Math.random'],
    ['a blocking read', 'losses', 'x.dataSync()', 'dataSync'],
    ['a numeric padding', 'layers', 'conv2d(x, f, 2, 3)', 'numeric padding'],
    ['a numeric padding, negative or explicit', 'layers', 'tf.maxPool(x, 3, 2, [[0, 0], [1, 1], [1, 1], [0, 0]])', 'numeric padding'],
    ['a numeric padding in an options object', 'layers', 'fused.conv2d({ x, pad: 1 })', 'numeric padding'],
  ])('refuses %s', (_what, name, text, message) => {
    expect(check(name, text)).toEqual([expect.stringContaining(message)]);
  });

  it.each([
    ['core and a lower layer', 'losses', "import { add } from '@tensorflow/tfjs-core';\nimport { assertShape } from '@cxr-ifa/tensor';\nimport { x } from './x.ts';"],
    ['a declared dependency', 'datasets', "import x from 'declared/sub';"],
    ['a backend in a backend', 'backend-simd', "import '@tensorflow/tfjs-core';\nawait import('node:worker_threads');"],
    ['padding by name', 'layers', "conv2d(x, f, 1, 'same')"],
    ['words in comments and strings', 'losses', "// Math.random, Date.now\nconst s = 'dataSync';"],
  ])('lets %s pass', (_what, name, text) => {
    expect(check(name, text)).toEqual([]);
  });
});
