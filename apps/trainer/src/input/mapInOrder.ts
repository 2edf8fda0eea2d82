/**
 * Maps inputs that are worked on side by side, and yields the results in the order of the inputs, whatever order they come in.
 *
 * @param inputs Taken only as they are needed.
 * @param work What is done with each.
 * @param ahead How many inputs are in work besides the one that is waited for; 0 works on one at a time.
 */
export async function* mapInOrder<Input, Output>(inputs: Iterable<Input>, work: (input: Input) => Promise<Output>, ahead: number): AsyncGenerator<Output, void, void> {
  const pending: Promise<Output>[] = [];
  for (const input of inputs) {
    const result = work(input);
    result.catch(() => undefined); // it is reported in its turn, or not at all if an earlier one failed
    pending.push(result);
    if (pending.length > ahead) yield await (pending.shift() as Promise<Output>);
  }
  for (const result of pending) yield await result;
}
