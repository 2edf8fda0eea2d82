import type { Projection } from '@cxr-ifa/metrics';
import * as Plot from '@observablehq/plot';
import { seriesColour } from './chart.ts';
import { html, type Html } from './html.ts';
import type { ImageGroups } from './imageGroups.ts';
import { pictureTag, type Picture } from './picture.ts';
import { plotToSvg } from './plotToSvg.ts';

/** Embeddings in a plane, and some of their images where they lie. */
export interface EmbeddingMap extends Projection {
  readonly source: string;
  readonly groups: ImageGroups;
  /** Pictures by column and row of a grid over the map, from the top left; the one nearest to the centre of each cell that has any. */
  readonly pictures: readonly { readonly column: number; readonly row: number; readonly name: string; readonly picture: Picture }[];
}

/** The grid of {@link EmbeddingMap.pictures}. */
export const PICTURE_GRID = { columns: 9, rows: 7 } as const;

const MUTED = 'var(--muted)';

/** Draws embeddings as dots coloured by group, and beside them the images that lie there. */
export function embeddingMap({ method, source, points, groups, pictures }: EmbeddingMap): Html {
  const last = groups.names.length - 1;
  const colourOf = (group: number): string => (group === last ? MUTED : seriesColour(group));
  // The grey of the many lies under the colours of the few
  const dots = points.map(([x, y], image) => ({ x, y, group: groups.of[image] as number })).sort((a, b) => b.group - a.group);
  const counts = groups.names.map((_, group) => groups.of.filter((own) => own === group).length);
  const scatter = plotToSvg(
    {
      width: 460,
      height: 360,
      margin: 8,
      x: { axis: null },
      y: { axis: null },
      marks: [
        Plot.frame({ stroke: 'var(--rule)' }),
        Plot.dot(dots, { x: 'x', y: 'y', r: points.length > 300 ? 2.4 : 3.4, fill: (dot: { group: number }) => colourOf(dot.group), fillOpacity: (dot: { group: number }) => (dot.group === last ? 0.45 : 0.85) } as Plot.DotOptions),
      ],
      color: { type: 'identity' },
      opacity: { type: 'identity' },
    },
    `Map of ${points.length} embeddings by ${method}; ${groups.names.map((name, group) => `${counts[group]} ${name}`).join(', ')}`,
  );
  return html`<figure>
    <div class="map">
      <div>${scatter}
        <ul class="legend dots">${groups.names.map((name, group) => (counts[group] as number) > 0 && html`<li><span style="background:${colourOf(group)}"></span>${name} (${counts[group]})</li>`)}</ul>
      </div>
      <div class="atlas" style="grid-template-columns:repeat(${PICTURE_GRID.columns},1fr);grid-template-rows:repeat(${PICTURE_GRID.rows},1fr)">${pictures.map(({ column, row, name, picture }) => html`<div style="grid-area:${row + 1}/${column + 1}">${pictureTag(picture, name)}</div>`)}</div>
    </div>
    <figcaption>${points.length} ${source}, ${method === 'UMAP' ? 'by UMAP of cosine distances' : 'along the first two principal components, as there are few'}. Colours: ${groups.by}.</figcaption>
  </figure>`;
}

/** How maps of embeddings are read, once for all of them. */
export const HOW_TO_READ_MAPS = html`<p class="note">Each dot is an image, where its feature vector puts it among the others; beside it the same map in pictures: in each cell the image nearest to its centre. Neighbours are alike for the encoder; of a UMAP, the distances between groups, their sizes and the axes mean nothing.
Colours took no part in the layout. Groups that share anatomy or findings are what one hopes for; groups by exposure, border, markers or source are what an encoder may have learnt instead.</p>`;
