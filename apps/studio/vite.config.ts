import { defineConfig } from 'vite';
import { securityHeaders } from './serve.mjs';

// From the packages' sources, so that a build is never of an older package; what a browser has to load first stays small by dynamic imports
const conditions = ['@cxr-ifa/source', 'module', 'browser', 'production', 'default'];

export default defineConfig({
  base: './',
  resolve: { conditions },
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0, // a data: address would need a hole in the content security policy
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 4096, // the decoders of compressed DICOM, which are loaded when the first such file comes
  },
  preview: { headers: securityHeaders },
});
