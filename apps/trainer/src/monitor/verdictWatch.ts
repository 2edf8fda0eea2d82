import { interpretTraining, type InterpretationContext, type Verdict } from '@cxr-ifa/moco';

/** The latest rows that a verdict is asked of; it looks at no more than the last third of the steps anyway. */
const MOST_ROWS = 1000;

/** Follows a log, and says when its verdict changes. */
export interface VerdictWatch {
  /** Takes a line of the log. @returns The verdict, where it is another than before. */
  add(row: Readonly<Record<string, number>>): Verdict | undefined;
  /** The verdict on the log so far. */
  current(): Verdict | undefined;
}

/** @param before Lines of the log from before a resume. */
export function watchVerdict(context: InterpretationContext, before: readonly Readonly<Record<string, number>>[] = []): VerdictWatch {
  const rows = before.slice(-MOST_ROWS);
  let name = interpretTraining(rows, context)?.name;
  return {
    add(row) {
      rows.push(row);
      if (rows.length > 2 * MOST_ROWS) rows.splice(0, MOST_ROWS);
      const verdict = interpretTraining(rows, context);
      if (verdict?.name === name) return undefined;
      name = verdict?.name;
      return verdict;
    },
    current: () => interpretTraining(rows, context),
  };
}

/** A verdict as lines for the terminal. */
export function describeVerdict({ name, sentence, evidence, advice }: Verdict): string[] {
  return [`Verdict: ${name}. ${sentence} (${evidence.join('; ')})`, ...(advice === undefined ? [] : [`  ${advice}`])];
}
