/** The engines in JavaScript: stock tfjs-backend-webgpu, and ours over it. Each opens Dawn, becomes tfjs's backend and says what it computes on. */
export const ENGINES = {
  async stock() {
    const { openDawn } = await import('@cxr-ifa/webgpu-kernels/node');
    openDawn(); // before tfjs's backend is loaded, which looks for it once
    await import('@tensorflow/tfjs-backend-webgpu');
  },
  async ours() {
    const { openDawn } = await import('@cxr-ifa/webgpu-kernels/node');
    openDawn();
    const { registerWebgpuBackend } = await import('@cxr-ifa/webgpu-kernels');
    await registerWebgpuBackend();
  },
};
