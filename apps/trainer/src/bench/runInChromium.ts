import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mayHaveGpu } from '../backend/mayHaveGpu.ts';
import type { StepsTaken } from '../portable/takeSteps.ts';
import { portableResult, STEPS } from './portableResult.ts';

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/google-chrome', '/usr/bin/chromium-browser', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];
const FLAGS = [
  '--headless', '--no-sandbox', '--no-first-run', '--enable-unsafe-webgpu', '--enable-features=Vulkan', '--ignore-gpu-blocklist',
  '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-quic',
];
const SOFTWARE_FLAGS = ['--use-webgpu-adapter=swiftshader'];
const MOST_BYTES = 1e6;
/** A page that takes longer does not answer any more: software adapters take seconds to compile and up to some a step. */
const minutesFor = (steps: number): number => 15 + steps / 5;

const page = (steps: number): string => `<!doctype html><script type="module">
import { runSteps } from '/portableSteps.js';
const report = await runSteps(${steps}).catch((error) => ({ error: String(error?.message ?? error) }));
await fetch('/result', { method: 'POST', body: JSON.stringify(report) });
</script>`;

/**
 * Takes the steps on a page in Chromium, without a window. The page is served to this machine only, and sends its result back.
 *
 * @throws {Error} If there is no Chromium, or the steps fail there.
 */
export async function runInChromium(steps: number): Promise<StepsTaken & { what: string }> {
  const browser = [process.env['CHROMIUM'], ...BROWSERS].find((path) => path !== undefined && existsSync(path));
  if (browser === undefined) throw new Error('no Chromium is installed, nor named by the variable CHROMIUM');
  const bundle = await readFile(STEPS.browser);
  const { promise, resolve, reject } = withResolvers<string>();
  const server = createServer(async (request, response) => {
    if (request.url === '/result') resolve(await bodyOf(request));
    const isScript = request.url === '/portableSteps.js';
    response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' }).end(isScript ? bundle : page(steps));
  });
  const profile = await mkdtemp(join(tmpdir(), 'cxr-ifa-chromium-'));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`; // localhost is a secure context, which WebGPU asks for
  const chromium = spawn(browser, [...FLAGS, ...(mayHaveGpu() ? [] : SOFTWARE_FLAGS), `--user-data-dir=${profile}`, address], { stdio: 'ignore' });
  chromium.on('error', reject);
  chromium.on('exit', (code) => reject(new Error(`${browser} ended with ${code} before the steps were taken`)));
  const minutes = minutesFor(steps);
  const timer = setTimeout(() => reject(new Error(`the page did not end within ${minutes} minutes`)), minutes * 60_000);
  try {
    return portableResult(await promise);
  } finally {
    clearTimeout(timer);
    chromium.removeAllListeners('exit');
    const ended = new Promise((done) => chromium.on('exit', done));
    if (chromium.kill()) await ended;
    server.closeAllConnections();
    server.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request as AsyncIterable<Buffer>) {
    text += chunk.toString();
    if (text.length > MOST_BYTES) throw new Error('the page sent more than a report');
  }
  return text;
}

/** `Promise.withResolvers`, which Node 20 has not. */
function withResolvers<Value>(): { promise: Promise<Value>; resolve: (value: Value) => void; reject: (error: Error) => void } {
  let resolve!: (value: Value) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<Value>((yes, no) => ([resolve, reject] = [yes, no]));
  return { promise, resolve, reject };
}
