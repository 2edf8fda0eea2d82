import { exportCheckpointOptions } from '../options/exportCheckpointOptions.ts';
import { inspectCheckpointOptions } from '../options/inspectCheckpointOptions.ts';
import { defineCommand, type CommandGroup } from './command.ts';

/** `cxr-ifa checkpoint`: what is in a file of weights. */
export const checkpoint: CommandGroup = {
  name: 'checkpoint',
  summary: 'look into checkpoints, and take encoders out of them',
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
      run: async (options, context) => (await import('../checkpoint/inspectCheckpoint.ts')).inspectCheckpoint(options, context),
    }),
    defineCommand({
      name: 'export',
      summary: 'write the encoder of a checkpoint alone, without what training goes on from',
      operands: '<checkpoint>',
      options: exportCheckpointOptions,
      examples: [
        ['cxr-ifa checkpoint export runs/first --precision float16 --out encoder.safetensors', 'an encoder of half the size, to be passed on and for --init'],
        ['cxr-ifa checkpoint export runs/first --names torchvision --out resnet18.safetensors', "for PyTorch: the state of torchvision's network with one input channel, without its fc"],
      ],
      run: async (options, context) => (await import('../checkpoint/exportCheckpoint.ts')).exportCheckpoint(options, context),
    }),
  ],
};
