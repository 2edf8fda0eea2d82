import { it } from 'vitest';

/** Milliseconds: enough for machines that do much else beside; an idle one takes seconds. */
export const PATIENCE = Number(process.env['STUDIO_PATIENCE'] ?? 900_000);

/** Tests that build on one another: after one that failed the rest is skipped, as each would wait in vain for what it left undone. */
export function stepsOf(): (name: string, test: () => Promise<void>) => void {
  let hasFailed = false;
  return (name, test) =>
    it(
      name,
      async ({ skip }) => {
        if (hasFailed) return skip('a step before it failed');
        hasFailed = true; // a test that runs out of time is not told
        await test();
        hasFailed = false;
      },
      PATIENCE,
    );
}
