import { cpus } from 'node:os';
import { InputError } from '@cxr-ifa/tensor';
import { getBackend, getKernel } from '@tensorflow/tfjs-core';
import { BACKENDS } from '../backend/backends.ts';
import { selectBackend, type SelectedBackend } from '../backend/selectBackend.ts';
import type { CommandContext } from '../commands/command.ts';
import { createWorkerPool } from '../input/workerPool.ts';
import type { DoctorOptions } from '../options/doctorOptions.ts';
import { formatBytes } from '../output/formatBytes.ts';
import { formatTable } from '../output/formatTable.ts';
import { memoryLimit } from '../run/describeMachine.ts';
import { describeGpu } from './describeGpu.ts';
import type { Finding } from './finding.ts';
import { measureMatMul } from './measureMatMul.ts';
import { MEASURED_TRAINING, measureTraining } from './measureTraining.ts';
import { recommend, type Candidate } from './recommend.ts';
import { trainOneStep } from './trainOneStep.ts';

/** Two float32 backends add in different orders; a step's loss may differ by this much, and its parameter changes by this share of their norm. */
const [LOSS_TOLERANCE, CHANGE_TOLERANCE] = [1e-4, 1e-2];
const NEEDED_NODE = [20, 19] as const;

/**
 * Examines whether this machine can train: runtime, threads, backends, their numbers and their speed.
 *
 * @throws {InputError} If something needed is broken.
 */
export async function examine({ backend }: DoctorOptions, { terminal }: CommandContext): Promise<void> {
  const findings: Finding[] = [nodeVersion(), { what: 'processor', result: `${cpus()[0]?.model.trim() ?? 'unknown'}, ${cpus().length} cores`, state: 'good' }, { what: 'memory', result: formatBytes(memoryLimit()), state: 'good' }, await workerThreads()];

  const candidates: Candidate[] = [];
  await selectBackend('cpu');
  const reference = await trainOneStep();
  const chosen = await selectBackend(backend).catch((error: Error) => error);
  if (chosen instanceof Error) findings.push({ what: `backend ${backend}`, result: chosen.message, state: 'problem' });
  else findings.push({ what: `backend ${backend}`, result: `${chosen.name}: ${chosen.reason}`, state: 'good' }, ...(await examineSelected(chosen, { reference, failure: 'problem', candidates })));
  for (const name of BACKENDS) {
    if (name === 'auto' || name === backend || (!(chosen instanceof Error) && name === chosen.name)) continue;
    const other = await selectBackend(name).catch((error: Error) => error);
    findings.push(...(other instanceof Error ? [{ what: name, result: other.message, state: 'absent' as const }] : await examineSelected(other, { reference, failure: 'absent', candidates })));
  }
  await selectBackend('simd'); // measures what steps take
  findings.push(...recommend(candidates));
  for (const line of formatTable([['what', 'state', 'result'], ...findings.map(({ what, state, result }) => [what, state, result])], { align: 'left' })) terminal.print(line);
  const problems = findings.filter(({ state }) => state === 'problem');
  if (problems.length > 0) throw new InputError(`Cannot rely on this machine as ${problems.map(({ what, result }) => `${what} has a problem (${result})`).join('; ')}`);
  terminal.print('This machine can train');
}

function nodeVersion(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const good = major > NEEDED_NODE[0] || (major === NEEDED_NODE[0] && minor >= NEEDED_NODE[1]);
  return { what: 'Node.js', result: `${process.versions.node}${good ? '' : `, but ${NEEDED_NODE.join('.')} or newer is needed`}`, state: good ? 'good' : 'problem' };
}

/** The loader's thread starts, answers, and refuses a file that is not there with its reason. */
async function workerThreads(): Promise<Finding> {
  const pool = createWorkerPool(1);
  try {
    const answer = await pool.run('prepare', { path: '', imageSize: 32, clipPercentile: 99, aspect: 'stretch' });
    return 'reason' in answer ? { what: 'loader threads', result: 'start and answer', state: 'good' } : { what: 'loader threads', result: 'a file that is not there was read', state: 'problem' };
  } catch (error) {
    return { what: 'loader threads', result: (error as Error).message, state: 'problem' };
  } finally {
    await pool.close();
  }
}

interface Examination {
  readonly reference: Awaited<ReturnType<typeof trainOneStep>>;
  /** What it means if the backend cannot train, which only the chosen one must. Wrong numbers are a problem of any. */
  readonly failure: 'absent' | 'problem';
  /** Gets the backend, if it trains rightly and is no reference. */
  readonly candidates: Candidate[];
}

/** Examines the backend that was selected last. */
async function examineSelected({ name, adapter }: SelectedBackend, { reference, failure, candidates }: Examination): Promise<Finding[]> {
  const now = (): number => performance.now();
  const line = (what: string, result: string, state: Finding['state'] = 'good'): Finding => ({ what: `${name}: ${what}`, result, state });
  const findings = [...(adapter ? describeGpu(adapter) : []), line('matrix product', `${(await measureMatMul(now)).toPrecision(2)} GFLOP/s`)];
  if (!getKernel('Conv2DBackpropFilter', getBackend())) return [...findings, line('training', 'runs encoders, but has no gradient of a convolution', failure)];
  const step = await trainOneStep().catch((error: Error) => error);
  if (step instanceof Error) return [...findings, line('training', step.message, failure)];
  if (name === 'cpu') return [...findings, line('training', `a step of the method, loss ${step.loss.toFixed(4)}: the reference`)];
  const norm = (values: Float64Array): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  const lossError = Math.abs(step.loss - reference.loss);
  const changeError = norm(step.changes.map((value, index) => value - (reference.changes[index] as number))) / norm(reference.changes);
  const good = lossError <= LOSS_TOLERANCE && changeError <= CHANGE_TOLERANCE; // NaN is not
  findings.push(line('training', `a step of the method differs from cpu by ${lossError.toExponential(1)} in its loss, by ${changeError.toExponential(1)} of the change of its parameters`, good ? 'good' : 'problem'));
  if (!good || adapter?.software) return findings;
  const imagesPerSecond = await measureTraining(now);
  candidates.push({ name, imagesPerSecond, ...(adapter && { adapter }) });
  return [...findings, line('speed', `${imagesPerSecond.toPrecision(3)} images/s (${MEASURED_TRAINING})`)];
}
