import { text, type OptionValues } from './option.ts';

/** Every option of `cxr-ifa checkpoint inspect`. */
export const inspectCheckpointOptions = {
  out: { description: 'a JSON file to write the list to', value: '<json>', schema: text.optional() },
} as const;

export type InspectCheckpointOptions = OptionValues<typeof inspectCheckpointOptions>;
