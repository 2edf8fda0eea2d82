import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeNpy, encodeNpy } from '@cxr-ifa/checkpoint';
import { parseLinearProbe } from '@cxr-ifa/heads/classification';
import { InputError } from '@cxr-ifa/tensor';
import { z } from 'zod';
import { atomicWrite } from '../run/atomicWrite.ts';
import { writeJson } from '../run/runDirectory.ts';
import type { Probe } from './fitProbe.ts';

const FILE = 'probe.json';
const BANK = 'bank.npy';

const bits = z.array(z.union([z.literal(0), z.literal(1)]));
const schema = z.discriminatedUnion('method', [
  z.object({ format: z.literal('cxr-ifa-probe-1'), method: z.literal('linear'), stage: z.string().nullable(), probe: z.unknown() }),
  z.object({ format: z.literal('cxr-ifa-probe-1'), method: z.literal('knn'), stage: z.string().nullable(), neighbours: z.int().positive(), findings: z.array(z.object({ name: z.string(), labels: bits, known: bits })) }),
]);

/** Writes a probe into a run: `probe.json`, and for neighbours the training images' features as `bank.npy`. */
export async function writeProbe(run: string, probe: Probe, stage: string | undefined): Promise<void> {
  const common = { format: 'cxr-ifa-probe-1', method: probe.method, stage: stage ?? null };
  if (probe.method === 'linear') {
    await writeJson(join(run, FILE), { ...common, probe: probe.probe });
    return;
  }
  const { bank, neighbours, findings } = probe;
  await atomicWrite(join(run, BANK), encodeNpy({ dtype: 'F32', shape: [bank.count, bank.dimension], data: bank.data }));
  await writeJson(join(run, FILE), { ...common, neighbours, findings: findings.map(({ name, labels, known }) => ({ name, labels: Array.from(labels), known: Array.from({ length: labels.length }, (_, row) => known?.[row] ?? 1) })) });
}

/**
 * Reads a run's probe.
 *
 * @returns The probe, its findings, and the stage whose features it reads.
 * @throws {InputError} If the folder is no classification run, or a file is damaged.
 */
export async function readProbe(run: string): Promise<{ probe: Probe; findings: string[]; stage: string | undefined }> {
  const refuse = (reason: string, cause?: unknown): never => {
    throw new InputError(`Cannot read the probe of ${run} as ${reason}`, { cause });
  };
  const text = await readFile(join(run, FILE), 'utf8').catch((error: Error) => refuse(`it has no readable ${FILE}: is it a run of cxr-ifa classify train?`, error));
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return refuse(`its ${FILE} must be JSON`, error);
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) return refuse(`its ${FILE} is damaged or of another version`);
  const stage = parsed.data.stage ?? undefined;
  if (parsed.data.method === 'linear') {
    const probe = parseLinearProbe(JSON.stringify(parsed.data.probe));
    return { probe: { method: 'linear', probe }, findings: probe.findings.map(({ name }) => name), stage };
  }
  const { neighbours, findings } = parsed.data;
  const { dtype, shape, data } = decodeNpy(await readFile(join(run, BANK)).catch((error: Error) => refuse(`it has no readable ${BANK}`, error)));
  const [count = 0, dimension = 0] = shape;
  if (dtype !== 'F32' || shape.length !== 2 || findings.some(({ labels, known }) => labels.length !== count || known.length !== count)) return refuse(`its ${BANK} and ${FILE} do not fit one another`);
  return { probe: { method: 'knn', neighbours, bank: { data: data as Float32Array, count, dimension }, findings }, findings: findings.map(({ name }) => name), stage };
}
