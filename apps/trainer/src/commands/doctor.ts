import { doctorOptions } from '../options/doctorOptions.ts';
import { defineCommand } from './command.ts';

/** `cxr-ifa doctor`: can this machine train? */
export const doctor = defineCommand({
  name: 'doctor',
  summary: 'examine this machine: runtime, backends, their numbers against the plain one, their speed',
  options: doctorOptions,
  examples: [
    ['cxr-ifa doctor', 'what is there, and what --backend auto picks'],
    ['cxr-ifa doctor --backend node', 'fails if tfjs-node is not there or computes otherwise'],
  ],
  run: async (options, context) => (await import('../doctor/examine.ts')).examine(options, context),
});
