import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { detectionOptions } from './detectionOptions.ts';
import { flag, flagOf, integer, oneOf, real, text } from './option.ts';
import { pretrainOptions } from './pretrainOptions.ts';
import { readConfigFile } from './readConfigFile.ts';
import { resolveOptions } from './resolveOptions.ts';

const table = {
  data: { description: '', value: '<path>', schema: text },
  batchSize: { description: '', value: '<n>', schema: integer(2).default(256) },
  rate: { description: '', value: '<r>', schema: real({ above: 0, maximum: 1 }).optional() },
  kind: { description: '', value: '<kind>', schema: oneOf(['a', 'b']).default('a') },
  where: { description: '', value: '<x>', repeatable: true, schema: z.array(text).default([]) },
  keepIds: { description: '', schema: flag.default(false) },
};

describe('lists of numbers', () => {
  const { fractions, seeds } = detectionOptions;

  it('are of the kind that they must be: shares, and seeds', () => {
    expect(resolveOptions('run it', { fractions, seeds }, { fractions: '1,0.1', seeds: '1,2' })).toEqual({ fractions: [1, 0.1], seeds: [1, 2] });
    expect(resolveOptions('run it', { fractions, seeds }, {})).toEqual({ fractions: [], seeds: [] });
    expect(() => resolveOptions('run it', { fractions }, { fractions: '2' })).toThrow('Cannot run it as --fractions must be ');
    expect(() => resolveOptions('run it', { seeds }, { seeds: '0.5' })).toThrow('Cannot run it as --seeds must be an integer');
  });
});

describe('resolveOptions', () => {
  it('takes flags before the config file, and both before defaults', () => {
    expect(resolveOptions('run it', table, { data: 'a', batchSize: '8' }, { data: 'b', batchSize: 4, rate: 0.5, keepIds: true })).toEqual({ data: 'a', batchSize: 8, rate: 0.5, kind: 'a', where: [], keepIds: true });
    expect(resolveOptions('run it', table, { data: 'a', rate: '1e-3', where: ['x', 'y'] }, { batchSize: null })).toEqual({ data: 'a', batchSize: 256, rate: 0.001, kind: 'a', where: ['x', 'y'], keepIds: false });
  });

  it.each([
    [{}, {}, 'Cannot run it without --data: give --data <path>'],
    [{ data: 'a', batchSize: '1' }, {}, 'Cannot run it as --batch-size must be an integer of at least 2: current value is 1'],
    [{ data: 'a', batchSize: 'many' }, {}, 'Cannot run it as --batch-size must be an integer of at least 2: current value is many'],
    [{ data: 'a', batchSize: '2.5' }, {}, 'Cannot run it as --batch-size must be an integer of at least 2: current value is 2.5'],
    [{ data: 'a', batchSize: '' }, {}, 'Cannot run it as --batch-size must be an integer of at least 2: current value is '],
    [{ data: 'a' }, { batchSize: true }, 'Cannot run it as --batch-size must be an integer of at least 2: current value is true'],
    [{ data: 'a', rate: '0' }, {}, 'Cannot run it as --rate must be a number above 0 and at most 1: current value is 0'],
    [{ data: 'a', rate: 'NaN' }, {}, 'Cannot run it as --rate must be a number above 0 and at most 1: current value is NaN'],
    [{ data: 'a', kind: 'c' }, {}, 'Cannot run it as --kind must be one of a, b: current value is c'],
    [{ data: '' }, {}, 'Cannot run it as --data must be a text that is not empty: current value is '],
    [{ data: 'a' }, { where: { x: 1 } }, 'Cannot run it as --where must be'],
    [{ data: 'a' }, { batchsize: 3 }, 'Cannot run it as the config file has an unknown name batchsize: its names are data, batchSize, rate, kind, where, keepIds'],
    [{ data: 'a' }, { toString: 3 }, 'Cannot run it as the config file has an unknown name toString'],
  ])('refuses %j with %j', (flags, file, message) => {
    expect(() => resolveOptions('run it', table, flags, file)).toThrow(message);
  });
});

describe('pretrain\'s options', () => {
  it('have defaults that are the method\'s', () => {
    expect(resolveOptions('pretrain', pretrainOptions, { data: 'a' })).toMatchObject({
      arch: 'resnet50', width: 64, imageSize: 224, batchSize: 256, optimizer: 'sgd', schedule: 'cosine', decayExcept: [], accumulate: 1, recompute: 'none', momentum: 0.999, temperature: 0.2,
      ifa: 'released', query: 'augmented', augment: 'cxr-strong', clipPercentile: 99, onBadFile: 'fail', backend: 'auto',
    });
  });

  it('are flags in kebab case', () => {
    expect(Object.keys(pretrainOptions).map(flagOf)).toEqual(expect.arrayContaining(['--batch-norm-groups', '--on-bad-file', '--image-size', '--ifa']));
  });
});

describe('readConfigFile', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cxr-ifa-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };

  it('reads JSON and YAML alike', async () => {
    const expected = { batchSize: 8, where: ['a=b'] };
    expect(await readConfigFile(file('a.json', JSON.stringify(expected)))).toEqual(expected);
    expect(await readConfigFile(file('a.yaml', 'batchSize: 8\nwhere: [a=b]\n'))).toEqual(expected);
  });

  it('refuses what is no object, and YAML that swells', async () => {
    await expect(readConfigFile(join(folder, 'none.json'))).rejects.toThrow('Cannot read the config file');
    await expect(readConfigFile(file('b.json', '{'))).rejects.toThrow('Cannot read the config file');
    await expect(readConfigFile(file('c.yaml', '- a\n'))).rejects.toThrow('it must hold names and values');
    await expect(readConfigFile(file('d.yaml', 'a: &a [x, x]\nb: [*a, *a]\n'))).rejects.toThrow('Cannot read the config file');
  });
});
