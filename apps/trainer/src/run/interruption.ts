/** What a command throws after it was interrupted and has saved what there was to save: the program ends with exit code 130. */
export class Interrupted extends Error {
  override readonly name: string = 'Interrupted';
}

/**
 * Runs work that a first SIGINT or SIGTERM asks to stop at the next good moment; a second one stops it at once.
 *
 * @param work Looks at the signal, saves, and throws {@link Interrupted}.
 * @param onInterrupt Told at the first signal.
 */
export async function withInterruption<Result>(work: (signal: AbortSignal) => Promise<Result>, onInterrupt: () => void): Promise<Result> {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
    onInterrupt();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  try {
    return await work(controller.signal);
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}
