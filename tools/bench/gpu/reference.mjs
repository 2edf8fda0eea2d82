// The losses of backend-simd that the bench holds a GPU's against: reference.mjs STEPS
import '@cxr-ifa/gradients';
import { registerSimdBackend } from '@cxr-ifa/backend-simd';
import { setBackend } from '@tensorflow/tfjs-core';
import { takeSteps } from '../../../apps/trainer/src/portable/takeSteps.ts';

await registerSimdBackend({ threads: 1 });
await setBackend('simd');
const { losses } = await takeSteps(Number(process.argv[2]));
process.stdout.write(JSON.stringify(losses), () => process.exit(0));
