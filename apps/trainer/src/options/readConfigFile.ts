import { readFile } from 'node:fs/promises';
import { UsageError } from '../usageError.ts';

/**
 * Reads options from a `.json`, `.yaml` or `.yml` file: an object by option name, such as a run's `config.json`.
 *
 * @throws {UsageError} If the file cannot be read or is no such object.
 */
export async function readConfigFile(path: string): Promise<Record<string, unknown>> {
  let config: unknown;
  try {
    const content = await readFile(path, 'utf8');
    config = path.endsWith('.json') ? JSON.parse(content) : (await import('yaml')).parse(content, { maxAliasCount: 0 });
  } catch (error) {
    throw new UsageError(`Cannot read the config file ${path}: ${(error as Error).message.split('\n')[0]}`, { cause: error });
  }
  if (typeof config !== 'object' || config === null || Array.isArray(config)) throw new UsageError(`Cannot read the config file ${path} as it must hold names and values, such as batchSize: 64`);
  return config as Record<string, unknown>;
}
