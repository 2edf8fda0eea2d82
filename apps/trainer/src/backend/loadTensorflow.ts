import util from 'node:util';
import { importOptional } from './importOptional.ts';
import { supplyKernels } from './supplyKernels.ts';

/** The name that tfjs-node and tfjs-node-gpu register. */
const REGISTERED = 'tensorflow';

/**
 * Loads TensorFlow's own library through tfjs-node, and supplies the kernels that it has none of.
 *
 * @param backend Our name of it.
 * @param specifier The package.
 * @returns The name that it registers with TensorFlow.js.
 * @throws {InputError} If it is not installed or its library does not load.
 */
export async function loadTensorflow(backend: string, specifier: string): Promise<string> {
  // Node 23 took away what tfjs-node still calls
  (util as { isNullOrUndefined?: (value: unknown) => boolean }).isNullOrUndefined ??= (value) => value === null || value === undefined;
  await importOptional(backend, specifier);
  await supplyKernels(REGISTERED);
  return REGISTERED;
}
