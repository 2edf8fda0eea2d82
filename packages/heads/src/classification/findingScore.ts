import type { Tensor1D } from '@tensorflow/tfjs-core';
import type { Encoded } from '@cxr-ifa/tensor';

/**
 * The logit of one finding in each image, [N], from what an encoder returned: what is explained. Synchronous, differentiable, and without a
 * sigmoid, whose gradient fades where the classifier is sure. It borrows its argument; image n's logit must depend on image n alone.
 */
export type FindingScore = (encoded: Pick<Encoded, 'stages' | 'features'>) => Tensor1D;
