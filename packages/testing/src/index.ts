/**
 * What the tests of all packages share: a strict matcher, leak checks, finite differences, numbers that Python scripts make as well.
 *
 * @module
 */
export { expectClose, type Tolerance } from './expectClose.ts';
export { compareBackends, normalTensor } from './compareBackends.ts';
export { expectNoLeak } from './expectNoLeak.ts';
export { expectGradients } from './expectGradients.ts';
export { counterNormal, counterUniform } from './counterGenerator.ts';
export { fillParameters } from './fillParameters.ts';
export { fillTraining, fillViews } from './fillTraining.ts';
export { givenShuffles } from './givenShuffles.ts';
export { readmeExamples } from './readmeExamples.ts';
export { runReadme } from './runReadme.ts';
export { testOnBackend } from './testOnBackend.ts';
