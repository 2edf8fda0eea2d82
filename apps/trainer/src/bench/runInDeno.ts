import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { StepsTaken } from '../portable/takeSteps.ts';
import { portableResult, STEPS } from './portableResult.ts';

const MARK = 'cxr-ifa steps: ';

/**
 * Takes the steps on Deno's own WebGPU.
 *
 * @throws {Error} If Deno is not on the path, or the steps fail there.
 */
export async function runInDeno(steps: number): Promise<StepsTaken & { what: string }> {
  const script = `import { runSteps } from ${JSON.stringify(STEPS.deno.href)};
const report = await runSteps(${steps}).catch((error) => ({ error: String(error?.message ?? error) }));
console.log(${JSON.stringify(MARK)} + JSON.stringify(report));
Deno.exit(0);`;
  const deno = spawn('deno', ['run', '--allow-all', '--no-lock', '--node-modules-dir=manual', '-'], { cwd: fileURLToPath(new URL('.', STEPS.deno)), stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, NO_COLOR: '1' } });
  const collect = async (stream: AsyncIterable<Buffer>): Promise<string> => {
    let text = '';
    for await (const chunk of stream) text += chunk.toString();
    return text;
  };
  deno.stdin.on('error', () => undefined); // told by the exit
  deno.stdin.end(script);
  const ended = new Promise<number | null>((resolve, reject) => {
    deno.on('error', (error: NodeJS.ErrnoException) => reject(error.code === 'ENOENT' ? new Error('deno is not on the path: npm install deno') : error));
    deno.on('close', resolve);
  });
  const [output, errors, code] = await Promise.all([collect(deno.stdout), collect(deno.stderr), ended]);
  const line = output.split('\n').find((each) => each.startsWith(MARK));
  if (line === undefined) throw new Error(`deno ended with ${code} (${errors.split('\n').find((each) => /error/i.test(each))?.trim() ?? 'without a word'})`);
  return portableResult(line.slice(MARK.length));
}
