import { expose } from 'comlink';
import { Computation } from './computation.ts';

expose(new Computation());
