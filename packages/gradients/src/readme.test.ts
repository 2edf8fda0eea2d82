import { expectClose, runReadme } from '@cxr-ifa/testing';
import { it } from 'vitest';

it('runs the README example', async () => {
  const { result } = await runReadme(new URL('..', import.meta.url));
  await expectClose(result as Float32Array, [2, 4, 6]);
});
