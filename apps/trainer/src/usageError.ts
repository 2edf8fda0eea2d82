/** The command was called wrongly: the program ends with exit code 2, where a failure ends with 1. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError';
}
