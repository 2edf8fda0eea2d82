import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Tests run on the source: no build is needed, and every package sees its siblings through the source condition.
const conditions = ['@cxr-ifa/source', 'module', 'import', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', 'dist/**', '.reports/**'],
    setupFiles: [fileURLToPath(new URL('./vitest.setup.ts', import.meta.url))],
    // Hundreds of small files of tfjs's that Node cannot load by itself: bundled, every package's tests begin seconds earlier
    deps: { optimizer: { ssr: { enabled: true, include: ['@tensorflow/tfjs-core/dist/register_all_gradients.js'] } } },
    passWithNoTests: false,
    testTimeout: 60_000,
    teardownTimeout: 60_000, // a process with the threads of a software GPU takes its time to end
    reporters: ['default', 'json'],
    outputFile: { json: '.reports/vitest.json' },
    isolate: false, // tfjs's engine is global in any case, and loading it once a worker saves most of the time
    maxWorkers: 1, // Nx runs packages side by side
    minWorkers: 1,
  },
});
