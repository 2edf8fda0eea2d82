import { decodeImage } from '@cxr-ifa/datasets';
import type { GrayImage } from '@cxr-ifa/tensor';
import { MAXIMUM_PIXELS, readImageBytes } from '../decode/readImageBytes.ts';
import { firstWindow } from './firstWindow.ts';
import { heatPicture, overlayPlace, type HeatMap } from './heatMap.ts';
import type { ViewedImage, ViewState } from './viewState.ts';

/** One image at full resolution and the canvas that shows it, in a worker: the page never holds its pixels and never waits for them. */
export class ImageView {
  #context: OffscreenCanvasRenderingContext2D | undefined;
  #image: GrayImage | undefined;
  /** The image in grey levels, and for which window. */
  #levels: { readonly canvas: OffscreenCanvas; readonly key: string } | undefined;
  #heat: { readonly picture: OffscreenCanvas; readonly aspect: HeatMap['aspect'] } | undefined;
  #opened = 0;

  attach(canvas: OffscreenCanvas): void {
    this.#context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D; // once: Firefox gives the context of a canvas on a page no second time
  }

  /** Decodes a file; until then there is no image, and not the one before under a new name. @returns Nothing where another file was opened meanwhile. */
  async open(file: Blob): Promise<ViewedImage | undefined> {
    const turn = ++this.#opened;
    this.#image = undefined;
    const { bytes } = await readImageBytes(file);
    if (turn !== this.#opened) return undefined; // who holds down an arrow key waits for the last image, not for all
    const image = await decodeImage(bytes, { maximumPixels: MAXIMUM_PIXELS, applyWindow: false });
    if (turn !== this.#opened) return undefined;
    this.#image = image;
    this.#levels = undefined;
    this.#heat = undefined;
    const { width, height, range } = image;
    return { width, height, range, window: firstWindow(image) };
  }

  /** Lets go of the image. */
  close(): void {
    this.#opened++;
    this.#image = undefined;
    this.#levels = undefined;
    this.#heat = undefined;
  }

  /** Lays a map over the image; nothing takes it away. */
  setHeat(map: HeatMap | undefined): void {
    this.#heat = map && { picture: heatPicture(map), aspect: map.aspect };
  }

  draw(state: ViewState): void {
    const [context, image] = [this.#context, this.#image];
    if (!context) return;
    const { canvas } = context;
    if (canvas.width !== state.width || canvas.height !== state.height) [canvas.width, canvas.height] = [state.width, state.height];
    context.clearRect(0, 0, canvas.width, canvas.height);
    if (!image) return;
    const { scale, x, y } = state;
    const [width, height] = [scale * image.width, scale * image.height];
    context.imageSmoothingEnabled = scale < 4; // from there on pixels are looked at
    context.imageSmoothingQuality = 'high';
    context.drawImage(this.#inLevels(image, state), x, y, width, height);
    if (!this.#heat) return;
    const place = overlayPlace(this.#heat.aspect, { width, height });
    context.save();
    context.beginPath();
    context.rect(x, y, width, height);
    context.clip();
    context.imageSmoothingEnabled = true;
    context.drawImage(this.#heat.picture, x + place.x, y + place.y, place.width, place.height);
    context.restore();
  }

  #inLevels({ data, width, height }: GrayImage, { low, high, invert }: ViewState): OffscreenCanvas {
    const key = `${low} ${high} ${invert}`;
    if (this.#levels?.key === key) return this.#levels.canvas;
    const canvas = this.#levels?.canvas ?? new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d', { willReadFrequently: true }) as OffscreenCanvasRenderingContext2D;
    const picture = context.createImageData(width, height);
    const pixels = new Uint32Array(picture.data.buffer);
    const factor = 255 / (high - low);
    for (let index = 0; index < data.length; index++) {
      const grey = Math.min(255, Math.max(0, ((data[index] as number) - low) * factor));
      pixels[index] = 0xff000000 | (0x010101 * ((invert ? 255 - grey : grey) & 255));
    }
    context.putImageData(picture, 0, 0);
    this.#levels = { canvas, key };
    return canvas;
  }
}
