// The tarballs in a browser: bundles page/ with Vite and opens it in Chromium, with and without the headers of cross-origin isolation.
// node browser.mjs CONSUMER CHROMIUM
import { chromium } from 'playwright-core';
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { build } from 'vite';

const [consumer, executablePath] = process.argv.slice(2);
const output = join(consumer, 'bundle');
await build({ root: join(consumer, 'page'), base: './', logLevel: 'warn', configFile: false, worker: { format: 'es' }, build: { outDir: output, emptyOutDir: true, target: 'es2022', chunkSizeWarningLimit: 4096 } });

const TYPES = { '.html': 'text/html', '.js': 'text/javascript' };
const CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'";
const ISOLATION = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

async function outcomeWith(headers) {
  const server = createServer(async (request, response) => {
    const path = request.url === '/' ? '/index.html' : request.url;
    try {
      const body = await readFile(join(output, path));
      response.writeHead(200, { 'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream', 'Content-Security-Policy': CONTENT_SECURITY_POLICY, ...headers }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    const outcome = await (await page.waitForFunction(() => globalThis.outcome, undefined, { timeout: 60_000 })).jsonValue();
    if (outcome.error) throw new Error(outcome.error);
    return outcome;
  } finally {
    await browser.close();
    server.close();
  }
}

const isolated = await outcomeWith(ISOLATION);
if (isolated.threads !== 2 || isolated.notice) throw new Error(`an isolated page must have 2 threads and no notice: ${JSON.stringify(isolated)}`);
const open = await outcomeWith({});
if (open.threads !== 1 || !open.notice) throw new Error(`a page that is not isolated must have one thread and say why: ${JSON.stringify(open)}`);
console.log(JSON.stringify({ isolated, open }));
