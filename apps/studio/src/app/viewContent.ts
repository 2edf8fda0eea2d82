import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { ImagesView } from '../images/ImagesView.tsx';
import { report } from './notices.ts';
import type { ViewName } from './views.ts';

type Content = () => JSX.Element;

/** What is seen first comes with the page; the others come when they are wanted, or when there is nothing else to do. */
const LOADED: Readonly<Record<Exclude<ViewName, 'images'>, () => Promise<Content>>> = {
  explore: async () => (await import('../explore/ExploreView.tsx')).ExploreView,
  learn: async () => (await import('../learn/LearnView.tsx')).LearnView,
  pretrain: async () => (await import('../pretrain/PretrainView.tsx')).PretrainView,
  encoder: async () => (await import('../encoder/EncoderView.tsx')).EncoderView,
};

const contents = signal<Readonly<Partial<Record<ViewName, Content>>>>({ images: ImagesView });

/** What a view shows; nothing as long as it is being loaded. */
export function contentOf(name: ViewName): Content | undefined {
  const content = contents.value[name];
  if (!content) void load(name);
  return content;
}

/** Loads all views, one after the other. */
export async function loadViews(): Promise<void> {
  for (const name of Object.keys(LOADED) as ViewName[]) await load(name);
}

async function load(name: ViewName): Promise<void> {
  if (name === 'images' || contents.peek()[name]) return;
  try {
    const content = await LOADED[name]();
    contents.value = { ...contents.peek(), [name]: content };
  } catch (error) {
    report(new Error(`Cannot load this part of the studio: ${(error as Error).message}; reload the page`, { cause: error }));
  }
}
