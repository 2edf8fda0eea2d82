import { sqrt, square, stack, sum, tidy, type Scalar, type Tensor } from '@tensorflow/tfjs-core';

/**
 * The Euclidean norm of the gradients of each part of the network: `gradientNorm.<stage>` for the encoder's stages, `gradientNorm.head` and,
 * where there is one, `gradientNorm.intermediate`. Where a gradient is not finite its norm is not either, and no more is that of one above 1e19, whose square overflows.
 *
 * @param gradients By trainable name (`encoder.layer1.0.conv1.weight`, `head.0.weight`, ...), at least one; borrowed.
 * @param stages The encoder's stages in their order; a parameter of the encoder that is named after none belongs to the first.
 * @returns Norms by name; they belong to the caller.
 */
export function gradientNorms(gradients: ReadonlyMap<string, Tensor>, stages: readonly string[]): ReadonlyMap<string, Scalar> {
  const partOf = (name: string): string => {
    const [part, stage] = name.split('.') as [string, string?];
    return part !== 'encoder' ? part : stage !== undefined && stages.includes(stage) ? stage : (stages[0] as string);
  };
  const norms = tidy(() => {
    const squares = new Map<string, Scalar[]>();
    for (const [name, gradient] of gradients) {
      const part = partOf(name);
      squares.set(part, [...(squares.get(part) ?? []), sum(square(gradient)) as Scalar]);
    }
    return Object.fromEntries([...stages, 'head', 'intermediate'].flatMap((part): [string, Scalar][] => (squares.has(part) ? [[`gradientNorm.${part}`, sqrt(sum<Scalar>(stack(squares.get(part) as Scalar[])))]] : [])));
  });
  return new Map(Object.entries(norms));
}
