// A thread of the backend: instantiates the same module over the same memory, with a stack of its own, and works until its host ends it.
// Plain JavaScript beside the source, since no runtime loads a worker from TypeScript everywhere.
function start({ module, memory, thread, stackTop }, ready) {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  exports.__stack_pointer.value = stackTop;
  ready();
  exports.work(thread);
}

// Node, and Deno by its Node API: there a worker can be told not to keep the process alive
if (typeof process === 'object' && process.versions?.node) {
  const name = 'node:worker_threads'; // in a variable, so that bundlers for browsers leave it alone
  // No top-level await: bundlers may make a classic script of this
  void import(/* @vite-ignore */ name).then(({ parentPort }) => parentPort.once('message', (data) => start(data, () => parentPort.postMessage('ready'))));
} else {
  self.onmessage = ({ data }) => start(data, () => self.postMessage('ready'));
}
