/** A box in pixels of the file: left, top, width, height. */
export type Box = readonly [x: number, y: number, width: number, height: number];

/** What a label file says about one finding; `unmentioned` is a blank cell, which is not a negative. */
export type FindingState = 1 | 0 | 'uncertain' | 'unmentioned';

/** One image as a publisher describes it, before any label policy is applied. */
export interface ImageRecord {
  /** The path as the publisher writes it, `/` between folders. */
  readonly path: string;
  /** The patient; images without one stand for themselves. */
  readonly patient?: string;
  readonly study?: string;
  readonly view?: string;
  readonly sex?: string;
  /** Age in years. */
  readonly age?: number;
  /** The publisher's split, such as `train` or `test`. */
  readonly split?: string;
  readonly findings: Readonly<Record<string, FindingState>>;
  readonly boxes?: readonly { readonly finding: string; readonly box: Box; readonly reader?: string }[];
}
