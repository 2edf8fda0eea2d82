/** One line of the examination; `problem` means that training on this machine cannot be relied on. */
export interface Finding {
  readonly what: string;
  readonly result: string;
  readonly state: 'good' | 'absent' | 'problem';
}
