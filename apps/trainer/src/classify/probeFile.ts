import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeNpy, encodeNpy } from '@cxr-ifa/checkpoint';
import { parseLinearProbe } from '@cxr-ifa/heads/classification';
import { InputError } from '@cxr-ifa/tensor';
import { z } from 'zod';
import { atomicWrite } from '../run/atomicWrite.ts';
import { writeJson } from '../run/runDirectory.ts';
import type { FindingRules } from './chooseRules.ts';
import type { DecisionRule } from './decide.ts';
import type { Probe } from './fitProbe.ts';

export const PROBE = 'probe.json';
export const BANK = 'bank.npy';

const bits = z.array(z.union([z.literal(0), z.literal(1)]));
const common = z.object({
  format: z.literal('cxr-ifa-probe-1'),
  stage: z.string().nullable(),
  /** By finding, fitted on validation images; absent or null where there were none to fit on. */
  calibration: z.record(z.string(), z.object({ slope: z.number(), intercept: z.number() }).nullable()).optional(),
  /** By finding: a calibrated probability at or above it is called positive. */
  thresholds: z.record(z.string(), z.number().nullable()).optional(),
});
const schema = z.discriminatedUnion('method', [
  common.extend({ method: z.literal('linear'), probe: z.unknown() }),
  common.extend({ method: z.literal('knn'), neighbours: z.int().positive(), findings: z.array(z.object({ name: z.string(), labels: bits, known: bits })) }),
]);

/** Writes a probe into a run: `probe.json`, with what validation images decided, and for neighbours the training images' features as `bank.npy`. */
export async function writeProbe(run: string, probe: Probe, stage: string | undefined, rules: readonly FindingRules[] = []): Promise<void> {
  const byFinding = <Value>(read: (rule: FindingRules) => Value): Record<string, Value> => Object.fromEntries(rules.map((rule) => [rule.finding, read(rule)]));
  const decisions = { calibration: byFinding(({ calibration }) => calibration), thresholds: byFinding(({ thresholds }) => thresholds[0]?.threshold ?? null) };
  const head = { format: 'cxr-ifa-probe-1', method: probe.method, stage: stage ?? null, ...decisions };
  if (probe.method === 'linear') {
    await writeJson(join(run, PROBE), { ...head, probe: probe.probe });
    return;
  }
  const { bank, neighbours, findings } = probe;
  await atomicWrite(join(run, BANK), encodeNpy({ dtype: 'F32', shape: [bank.count, bank.dimension], data: bank.data }));
  await writeJson(join(run, PROBE), { ...head, neighbours, findings: findings.map(({ name, labels, known }) => ({ name, labels: Array.from(labels), known: Array.from({ length: labels.length }, (_, row) => known?.[row] ?? 1) })) });
}

/**
 * Reads a run's probe.
 *
 * @returns The probe, its findings, the stage whose features it reads, and how each finding's scores become decisions.
 * @throws {InputError} If the folder is no classification run, or a file is damaged.
 */
export async function readProbe(run: string): Promise<{ probe: Probe; findings: string[]; stage: string | undefined; rules: DecisionRule[] }> {
  const refuse = (reason: string, cause?: unknown): never => {
    throw new InputError(`Cannot read the probe of ${run} as ${reason}`, { cause });
  };
  const text = await readFile(join(run, PROBE), 'utf8').catch((error: Error) => refuse(`it has no readable ${PROBE}: is it a run of cxr-ifa classify train?`, error));
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return refuse(`its ${PROBE} must be JSON`, error);
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) return refuse(`its ${PROBE} is damaged or of another version`);
  const { calibration = {}, thresholds = {} } = parsed.data;
  const described = (findings: string[]): { findings: string[]; stage: string | undefined; rules: DecisionRule[] } => ({
    findings,
    stage: parsed.data.stage ?? undefined,
    rules: findings.map((finding) => ({ calibration: calibration[finding] ?? undefined, threshold: thresholds[finding] ?? undefined })),
  });
  if (parsed.data.method === 'linear') {
    const probe = parseLinearProbe(JSON.stringify(parsed.data.probe));
    return { probe: { method: 'linear', probe }, ...described(probe.findings.map(({ name }) => name)) };
  }
  const { neighbours, findings } = parsed.data;
  const { dtype, shape, data } = decodeNpy(await readFile(join(run, BANK)).catch((error: Error) => refuse(`it has no readable ${BANK}`, error)));
  const [count = 0, dimension = 0] = shape;
  if (dtype !== 'F32' || shape.length !== 2 || findings.some(({ labels, known }) => labels.length !== count || known.length !== count)) return refuse(`its ${BANK} and ${PROBE} do not fit one another`);
  return { probe: { method: 'knn', neighbours, bank: { data: data as Float32Array, count, dimension }, findings }, ...described(findings.map(({ name }) => name)) };
}
