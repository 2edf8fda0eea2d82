import { UsageError } from '../usageError.ts';
import { openJudge, type Judge } from './judge.ts';
import { openPictureClassifier } from './pictureClassifier.ts';
import type { Scorers } from './scoreReconstructions.ts';

/**
 * Opens judges, given as NAME=PATH, and a classifier.
 *
 * @returns The scorers, and what frees them.
 * @throws {UsageError} If two judges have one name.
 * @throws {InputError} If one cannot be read.
 */
export async function openScorers({ judge, classifier }: { readonly judge: readonly string[]; readonly classifier: string | undefined }): Promise<Scorers & { dispose(): void }> {
  const judges = new Map<string, Judge>();
  for (const given of judge) {
    const at = given.indexOf('=');
    const name = given.slice(0, at);
    if (judges.has(name)) throw new UsageError(`Cannot judge by two encoders of one name: ${name} appears twice`);
    judges.set(name, await openJudge(given.slice(at + 1)));
  }
  const opened = classifier === undefined ? undefined : await openPictureClassifier(classifier);
  return {
    judges,
    classifier: opened,
    dispose() {
      for (const own of judges.values()) own.dispose();
      opened?.dispose();
    },
  };
}
