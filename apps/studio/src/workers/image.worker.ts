import { expose } from 'comlink';
import { ImageWorker } from './imageWorker.ts';

expose(new ImageWorker());
