import { removeBackend } from '@tensorflow/tfjs-core';
import { describeBackendConformance } from '@cxr-ifa/testing/conformance';
import { registerSimdBackend } from './registerSimdBackend.ts';

describeBackendConformance({ name: 'simd', setup: () => registerSimdBackend(), teardown: () => removeBackend('simd') });
