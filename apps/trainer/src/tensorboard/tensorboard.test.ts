import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { crc32c } from './crc32c.ts';
import { encodeEvent } from './encodeEvent.ts';
import { encodeRecord } from './encodeRecord.ts';
import { openEventFile } from './openEventFile.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'cxr-ifa-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('records', () => {
  it('have the checksums of RFC 3720, appendix B.4', () => {
    expect(crc32c(new Uint8Array(32)).toString(16)).toBe('8a9136aa');
    expect(crc32c(new Uint8Array(32).fill(255)).toString(16)).toBe('62a8ab43');
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i)).toString(16)).toBe('46dd794e');
    expect(crc32c(new TextEncoder().encode('123456789')).toString(16)).toBe('e3069283');
  });

  // Made by tools/golden/tensorboard_events.py with TensorBoard's own protocol buffers and record writer
  const golden = JSON.parse(readFileSync(new URL('../../golden/tensorboard.json', import.meta.url), 'utf8')) as { name: string; record: string }[];
  const events = {
    version: { wallTime: 1.5, what: { fileVersion: 'brain.Event:2' } },
    start: { wallTime: 2.5, step: 301, what: { sessionStart: true } },
    scalars: { wallTime: 1e9 + 0.25, step: 2 ** 33 + 5, what: { scalars: [['loss', 0.1], ['gradientNorm/layer1', -3e-8]] } },
    text: { wallTime: 3.5, step: 0, what: { text: ['settings', '| a | ü |\n| --- | --- |'] } },
  } as const;
  it.each(golden)('are byte by byte those of TensorBoard: $name', ({ name, record }) => {
    expect(hex(encodeRecord(encodeEvent(events[name as keyof typeof events])))).toBe(record);
  });
});

describe('event files', () => {
  const write = (after: number, now: number, steps: readonly number[], value: number): void => {
    const file = openEventFile(folder, { after, settings: '| seed |\n| --- |\n| 1 |', now: () => now });
    for (const step of steps) file.append(step, { loss: value + step, 'probe.linear.nodule': 0.5 });
    file.close();
  };

  it('are new ones each time, in the order of their names, and say nothing of the machine', () => {
    write(0, 1e12, [1], 0);
    write(1, 1e12, [2], 0);
    expect(readdirSync(folder).sort()).toEqual(['events.out.tfevents.1000000000.0000', 'events.out.tfevents.1000000000.0001']);
  });

  // Where its Python is: CXR_IFA_TENSORBOARD_PYTHON, or python3 with tensorboard installed
  const python = [process.env['CXR_IFA_TENSORBOARD_PYTHON'], 'python3'].find((program) => program && spawnSync(program, ['-c', 'import tensorboard']).status === 0);
  it.skipIf(python === undefined)('are read by TensorBoard, which drops what a resumed run takes anew (skipped without the Python package tensorboard)', () => {
    write(0, 1e12, [10, 20, 30, 40], 100);
    write(25, 1.001e12, [30, 40, 50], 0);
    const script = `
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
run = EventAccumulator(sys.argv[1])
run.Reload()
print(json.dumps({
  'tags': sorted(run.Tags()['scalars']),
  'loss': [[event.step, event.value] for event in run.Scalars('loss')],
  'text': [event.tensor_proto.string_val[0].decode() for event in run.Tensors('settings')],
  'plugin': run.SummaryMetadata('settings').plugin_data.plugin_name,
}))`;
    const found = JSON.parse(execFileSync(python as string, ['-c', script, folder], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })) as unknown;
    expect(found).toEqual({ tags: ['loss', 'probe/linear.nodule'], loss: [[10, 110], [20, 120], [30, 30], [40, 40], [50, 50]], text: ['| seed |\n| --- |\n| 1 |'], plugin: 'text' });
  });
});
