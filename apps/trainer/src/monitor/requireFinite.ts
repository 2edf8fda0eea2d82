import { InputError } from '@cxr-ifa/tensor';

/** Where a run can go on from once it is broken. */
export interface LastGood {
  /** The run's folder. */
  readonly run: string;
  /** Its last good checkpoint, where it has one. */
  readonly checkpoint?: string | undefined;
  readonly learningRate: number;
}

/** How much smaller a learning rate to try than one that broke a run. */
const FACTOR = 10;

/**
 * Ends a run whose numbers are finite no more: says what broke, at which step, and the command to go on with from the last good checkpoint.
 *
 * @param log A step's numbers.
 * @param lastGood Looked up only if the run ends here.
 * @throws {InputError} If any of them is not finite.
 */
export async function requireFinite({ step, ...numbers }: Readonly<Record<string, number>>, lastGood: () => Promise<LastGood>): Promise<void> {
  const broken = Object.entries(numbers).filter(([, value]) => !Number.isFinite(value));
  if (broken.length === 0) return;
  const { run, checkpoint, learningRate } = await lastGood();
  const what = broken.map(([name, value]) => `${name} is ${value}`).join(', ');
  const command = ['cxr-ifa pretrain', `--config ${quote(`${run}/config.json`)}`, ...(checkpoint === undefined ? [] : [`--init ${quote(checkpoint)}`]), `--learning-rate ${Number((learningRate / FACTOR).toPrecision(2))}`, `--out ${quote(`${run}-again`)}`].join(' ');
  throw new InputError(`Cannot go on as numbers of step ${step} are not finite (${what}): ${checkpoint === undefined ? 'no checkpoint was good yet; begin again' : `the last good checkpoint is ${checkpoint}; go on from it`} with a lower learning rate: ${command}`);
}

/** A path as a shell takes it. */
function quote(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
