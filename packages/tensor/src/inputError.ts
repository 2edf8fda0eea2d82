const BRAND = '@cxr-ifa/InputError';

/** No sentence is longer; a cell of a megabyte is. */
const MAXIMUM_LENGTH = 1000;

/** How an {@link InputError} is made. */
export interface InputErrorOptions extends ErrorOptions {
  /** More than a thousand characters are for messages that list several others, each cut by itself. @default {1000} */
  readonly maximumLength?: number;
}

/**
 * What came from outside cannot be used: a bad file, an unreadable checkpoint, an impossible setting.
 * Everything else that is thrown is a fault of the program. Known by its `name`, so that it is recognised across copies of this package.
 *
 * Messages quote what a file says, and files are hostile: what breaks lines or steers a terminal becomes `�`, and a message ends after 1,000 characters unless it lists others.
 */
export class InputError extends Error {
  override readonly name: string = BRAND;

  constructor(message: string, { maximumLength = MAXIMUM_LENGTH, ...options }: InputErrorOptions = {}) {
    super(printable(message, maximumLength), options);
  }
}

/** Whether a thrown value is an {@link InputError}, of whichever copy of this package. */
export function isInputError(error: unknown): error is InputError {
  return error instanceof Error && error.name === BRAND;
}

function printable(message: string, maximumLength: number): string {
  const short = message.length > maximumLength ? `${message.slice(0, maximumLength - 1)}…` : message;
  return short.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, '\ufffd');
}
