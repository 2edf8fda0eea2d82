import { useRef } from 'preact/hooks';
import { dragWindow, pinch, type ViewState } from './viewState.ts';

/** What is dragged. */
export interface Dragged {
  readonly state: () => ViewState;
  /** All that the image's format can hold; nothing where no image is shown. */
  readonly range: () => readonly [number, number] | undefined;
  readonly change: (next: Partial<ViewState>) => void;
}

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Where a pointer is, in pixels of the canvas. */
export const placeOf = (event: MouseEvent): Place => ({ x: event.offsetX * devicePixelRatio, y: event.offsetY * devicePixelRatio });

/** A pointer that is dragged changes the window, with Shift or another button it moves the image; two fingers move and zoom it. */
export function usePointers({ state, range, change }: Dragged): Readonly<Record<'onPointerDown' | 'onPointerMove' | 'onLostPointerCapture', (event: PointerEvent) => void>> {
  const { current: down } = useRef(new Map<number, Place>());
  const moves = useRef(false);
  return {
    onPointerDown(event) {
      if (!range()) return;
      (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
      down.set(event.pointerId, placeOf(event));
      moves.current = event.shiftKey || event.button !== 0;
    },
    onPointerMove(event) {
      const [before, whole] = [down.get(event.pointerId), range()];
      if (!before || !whole) return;
      const now = placeOf(event);
      const [other] = [...down].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
      down.set(event.pointerId, now);
      const [dx, dy] = [now.x - before.x, now.y - before.y];
      const { x, y } = state();
      change(other ? pinch(state(), [before, other], [now, other]) : moves.current ? { x: x + dx, y: y + dy } : dragWindow(state(), dx, dy, whole));
    },
    onLostPointerCapture(event) {
      down.delete(event.pointerId);
    },
  };
}
