// In a browser kernels belong in a worker, whose threads are workers in turn.
import { compareLosses } from '../shared/compareLosses.mjs';

try {
  postMessage(await compareLosses({ threads: 2 }));
} catch (error) {
  postMessage({ error: String(error?.stack ?? error) });
}
