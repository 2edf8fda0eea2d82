import { transfer, type Remote } from 'comlink';
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { report } from '../app/notices.ts';
import type { StudioImage } from '../images/studioImage.ts';
import type { HeatMap } from './heatMap.ts';
import type { ImageWorker } from '../workers/imageWorker.ts';
import { startImageWorker } from '../workers/startImageWorker.ts';
import { ViewerBar } from './ViewerBar.tsx';
import { dragWindow, fit, zoomAt, type ViewedImage, type ViewState } from './viewState.ts';

const ZOOM_STEP = 1.25;
const WHEEL = 0.0015;

/** Shows one image: dragging changes the window, the wheel zooms, dragging with Shift or another button moves. */
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
    do {
      drawing.current.again = false;
      await view.current?.draw(state.current);
    } while (drawing.current.again);
    drawing.current.busy = false;
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
    void remote.attach(transfer(offscreen, [offscreen]));
    const observer = new ResizeObserver(() => {
      const { clientWidth, clientHeight } = element;
      const size = { width: Math.max(1, Math.round(clientWidth * devicePixelRatio)), height: Math.max(1, Math.round(clientHeight * devicePixelRatio)) };
      change({ ...size, ...(shown.current && fit(shown.current, size)) });
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
    if (!image) return;
    view.current?.open(image.file).then((opened) => {
      if (!opened) return;
      shown.current = opened;
      reset();
    }, report);
    void draw(); // clears the canvas: open has let go of the image before
  }, [image?.id]);

  useEffect(() => {
    void view.current?.setHeat(heat).then(draw);
  }, [heat, told !== undefined]);

  const place = (event: MouseEvent): { x: number; y: number } => ({ x: event.offsetX * devicePixelRatio, y: event.offsetY * devicePixelRatio });
  const startDrag = (event: PointerEvent): void => {
    if (!shown.current) return;
    const target = event.currentTarget as HTMLElement;
    target.setPointerCapture(event.pointerId);
    const moves = event.shiftKey || event.button !== 0;
    const start = { x: event.clientX, y: event.clientY, state: state.current };
    const { range } = shown.current;
    const drag = (next: PointerEvent): void => {
      const [dx, dy] = [(next.clientX - start.x) * devicePixelRatio, (next.clientY - start.y) * devicePixelRatio];
      change(moves ? { x: start.state.x + dx, y: start.state.y + dy } : dragWindow(start.state, dx, dy, range));
    };
    target.addEventListener('pointermove', drag);
    target.addEventListener('lostpointercapture', () => target.removeEventListener('pointermove', drag), { once: true });
  };
  const centre = (): { x: number; y: number } => ({ x: state.current.width / 2, y: state.current.height / 2 });
  const keys: Readonly<Record<string, () => void>> = {
    i: () => change({ invert: !state.current.invert }),
    r: reset,
    '+': () => change(zoomAt(state.current, ZOOM_STEP, centre())),
    '=': () => change(zoomAt(state.current, ZOOM_STEP, centre())),
    '-': () => change(zoomAt(state.current, 1 / ZOOM_STEP, centre())),
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  };

  return (
    <figure class="viewer" tabIndex={0} aria-label={image ? `Viewer: ${image.path}. Drag for window and level, wheel to zoom, I to invert, R to reset` : 'Viewer: no image is chosen'} onKeyDown={onKeyDown}>
      <canvas
        ref={canvas}
        role="img"
        aria-label={image ? image.path : 'No image'}
        data-ready={told ? image?.id : undefined}
        onPointerDown={startDrag}
        onContextMenu={(event) => event.preventDefault()}
        onDblClick={reset}
        onWheel={(event) => {
          event.preventDefault();
          change(zoomAt(state.current, Math.exp(-WHEEL * event.deltaY), place(event)));
        }}
      />
      {!image && <p class="viewer-empty">Choose an image to look at it</p>}
      {image && <ViewerBar image={image} state={told} keys={keys} />}
    </figure>
  );
}
