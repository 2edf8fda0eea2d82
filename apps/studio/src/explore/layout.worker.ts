import type { Features } from '@cxr-ifa/heads/classification';
import { projectFeatures, type Projection } from '@cxr-ifa/metrics';
import { createRng } from '@cxr-ifa/tensor';
import { expose } from 'comlink';

const SEED = 1;

/** Lays features out in a plane: apart from the computing worker, which would be deaf for seconds. */
const layouter = { project: (features: Features): Projection => projectFeatures(features, createRng(SEED)) };

export type Layouter = typeof layouter;

expose(layouter);
