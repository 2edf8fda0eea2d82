// Brotli makes a third less of Dawn than gzip, and Node brings it: the rest of the archive is unpacked by the Node that came first.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';

const rest = fileURLToPath(new URL('rest.tar.br', import.meta.url));
const { status } = spawnSync('tar', ['-xf', '-', '-C', fileURLToPath(new URL('.', import.meta.url))], { input: brotliDecompressSync(readFileSync(rest)), stdio: ['pipe', 'inherit', 'inherit'] });
rmSync(rest);
process.exitCode = status ?? 1;
