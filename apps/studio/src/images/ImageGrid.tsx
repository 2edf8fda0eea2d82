import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { StudioImage } from './studioImage.ts';
import { gridWindow } from './gridWindow.ts';

/** What an {@link ImageGrid} shows. */
export interface ImageGridProps {
  readonly images: readonly StudioImage[];
  readonly selected: string | undefined;
  readonly onSelect: (id: string) => void;
  readonly label: string;
  /** Said under a thumbnail; its file name by default. */
  readonly caption?: (image: StudioImage) => ComponentChildren;
}

const CELL = { width: 116, height: 138 };

/** Thumbnails in a grid of any length, of which only those in sight exist. Arrow keys move through it. */
export function ImageGrid({ images, selected, onSelect, label, caption }: ImageGridProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const name = label.replaceAll(/\W+/g, '-');
  const [view, setView] = useState({ width: 0, height: 0, top: 0 });
  useLayoutEffect(() => {
    const element = box.current as HTMLDivElement;
    const measure = (): void => setView({ width: element.clientWidth, height: element.clientHeight, top: element.scrollTop });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, []);
  const { columns, rows, first, last } = gridWindow(view, CELL, images.length);
  const at = images.findIndex(({ id }) => id === selected);

  useEffect(() => {
    const element = box.current;
    if (!element || at < 0 || view.width === 0) return;
    const top = Math.floor(at / columns) * CELL.height;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + CELL.height > element.scrollTop + element.clientHeight) element.scrollTop = top + CELL.height - element.clientHeight;
  }, [selected, columns]);

  const page = Math.max(1, Math.floor(view.height / CELL.height)) * columns;
  const moves: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns, PageUp: -page, PageDown: page, Home: -images.length, End: images.length };
  const onKeyDown = (event: KeyboardEvent): void => {
    const move = moves[event.key];
    if (move === undefined || images.length === 0) return;
    event.preventDefault();
    const next = at < 0 ? 0 : Math.min(images.length - 1, Math.max(0, at + move));
    onSelect((images[next] as StudioImage).id);
  };

  return (
    <div ref={box} class="grid" role="listbox" tabIndex={0} aria-label={label} aria-activedescendant={at >= first && at < last ? `${name}-${at}` : undefined} onKeyDown={onKeyDown} onScroll={(event) => setView((old) => ({ ...old, top: (event.target as HTMLElement).scrollTop }))}>
      <div class="grid-inner" role="presentation" style={{ height: `${rows * CELL.height}px` }}>
        {images.slice(first, last).map((image, offset) => {
          const index = first + offset;
          const place = { left: `${(index % columns) * CELL.width}px`, top: `${Math.floor(index / columns) * CELL.height}px` };
          return (
            <div key={image.id} id={`${name}-${index}`} class="cell" role="option" aria-selected={image.id === selected} aria-setsize={images.length} aria-posinset={index + 1} style={place} title={image.path} onClick={() => onSelect(image.id)}>
              <img src={image.thumbnail} alt={image.path} draggable={false} />
              <span class="caption">{caption ? caption(image) : image.path.split('/').at(-1)}</span>
            </div>
          );
        })}
      </div>
    </div>
  );
}
