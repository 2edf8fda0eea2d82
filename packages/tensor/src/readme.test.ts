import { expectClose, runReadme } from '@cxr-ifa/testing';
import { it } from 'vitest';

it('runs the README example', async () => {
  const { result } = (await runReadme(new URL('..', import.meta.url))) as { result: { loss: Float32Array; gradient: Float32Array; weight: Float32Array } };
  const [a, b] = result.weight as unknown as [number, number];
  await expectClose(result.loss, a * a + b * b);
  await expectClose(result.gradient, [2 * a, 2 * b]);
});
