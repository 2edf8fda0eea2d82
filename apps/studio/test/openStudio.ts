import { chromium, type Browser, type Page } from 'playwright-core';
import { chromiumPath } from '../../../tools/findChromium.mjs';
import { startServer } from '../serve.mjs';

const QUIET = ['--no-sandbox', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-quic'];
const SOFTWARE_GPU = ['--enable-unsafe-webgpu', '--enable-features=Vulkan', '--use-webgpu-adapter=swiftshader', '--ignore-gpu-blocklist'];

/** The built studio in a browser, and what it did that it should not. */
export interface OpenStudio {
  readonly page: Page;
  readonly url: string;
  /** Console errors and warnings, exceptions, and requests to any other address than its own. */
  readonly faults: readonly string[];
  /** What came over the network, in bytes as sent, by path. */
  readonly received: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

/** Serves and opens the studio. */
export async function openStudio(options: { readonly gpu?: boolean; readonly query?: string } = {}): Promise<OpenStudio> {
  const received = new Map<string, number>();
  const { url, close } = await startServer({ onSent: (path, bytes) => received.set(path, bytes) }); // the debugger is not told of all that workers load
  const browser: Browser = await chromium.launch({ executablePath: chromiumPath as string, args: [...QUIET, ...(options.gpu ? SOFTWARE_GPU : [])] });
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, acceptDownloads: true, serviceWorkers: 'block' });
  const page = await context.newPage();
  const faults: string[] = [];
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) faults.push(`console ${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`exception: ${error.message}`));
  context.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol !== 'blob:' && origin !== new URL(url).origin) faults.push(`request to ${request.url()}`);
  });
  await page.goto(`${url}${options.query ?? ''}`);
  return {
    page,
    url,
    faults,
    received,
    async close() {
      await browser.close();
      await close();
    },
  };
}
