// Tests run on tfjs's own CPU backend, the reference that every other backend is held against.
import '@cxr-ifa/gradients';
import '@tensorflow/tfjs-backend-cpu';
import { ready, setBackend } from '@tensorflow/tfjs-core';

await setBackend('cpu');
await ready();
