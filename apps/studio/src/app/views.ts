import { signal } from '@preact/signals';

export const VIEWS = [
  ['images', 'Images'],
  ['explore', 'Explore'],
  ['learn', 'Label & learn'],
  ['pretrain', 'Pre-train'],
  ['encoder', 'Encoder'],
] as const;
export type ViewName = (typeof VIEWS)[number][0];

const fromAddress = (): ViewName => VIEWS.find(([name]) => name === location.hash.slice(1))?.[0] ?? 'images';

/** The part of the studio that is shown: what stands behind # in the address. */
export const view = signal<ViewName>(fromAddress());

addEventListener('hashchange', () => (view.value = fromAddress()));
