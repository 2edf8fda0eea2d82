import { InputError } from '@cxr-ifa/tensor';
import type { LinearProbe } from './linearProbe.ts';

/**
 * Reads a probe from JSON and checks all of it, since the file may come from anywhere.
 *
 * @param json What `JSON.stringify(probe)` wrote.
 * @returns The probe.
 * @throws {InputError} If this is not a linear probe.
 *
 * @example
 * ```ts
 * const probe = parseLinearProbe(JSON.stringify(fitted));
 * ```
 */
export function parseLinearProbe(json: string): LinearProbe {
  const fail = (rule: string): never => {
    throw new InputError(`Cannot read a linear probe as ${rule}`);
  };
  let probe: LinearProbe;
  try {
    probe = JSON.parse(json) as LinearProbe;
  } catch (error) {
    return fail(`it must be JSON: ${(error as Error).message}`);
  }
  const { dimension, mean, deviation, findings } = isObject(probe) ? probe : fail('it must be a JSON object');
  if (!(Number.isSafeInteger(dimension) && dimension > 0)) fail(`dimension must be a positive integer: current value is ${JSON.stringify(dimension)}`);
  if (!isVector(mean, dimension)) fail(`mean must hold ${dimension} numbers`);
  if (!isVector(deviation, dimension) || deviation.some((value) => value <= 0)) fail(`deviation must hold ${dimension} positive numbers`);
  if (!Array.isArray(findings)) fail('findings must be a list');
  const names = new Set<string>();
  for (const finding of findings) {
    if (!isObject(finding) || typeof finding.name !== 'string' || names.has(finding.name)) fail('every finding must have a name of its own');
    names.add(finding.name);
    for (const count of [finding.positives, finding.negatives]) if (!(Number.isSafeInteger(count) && count >= 0)) fail(`the counts of ${finding.name} must be non-negative integers`);
    const { classifier } = finding;
    if (classifier === null) continue;
    if (!isObject(classifier) || !isVector(classifier.weights, dimension)) fail(`the weights of ${finding.name} must be ${dimension} numbers, or its classifier null`);
    if (!isVector([classifier?.bias, classifier?.l2], 2) || typeof classifier?.converged !== 'boolean') fail(`the classifier of ${finding.name} must have bias, l2 and converged`);
    if (!Array.isArray(classifier?.candidates) || !classifier.candidates.every((candidate: { l2: number; loss: number }) => isObject(candidate) && isVector([candidate.l2, candidate.loss], 2))) {
      fail(`the candidates of ${finding.name} must be a list of l2 and loss`);
    }
  }
  return probe;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isVector(value: unknown, length: number): value is number[] {
  return Array.isArray(value) && value.length === length && value.every((x) => Number.isFinite(x));
}
