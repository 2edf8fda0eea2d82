import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** PyTorch on the same card, in each of its precisions: what torch.py tells, or `problem`, a sentence that says what is missing. */
export function measureTorch(python, device, jobs) {
  const script = fileURLToPath(new URL('torch_peer.py', import.meta.url));
  const { stdout, stderr, status, error } = spawnSync(python, [script, device], { input: JSON.stringify(jobs), encoding: 'utf8', timeout: 900_000, stdio: ['pipe', 'pipe', 'pipe'] });
  if (error?.code === 'ENOENT') return { problem: `PyTorch was not measured as there is no ${python}: give --python` };
  const line = stdout?.trim().split('\n').at(-1);
  if (status === 0 && line?.startsWith('{')) return JSON.parse(line);
  return { problem: `PyTorch was not measured as ${python} ended with ${status ?? error?.code} (${(stderr ?? '').trim().split('\n').at(-1)})` };
}
