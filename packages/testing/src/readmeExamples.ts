import { readFileSync } from 'node:fs';

/** The ```ts blocks of a README, in order: a test writes each to a file and runs it, so that no example rots. */
export function readmeExamples(readme: URL): string[] {
  return [...readFileSync(readme, 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1] as string);
}
