/**
 * A procedural chest phantom with findings, boxes and masks.
 *
 * @module
 */
export { phantomFindings, type PhantomFinding, type PhantomSeverities } from './phantomFindings.ts';
export { drawAnatomy, type PhantomAnatomy } from './drawAnatomy.ts';
export type { PhantomPrevalence } from './drawSeverities.ts';
export { renderPhantom, type PhantomImage, type RenderPhantomOptions } from './renderPhantom.ts';
export { phantomSet, type PhantomRecord, type PhantomSetOptions } from './phantomSet.ts';
