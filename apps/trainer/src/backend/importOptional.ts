import { InputError } from '@cxr-ifa/tensor';

/**
 * Imports a package that only this backend needs.
 *
 * @throws {InputError} If it is not installed, with how to install it, or does not load, with why.
 */
export async function importOptional<Module>(backend: string, specifier: string, load: () => Promise<Module> = () => import(specifier) as Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_MODULE_NOT_FOUND' && message.includes(`'${specifier}'`)) throw new InputError(`Cannot use the backend ${backend} as ${specifier} is not installed: run npm install ${specifier}`, { cause: error });
    throw new InputError(`Cannot use the backend ${backend} as ${specifier} does not load: ${message.split('\n')[0]}`, { cause: error });
  }
}
