const BRAND = '@cxr-ifa/InputError';

/**
 * What came from outside cannot be used: a bad file, an unreadable checkpoint, an impossible setting.
 * Everything else that is thrown is a fault of the program. Known by its `name`, so that it is recognised across copies of this package.
 */
export class InputError extends Error {
  override readonly name: string = BRAND;
}

/** Whether a thrown value is an {@link InputError}, of whichever copy of this package. */
export function isInputError(error: unknown): error is InputError {
  return error instanceof Error && error.name === BRAND;
}
