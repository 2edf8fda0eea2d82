// npm test: installs if needed, builds, type-checks and tests everything that needs no extra system package,
// then adds up what passed, failed and was left out. node tools/test.mjs
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const run = (command, args) => spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' } }).status === 0;

if (!existsSync(join(root, 'node_modules', 'nx')) && !run('npm', ['ci'])) process.exit(1);
const passed = run('npx', ['nx', 'run-many', '-t', 'build', 'typecheck', 'check', 'test', 'packed', '--output-style=static', '--nxBail=false']);

const sum = { passed: 0, failed: 0, skipped: 0 };
const leftOut = [];
const folders = ['packages', 'apps'].flatMap((top) => readdirSync(join(root, top)).map((name) => join(top, name))).concat('tools');
for (const folder of folders) {
  for (const file of ['vitest.json', 'packed.json']) {
    const path = join(root, folder, '.reports', file);
    if (!existsSync(path)) continue;
    const report = JSON.parse(readFileSync(path, 'utf8'));
    sum.passed += report.numPassedTests;
    sum.failed += report.numFailedTests;
    sum.skipped += report.numPendingTests ?? 0;
    leftOut.push(...(report.leftOut ?? []));
    for (const suite of report.testResults ?? []) {
      for (const test of suite.assertionResults) if (test.status === 'pending' || test.status === 'skipped') leftOut.push(`${folder}: ${test.fullName}`);
    }
  }
}
console.log(leftOut.length ? `\nLeft out:\n${leftOut.map((line) => `  ${line}`).join('\n')}` : '\nNothing was left out.');
if (!passed) console.error('\nA task failed: see above.');
console.log(`\n${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
process.exit(passed && sum.failed === 0 ? 0 : 1);
