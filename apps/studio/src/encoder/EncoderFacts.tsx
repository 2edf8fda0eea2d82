import type { JSX } from 'preact';
import type { EncoderCard } from '../compute/loadEncoder.ts';

const ASPECTS = { stretch: 'stretched to a square', pad: 'padded to a square', crop: 'cropped to a square' } as const;

/** What an encoder says of itself. */
export function EncoderFacts({ card: { name, table, step, parameters, featureSize, stages, preprocessing } }: { readonly card: EncoderCard }): JSX.Element {
  const { imageSize, clipPercentile, aspect, normalisation } = preprocessing;
  return (
    <dl class="facts">
      <dt>Name</dt><dd data-testid="encoder-name">{name}</dd>
      <dt>Architecture</dt><dd>{table.architecture}, width {table.width}, {(parameters / 1e6).toFixed(1)} million weights</dd>
      <dt>Pre-training</dt><dd>{step} steps</dd>
      <dt>Features</dt><dd>{featureSize} numbers an image, from {stages.map((stage) => stage.name).join(', ')}</dd>
      <dt>Preprocessing</dt><dd>clipped at the {clipPercentile}th percentile, stretched to 0..1, {ASPECTS[aspect]} of {imageSize} pixels, minus {normalisation.mean}, divided by {normalisation.std}</dd>
    </dl>
  );
}
