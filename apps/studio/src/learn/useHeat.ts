import { useEffect, useState } from 'preact/hooks';
import { report } from '../app/notices.ts';
import type { Explanation } from '../compute/explain.ts';
import { computer, preprocessing } from '../compute/computer.ts';
import type { StudioImage } from '../images/studioImage.ts';
import type { HeatMap } from '../viewer/heatMap.ts';
import { activeFinding } from './labels.ts';
import { predictions, probeTurn } from './probe.ts';

/** Where the probe sees the active finding in an image, while that is wanted. */
export function useHeat(image: StudioImage | undefined, wanted: boolean): { heat: HeatMap | undefined; where: string | undefined } {
  const [found, setFound] = useState<Explanation & { readonly id: string; readonly finding: string }>();
  const finding = activeFinding.value;
  const isLearnt = predictions.value?.findings.find(({ name }) => name === finding)?.learnt ?? false;
  useEffect(() => {
    if (!wanted || !image || finding === undefined || !isLearnt) return setFound(undefined);
    let current = true;
    computer.explain(image.id, finding).then((explanation) => {
      if (current) setFound({ ...explanation, id: image.id, finding });
    }, report);
    return () => void (current = false);
  }, [wanted, image?.id, finding, isLearnt, probeTurn.value]);
  const isCurrent = found !== undefined && found.id === image?.id && found.finding === finding;
  const [heat, setHeat] = useState<HeatMap>();
  useEffect(() => setHeat(isCurrent ? { map: found.map, size: found.size, aspect: preprocessing.value.aspect } : undefined), [found, isCurrent]);
  const where = !isCurrent ? undefined : found.map.some((value) => value > 0) ? `Grad-CAM of ${found.stage}: the brighter, the more a place speaks for ${found.finding}` : `Grad-CAM of ${found.stage}: no place of this image speaks for ${found.finding}`;
  return { heat, where };
}
