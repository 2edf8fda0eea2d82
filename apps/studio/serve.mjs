// Serves the built studio to this machine, with the headers that it needs: node apps/studio/serve.mjs [PORT]
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const DIST = join(import.meta.dirname, 'dist');
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.map': 'application/json',
  '.safetensors': 'application/octet-stream',
};
const COMPRESSED = new Set(['.html', '.js', '.css', '.svg', '.json', '.map']);

/** What the page may do: load itself, compile WebAssembly, and show images that it made. Nothing may be sent anywhere else. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** For every response, workers' scripts too: the policy, and the isolation without which memory cannot be shared among threads. */
export const securityHeaders = {
  'Content-Security-Policy': contentSecurityPolicy,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
};

/**
 * Starts the server.
 *
 * @param {{ port?: number, host?: string, folder?: string, onSent?: (path: string, bytes: number) => void }} options Where it listens, port 0 is any free one; and who is told what it sends, in bytes as sent.
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function startServer({ port = 0, host = '127.0.0.1', folder = DIST, onSent } = {}) {
  const compress = promisify(gzip);
  const compressed = new Map();
  const server = createServer(async (request, response) => {
    try {
      const path = normalize(decodeURIComponent(new URL(request.url, 'http://localhost').pathname)); // throws on what is no address, such as /%
      const name = path === '/' ? '/index.html' : path;
      const extension = extname(name);
      const body = await readFile(join(folder, name));
      const headers = { ...securityHeaders, 'Content-Type': TYPES[extension] ?? 'application/octet-stream', 'Cache-Control': name.startsWith('/assets/') ? 'max-age=31536000, immutable' : 'no-cache' };
      if (COMPRESSED.has(extension) && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) {
        if (!compressed.has(name)) compressed.set(name, await compress(body));
        response.writeHead(200, { ...headers, 'Content-Encoding': 'gzip' }).end(compressed.get(name));
        onSent?.(name, compressed.get(name).length);
      } else {
        response.writeHead(200, { ...headers, 'Content-Length': body.length }).end(body);
        onSent?.(name, body.length);
      }
    } catch {
      response.writeHead(404, { ...securityHeaders, 'Content-Type': 'text/plain' }).end('There is nothing here');
    }
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    url: `http://${host}:${server.address().port}/`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

if (process.argv[1] === import.meta.filename) {
  const { url } = await startServer({ port: Number(process.argv[2] ?? 4173) });
  console.log(`The studio is at ${url} and can be reached from this machine only. Stop it with Ctrl+C.`);
}
