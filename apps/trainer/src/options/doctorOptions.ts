import { backendOptions } from './backendOptions.ts';
import type { OptionValues } from './option.ts';

/** Every option of `cxr-ifa doctor`. */
export const doctorOptions = { backend: { ...backendOptions.backend, description: 'the backend that must work; the others are examined too' } } as const;

export type DoctorOptions = OptionValues<typeof doctorOptions>;
