import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { ImageGrid } from '../images/ImageGrid.tsx';
import { images, selectedId, selectedImage } from '../images/images.ts';
import { Viewer } from '../viewer/Viewer.tsx';
import { Caption } from './Caption.tsx';
import { Exports } from './Exports.tsx';
import { FindingList } from './FindingList.tsx';
import { LabelBar } from './LabelBar.tsx';
import { activeFinding } from './labels.ts';
import { ORDERS, orderImages, type Order } from './orderImages.ts';
import { Predictions } from './Predictions.tsx';
import { useHeat } from './useHeat.ts';
import { useLabelKeys } from './useLabelKeys.ts';

/** Labels, and what a probe learns of them. */
export function LearnView(): JSX.Element {
  const order = useSignal<Order>('as opened');
  const explains = useSignal(false);
  const image = selectedImage.value;
  const ordered = orderImages(images.value, order.value, activeFinding.value);
  useLabelKeys(ordered, explains);
  const { heat, where } = useHeat(image, explains.value);
  return (
    <div class="learn">
      <section class="pane" aria-label="Findings">
        <FindingList />
        <Exports />
      </section>
      <section class="pane reading" aria-label="Reading">
        <Viewer image={image} heat={heat} />
        <LabelBar image={image} />
      </section>
      <section class="pane" aria-label="Predictions and images">
        <Predictions image={image} explains={explains} where={where} />
        <div class="bar">
          <h2>Images</h2>
          <label>Order <select value={order.value} onChange={(event) => (order.value = event.currentTarget.value as Order)}>{ORDERS.map((name) => <option key={name}>{name}</option>)}</select></label>
        </div>
        <ImageGrid images={ordered} selected={selectedId.value} onSelect={(id) => (selectedId.value = id)} label="Images to label" caption={(shown) => <Caption image={shown} />} />
      </section>
    </div>
  );
}
