import { inspectCheckpoint } from '../checkpoint/inspectCheckpoint.ts';
import { inspectCheckpointOptions } from '../options/inspectCheckpointOptions.ts';
import { defineCommand, type CommandGroup } from './command.ts';

/** `cxr-ifa checkpoint`: what is in a file of weights. */
export const checkpoint: CommandGroup = {
  name: 'checkpoint',
  summary: 'look into checkpoints',
  commands: [
    defineCommand({
      name: 'inspect',
      summary: 'list the tensors of a safetensors file with types, shapes and sizes, and its metadata',
      operands: '<file>',
      options: inspectCheckpointOptions,
      examples: [
        ['cxr-ifa checkpoint inspect runs/first', "a run's last checkpoint"],
        ['cxr-ifa checkpoint inspect model.safetensors --out model.json', 'any safetensors file, and the list into a file'],
      ],
      run: inspectCheckpoint,
    }),
  ],
};
