// A thread of the backend: instantiates the same module over the same memory, with a stack of its own, and works until its host ends it.
// Plain JavaScript beside the source, since no runtime loads a worker from TypeScript everywhere.
function start({ module, memory, thread, stackTop }, ready) {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  exports.__stack_pointer.value = stackTop;
  ready();
  exports.work(thread);
}

if (typeof self === 'object' && typeof self.postMessage === 'function') {
  self.onmessage = ({ data }) => start(data, () => self.postMessage('ready'));
} else {
  const { parentPort } = await import('node:worker_threads');
  parentPort.once('message', (data) => start(data, () => parentPort.postMessage('ready')));
}
