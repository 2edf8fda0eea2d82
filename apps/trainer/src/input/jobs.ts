import type { ViewArrays } from '@cxr-ifa/transforms';
import { inspectImage, type ImageFacts, type InspectJob } from '../data/inspectImage.ts';
import { makeThumbnail, type ThumbnailJob, type ThumbnailResult } from '../data/makeThumbnail.ts';
import { measureImage, type MeasureJob, type MeasureResult } from '../detect/measureImage.ts';
import { makeViews, type ViewsJob } from './makeViews.ts';
import { prepareImage, type PrepareJob, type PrepareResult } from './prepareImage.ts';

/** The jobs that are done in worker threads: pure functions of what they are given and of files. */
export const jobs = { prepare: prepareImage, views: makeViews, inspect: inspectImage, thumbnail: makeThumbnail, measure: measureImage } as const;

export interface Jobs {
  prepare: { job: PrepareJob; result: PrepareResult };
  views: { job: ViewsJob; result: ViewArrays };
  inspect: { job: InspectJob; result: ImageFacts };
  thumbnail: { job: ThumbnailJob; result: ThumbnailResult };
  measure: { job: MeasureJob; result: MeasureResult };
}
export type JobKind = keyof Jobs;

/** What a worker is sent. */
export interface Request<Kind extends JobKind = JobKind> {
  readonly id: number;
  readonly kind: Kind;
  readonly job: Jobs[Kind]['job'];
}

/** What it answers. An error's class does not survive the way between threads, so its name is sent. */
export type Response = { readonly id: number; readonly result: Jobs[JobKind]['result'] } | { readonly id: number; readonly error: { name: string; message: string; stack?: string } };

/** Does a job in this thread. */
export function doJob<Kind extends JobKind>(kind: Kind, job: Jobs[Kind]['job']): Promise<Jobs[Kind]['result']> {
  return (jobs[kind] as (job: Jobs[Kind]['job']) => Promise<Jobs[Kind]['result']>)(job);
}
