// Checks the types of the project that it is started in, or of the one that is named: node tools/typecheck.mjs [PROJECT]
// By the native compiler, which takes seconds for what TypeScript 5 takes minutes; that one stays for tsup, which needs its interface.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript-native/package.json')), 'bin', 'tsc');
process.exit(spawnSync(process.execPath, [compiler, '--project', process.argv[2] ?? '.', '--noEmit'], { stdio: 'inherit' }).status ?? 1);
