#!/usr/bin/env node
import { existsSync } from 'node:fs';

const built = new URL('../dist/main.js', import.meta.url);
if (existsSync(built)) await (await import(built.href)).main(process.argv.slice(2));
else {
  console.error('Cannot run cxr-ifa as it is not built yet: run "npm run build" at the root of the workspace');
  process.exitCode = 1;
}
