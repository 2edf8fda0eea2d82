/** What is drawn of an image, and how. */
export interface ViewState {
  /** Grey values at and below the one are black, at and above the other white. */
  readonly low: number;
  readonly high: number;
  readonly invert: boolean;
  /** Canvas pixels an image pixel. */
  readonly scale: number;
  /** Where the image's top left corner lies, in canvas pixels. */
  readonly x: number;
  readonly y: number;
  /** The canvas. */
  readonly width: number;
  readonly height: number;
}

/** An image that was opened in the viewer. */
export interface ViewedImage {
  readonly width: number;
  readonly height: number;
  /** All that the file's format can hold. */
  readonly range: readonly [number, number];
  /** Where the window begins: the file's own, or nearly all of the pixels. */
  readonly window: readonly [number, number];
}

/** Shows the whole image in the middle of the canvas. */
export function fit({ width, height }: Pick<ViewedImage, 'width' | 'height'>, canvas: { readonly width: number; readonly height: number }): Pick<ViewState, 'scale' | 'x' | 'y'> {
  const scale = Math.min(canvas.width / width, canvas.height / height) || 1;
  return { scale, x: (canvas.width - scale * width) / 2, y: (canvas.height - scale * height) / 2 };
}

/** Gives an image its place in a canvas of another size: one that was shown whole still is, and any other keeps its scale and what lies in the middle. */
export function resizeCanvas(state: ViewState, image: Pick<ViewedImage, 'width' | 'height'>, canvas: { readonly width: number; readonly height: number }): ViewState {
  const whole = fit(image, state);
  const isWhole = whole.scale === state.scale && whole.x === state.x && whole.y === state.y;
  return { ...state, ...canvas, ...(isWhole ? fit(image, canvas) : { x: state.x + (canvas.width - state.width) / 2, y: state.y + (canvas.height - state.height) / 2 }) };
}

const SCALES = [0.02, 40] as const;

/** Zooms so that what lies under a place of the canvas stays there. */
export function zoomAt({ scale, x, y }: Pick<ViewState, 'scale' | 'x' | 'y'>, factor: number, place: { readonly x: number; readonly y: number }): Pick<ViewState, 'scale' | 'x' | 'y'> {
  const next = Math.min(SCALES[1], Math.max(SCALES[0], scale * factor));
  const change = next / scale;
  return { scale: next, x: place.x - change * (place.x - x), y: place.y - change * (place.y - y) };
}

/** Two places of a canvas: where two fingers are. */
export type Fingers = readonly [{ readonly x: number; readonly y: number }, { readonly x: number; readonly y: number }];

/** Moves and zooms so that the image follows two fingers. */
export function pinch({ scale, x, y }: Pick<ViewState, 'scale' | 'x' | 'y'>, before: Fingers, after: Fingers): Pick<ViewState, 'scale' | 'x' | 'y'> {
  const middle = ([a, b]: Fingers): { x: number; y: number } => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
  const apart = ([a, b]: Fingers): number => Math.hypot(a.x - b.x, a.y - b.y);
  const [from, to] = [middle(before), middle(after)];
  return zoomAt({ scale, x: x + to.x - from.x, y: y + to.y - from.y }, apart(after) / (apart(before) || 1) || 1, to);
}

/** A whole window's width by so many canvas pixels of dragging. */
const DRAG = 600;

/** Widens the window to the right and brightens upwards, as at a workstation. */
export function dragWindow({ low, high }: Pick<ViewState, 'low' | 'high'>, dx: number, dy: number, range: readonly [number, number]): Pick<ViewState, 'low' | 'high'> {
  const full = range[1] - range[0];
  const width = Math.max(full / 256, high - low + (dx / DRAG) * full);
  const level = Math.min(range[1], Math.max(range[0], (low + high) / 2 + (dy / DRAG) * full));
  return { low: level - width / 2, high: level + width / 2 };
}
