// Builds tfjs-node's addon against the TensorFlow library inside PyPI's tensorflow-cpu, where its own download is out of reach:
//   npm install --ignore-scripts @tensorflow/tfjs-node && node tools/tfjs-node/build.mjs [FOLDER WITH node_modules]
// Needs g++, pip, unzip and Node's headers (beside Node, as in its own packages). x86-64 Linux only.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

// From 2.11 on the wheel holds the C interface as a library of its own (libtensorflow_cc); tfjs-node 4.22.0 was written for 2.9, whose wheel has it only inside a Python module
const TENSORFLOW = '2.12.1';
const NAPI = '8';

const folder = resolve(process.argv[2] ?? '.', 'node_modules', '@tensorflow', 'tfjs-node');
const headers = join(dirname(dirname(process.execPath)), 'include', 'node');
const refuse = (message) => {
  console.error(message);
  process.exit(1);
};
if (!existsSync(join(folder, 'binding'))) refuse(`Cannot build tfjs-node's addon as ${folder} is not there: run npm install --ignore-scripts @tensorflow/tfjs-node`);
if (!existsSync(join(headers, 'node_api.h'))) refuse(`Cannot build tfjs-node's addon as Node's headers are not in ${headers}: install a Node that brings them`);
const run = (command, args) => execFileSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });

const download = mkdtempSync(join(tmpdir(), 'tensorflow-cpu-'));
try {
  run('python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary=:all:', '--python-version', '3.10', '--platform', 'manylinux2014_x86_64', `tensorflow-cpu==${TENSORFLOW}`, '--dest', download]);
  const [wheel] = readdirSync(download).filter((name) => name.endsWith('.whl'));
  const parts = ['libtensorflow*', 'include/tensorflow/c/*', 'include/tensorflow/core/platform/*', 'include/tensorflow/tsl/*'];
  run('unzip', ['-qo', join(download, wheel), ...parts.map((part) => `tensorflow/${part}`), '-d', join(folder, 'deps')]);
} finally {
  rmSync(download, { recursive: true, force: true });
}
const library = join(folder, 'deps', 'tensorflow');
const output = join(folder, 'lib', `napi-v${NAPI}`);
mkdirSync(output, { recursive: true });
run('g++', [
  '-std=c++17', '-O2', '-fPIC', '-shared', `-DNAPI_VERSION=${NAPI}`, '-DNODE_GYP_MODULE_NAME=tfjs_binding', '-DBUILDING_NODE_EXTENSION', `-I${headers}`, `-I${join(library, 'include')}`,
  ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((file) => join(folder, 'binding', file)), '-o', join(output, 'tfjs_binding.node'),
  `-L${library}`, '-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2', `-Wl,-rpath,${library}`,
]);
console.log(`tfjs-node's addon is built against TensorFlow ${TENSORFLOW}: ${join(output, 'tfjs_binding.node')}`);
