// The embedded backend from its tarball, threads and all: the same steps on it and on core's CPU backend.
import { compareLosses } from './shared/compareLosses.mjs';

const { threads, relaxed } = await compareLosses({ threads: 2 });
if (threads !== 2) throw new Error(`2 threads were asked for, there are ${threads}`);
const hasRelaxed = Number(process.versions.node.split('.')[0]) >= 22 || 'Deno' in globalThis; // not in Node 20
if (relaxed !== hasRelaxed) throw new Error(`relaxed SIMD must be ${hasRelaxed} in this runtime: it is ${relaxed}`);
