import { expose } from 'comlink';
import { ImageView } from './imageView.ts';

expose(new ImageView());
