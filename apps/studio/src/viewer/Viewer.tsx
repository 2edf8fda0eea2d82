import { transfer, type Remote } from 'comlink';
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { report } from '../app/notices.ts';
import type { StudioImage } from '../images/studioImage.ts';
import type { HeatMap } from './heatMap.ts';
import type { ImageWorker } from '../workers/imageWorker.ts';
import { startImageWorker } from '../workers/startImageWorker.ts';
import { ViewerBar } from './ViewerBar.tsx';
import { placeOf, usePointers } from './usePointers.ts';
import { dragWindow, fit, resizeCanvas, zoomAt, type ViewedImage, type ViewState } from './viewState.ts';

const ZOOM_STEP = 1.25;
/** Canvas pixels that an arrow key is worth. */
const ARROW_STEP = 30;
const WHEEL = 0.0015;

/** Shows one image. Its window, its place and its scale are changed by dragging, by wheel, by fingers and by keys. */
export function Viewer({ image, heat }: { readonly image: StudioImage | undefined; readonly heat?: HeatMap | undefined }): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const view = useRef<Remote<ImageWorker> | undefined>(undefined);
  const shown = useRef<ViewedImage | undefined>(undefined);
  const state = useRef<ViewState>({ low: 0, high: 1, invert: false, scale: 1, x: 0, y: 0, width: 1, height: 1 });
  const drawing = useRef<{ busy: boolean; again: boolean }>({ busy: false, again: false });
  const [told, tell] = useState<ViewState>();

  // At most one drawing is on its way, and the latest state is never left out
  const draw = async (): Promise<void> => {
    if (drawing.current.busy) return void (drawing.current.again = true);
    drawing.current.busy = true;
    try {
      do {
        drawing.current.again = false;
        await view.current?.draw(state.current);
      } while (drawing.current.again);
    } catch (error) {
      report(error);
    } finally {
      drawing.current.busy = false;
    }
  };
  const change = (next: Partial<ViewState>): void => {
    state.current = { ...state.current, ...next };
    if (shown.current) tell(state.current);
    void draw();
  };
  const reset = (): void => {
    const { current } = shown;
    if (current) change({ low: current.window[0], high: current.window[1], invert: false, ...fit(current, state.current) });
  };

  useEffect(() => {
    const element = canvas.current as HTMLCanvasElement;
    const { remote, end } = startImageWorker();
    view.current = remote;
    const offscreen = element.transferControlToOffscreen();
    remote.attach(transfer(offscreen, [offscreen])).catch(report);
    const observer = new ResizeObserver(() => {
      const { clientWidth, clientHeight } = element;
      const size = { width: Math.max(1, Math.round(clientWidth * devicePixelRatio)), height: Math.max(1, Math.round(clientHeight * devicePixelRatio)) };
      change(shown.current ? resizeCanvas(state.current, shown.current, size) : size);
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      end();
    };
  }, []);

  useEffect(() => {
    shown.current = undefined;
    tell(undefined);
    if (!image) return void view.current?.close().then(draw, report);
    view.current?.open(image.file).then((opened) => {
      if (!opened) return;
      shown.current = opened;
      reset();
    }, report);
    void draw(); // clears the canvas: open has let go of the image before
  }, [image?.id]);

  useEffect(() => {
    view.current?.setHeat(heat).then(draw, report);
  }, [heat, told !== undefined]);

  const pointers = usePointers({ state: () => state.current, range: () => shown.current?.range, change });
  const centre = (): { x: number; y: number } => ({ x: state.current.width / 2, y: state.current.height / 2 });
  const arrow = (dx: number, dy: number) => (event?: KeyboardEvent): void => {
    const { x, y } = state.current;
    if (shown.current) change(event?.shiftKey ? dragWindow(state.current, dx, dy, shown.current.range) : { x: x + dx, y: y + dy });
  };
  const keys: Readonly<Record<string, (event?: KeyboardEvent) => void>> = {
    i: () => change({ invert: !state.current.invert }),
    r: reset,
    '+': () => change(zoomAt(state.current, ZOOM_STEP, centre())),
    '=': () => change(zoomAt(state.current, ZOOM_STEP, centre())),
    '-': () => change(zoomAt(state.current, 1 / ZOOM_STEP, centre())),
    arrowleft: arrow(-ARROW_STEP, 0),
    arrowright: arrow(ARROW_STEP, 0),
    arrowup: arrow(0, -ARROW_STEP),
    arrowdown: arrow(0, ARROW_STEP),
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation(); // while the viewer has the focus its arrows are not those that go to another image
    act(event);
  };

  return (
    <figure class="viewer" tabIndex={0} aria-label={image ? `Viewer: ${image.path}. Arrows move it, with Shift they change window and level; plus and minus zoom, I inverts, R resets` : 'Viewer: no image is chosen'} onKeyDown={onKeyDown}>
      <canvas
        ref={canvas}
        role="img"
        aria-label={image ? image.path : 'No image'}
        data-ready={told ? image?.id : undefined}
        {...pointers}
        onContextMenu={(event) => event.preventDefault()}
        onDblClick={reset}
        onWheel={(event) => {
          event.preventDefault();
          change(zoomAt(state.current, Math.exp(-WHEEL * event.deltaY), placeOf(event)));
        }}
      />
      {!image && <p class="viewer-empty">Choose an image to look at it</p>}
      {image && <ViewerBar image={image} state={told} keys={keys} />}
    </figure>
  );
}
