import { cpus } from 'node:os';
import { setTimeout } from 'node:timers/promises';

/** Watches the machine for two seconds and returns how many of its cores other programs left idle, such as 1.97 of 2. */
export async function idleCores() {
  const idle = () => cpus().reduce((sum, { times }) => sum + times.idle, 0);
  const [start, before] = [performance.now(), idle()];
  await setTimeout(2000);
  return (idle() - before) / (performance.now() - start);
}
