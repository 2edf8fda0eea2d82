const BRAND = '@cxr-ifa/InputError';

/** No sentence is longer, not even one that lists ten bad files; a cell of a megabyte is. */
const MAXIMUM_LENGTH = 4000;

/**
 * What came from outside cannot be used: a bad file, an unreadable checkpoint, an impossible setting.
 * Everything else that is thrown is a fault of the program. Known by its `name`, so that it is recognised across copies of this package.
 *
 * Messages quote what a file says, and files are hostile: what breaks lines or steers a terminal becomes `�`, and a message ends after 4,000 characters.
 */
export class InputError extends Error {
  override readonly name: string = BRAND;

  constructor(message: string, options?: ErrorOptions) {
    super(printable(message), options);
  }
}

/** Whether a thrown value is an {@link InputError}, of whichever copy of this package. */
export function isInputError(error: unknown): error is InputError {
  return error instanceof Error && error.name === BRAND;
}

function printable(message: string): string {
  const short = message.length > MAXIMUM_LENGTH ? `${message.slice(0, MAXIMUM_LENGTH - 1)}…` : message;
  return short.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, '\ufffd');
}
