/** The findings a phantom can show, in the order of its label vectors. */
export const phantomFindings = ['nodule', 'consolidation', 'effusion', 'cardiomegaly', 'pneumothorax'] as const;

/** One of {@link phantomFindings}. */
export type PhantomFinding = (typeof phantomFindings)[number];

/** How marked each finding is: 0 is absent, values up to 1 run from barely visible to plain. */
export type PhantomSeverities = Readonly<Record<PhantomFinding, number>>;
