import type { Remote } from 'comlink';
import type { ImageWorker } from '../workers/imageWorker.ts';
import { startImageWorker } from '../workers/startImageWorker.ts';

/** Leaves a core to the page and one to the computing worker; more than four are faster than a disk. */
const SIZE = Math.min(4, Math.max(2, navigator.hardwareConcurrency - 2));

interface Member {
  readonly decoder: Remote<ImageWorker>;
  busy: number;
}

/** Started when the first is needed: the page itself comes up sooner. */
let members: Member[] | undefined;

/** How many files are worth decoding at a time: one that is decoded and one that waits, for each worker. */
export const DECODERS = 2 * SIZE;

/** Does something in the decoding worker that has the least to do. */
export async function withDecoder<Result>(work: (decoder: Remote<ImageWorker>) => Promise<Result>): Promise<Result> {
  members ??= Array.from({ length: SIZE }, () => ({ decoder: startImageWorker().remote, busy: 0 }));
  const member = members.reduce((least, other) => (other.busy < least.busy ? other : least));
  member.busy++;
  try {
    return await work(member.decoder);
  } finally {
    member.busy--;
  }
}
