import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { imageById, selectBy, selectedId, selectedImage } from '../images/images.ts';
import { mapPlaces, nearestPlace, type Place } from './mapPlaces.ts';
import type { Layout } from './layout.ts';

const RADIUS = 5;
const REACH = 24;
const ACCENT = '#e6edf3';

/** Images as dots; the one under the pointer is shown, a click chooses it. */
export function MapPlot({ layout, colours }: { readonly layout: Layout; readonly colours: readonly string[] }): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [hovered, setHovered] = useState<number>();
  const places = size.width > 0 ? mapPlaces(layout.points, size.width, size.height) : [];
  const selected = layout.ids.indexOf(selectedId.value ?? '');

  useLayoutEffect(() => {
    const element = canvas.current as HTMLCanvasElement;
    const observer = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    const element = canvas.current as HTMLCanvasElement;
    element.width = size.width * devicePixelRatio;
    element.height = size.height * devicePixelRatio;
    const context = element.getContext('2d') as CanvasRenderingContext2D;
    context.scale(devicePixelRatio, devicePixelRatio);
    for (const [index, [x, y]] of places.entries()) {
      context.beginPath();
      context.arc(x, y, RADIUS, 0, 2 * Math.PI);
      context.fillStyle = colours[index] as string;
      context.globalAlpha = 0.85;
      context.fill();
    }
    context.globalAlpha = 1;
    for (const index of [selected, hovered ?? -1]) {
      const place = places[index];
      if (!place) continue;
      context.beginPath();
      context.arc(place[0], place[1], RADIUS + 4, 0, 2 * Math.PI);
      context.lineWidth = 2;
      context.strokeStyle = ACCENT;
      context.stroke();
    }
  }, [layout, colours, size, selected, hovered]);

  const at = (event: MouseEvent): number | undefined => nearestPlace(places, [event.offsetX, event.offsetY], REACH);
  const image = hovered === undefined ? undefined : imageById.value.get(layout.ids[hovered] as string);
  const [x, y] = places[hovered ?? -1] ?? ([0, 0] as Place);
  return (
    <div
      class="map"
      tabIndex={0}
      role="group"
      aria-label="Map. Left and right arrow choose the image before and after"
      onKeyDown={(event) => {
        if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
        event.preventDefault();
        selectBy(event.key === 'ArrowLeft' ? -1 : 1);
      }}
    >
      <canvas
        ref={canvas}
        role="img"
        aria-label={`${layout.ids.length} images by ${layout.method}`}
        onPointerMove={(event) => setHovered(at(event))}
        onPointerLeave={() => setHovered(undefined)}
        onClick={(event) => {
          const found = at(event);
          if (found !== undefined) selectedId.value = layout.ids[found];
        }}
      />
      <p class="unseen" role="status">{selectedImage.value ? `Chosen: ${selectedImage.value.path}${selected < 0 ? ', which is not in the map' : ''}` : 'No image is chosen'}</p>
      {image && (
        <div class="map-tip" style={{ left: `${Math.min(x + 12, size.width - 150)}px`, top: `${Math.min(y + 12, size.height - 170)}px` }}>
          <img src={image.thumbnail} alt="" />
          <span>{image.path.split('/').at(-1)}</span>
        </div>
      )}
    </div>
  );
}
