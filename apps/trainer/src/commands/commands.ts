import { bench } from './bench.ts';
import { checkpoint } from './checkpoint.ts';
import { classify } from './classify.ts';
import type { CommandDefinition, CommandGroup } from './command.ts';
import { data } from './data.ts';
import { detect } from './detect.ts';
import { doctor } from './doctor.ts';
import { embed } from './embed.ts';
import { experiment } from './experiment.ts';
import { gan } from './gan.ts';
import { invert } from './invert.ts';
import { pretrain } from './pretrain.ts';
import { report } from './report.ts';

/** Every command of the program: a new one is one line here. */
export const commands: readonly (CommandDefinition | CommandGroup)[] = [pretrain, embed, classify, detect, gan, invert, data, checkpoint, experiment, report, bench, doctor];
