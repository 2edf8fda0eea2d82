import type { JSX } from 'preact';
import { BACKENDS, type OpenedBackend } from '../compute/backendChoice.ts';
import { chosenBackend, startFailed } from '../compute/computer.ts';

const NAMES = { auto: 'the fastest that is there', webgpu: 'WebGPU', simd: 'WebAssembly' } as const;

/** What computes; another choice loads the page anew. */
export function BackendChoice({ backend }: { readonly backend: OpenedBackend | undefined }): JSX.Element {
  const choose = (name: string): void => {
    const address = new URL(location.href);
    if (name === 'auto') address.searchParams.delete('backend');
    else address.searchParams.set('backend', name);
    location.href = address.href;
  };
  return (
    <>
      <h3>What computes</h3>
      <dl class="facts">
        <dt>Now</dt><dd data-testid="backend">{backend ? `${backend.description}: ${backend.reason}` : startFailed.value ? 'Nothing: it did not start. Choose another' : 'Starting…'}</dd>
        <dt><label for="backend-choice">Use</label></dt>
        <dd><select id="backend-choice" value={chosenBackend()} onChange={(event) => choose(event.currentTarget.value)}>{BACKENDS.map((name) => <option key={name} value={name}>{NAMES[name]}</option>)}</select></dd>
      </dl>
    </>
  );
}
