import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { report } from '../app/notices.ts';
import type { Inspected } from '../decode/inspected.ts';
import type { RunLog, RunPlan } from '../pretrain/run.ts';

/** An image as it is kept: the file, and what was found out of it. */
export interface StoredImage extends Omit<Inspected, 'pixels'> {
  readonly path: string;
  readonly file: Blob;
  readonly truth?: Readonly<Record<string, 0 | 1>>;
  /** Images come back in it. */
  readonly order: number;
}

/** Labels by image and finding. */
export interface StoredLabels {
  readonly findings: readonly string[];
  readonly labels: Readonly<Record<string, Readonly<Record<string, 0 | 1>>>>;
  /** Whether a folder is a patient; absent where it was never asked. */
  readonly folderIsPatient?: boolean;
}

/** An encoder that was opened from a file. */
export interface StoredEncoder {
  readonly name: string;
  readonly bytes: Uint8Array;
}

interface Schema extends DBSchema {
  images: { key: string; value: StoredImage };
  session: { key: 'key' | 'labels' | 'encoder'; value: Uint8Array<ArrayBuffer> | StoredLabels | StoredEncoder };
  run: { key: 'plan' | 'pixels' | 'log' | 'checkpoint'; value: RunPlan | Float32Array | RunLog | Uint8Array };
}

const NAME = 'cxr-ifa-studio';
const VERSION = 2;

let opened: Promise<IDBPDatabase<Schema>> | undefined;
let isWiped = false;

/** This browser's own database of this page: nothing of it is ever sent. */
export async function database(): Promise<IDBPDatabase<Schema>> {
  if (isWiped) throw new Error('Cannot keep anything as everything was wiped');
  opened ??= openDB<Schema>(NAME, VERSION, {
    upgrade(db, from) {
      if (from < 1) db.createObjectStore('images', { keyPath: 'id' });
      if (from < 1) db.createObjectStore('session');
      if (from === 1) db.deleteObjectStore('run'); // of before the first release: one value, pixels and all, that was written anew at every checkpoint
      db.createObjectStore('run');
    },
    blocked: () => report(new Error('Cannot open what is kept as an older version of the studio is open in another window: close that one')),
    blocking: (_current, _wanted, event) => (event.target as IDBDatabase).close(), // a newer version waits
  }).catch((error: unknown) => {
    opened = undefined; // to be tried again
    throw error;
  });
  return opened;
}

/** Empties every part of it, and lets nothing in any more: what is still being opened would come after. */
export async function wipeDatabase(): Promise<void> {
  const db = await database();
  const transaction = db.transaction(['images', 'session', 'run'], 'readwrite');
  isWiped = true;
  try {
    await Promise.all([transaction.objectStore('images').clear(), transaction.objectStore('session').clear(), transaction.objectStore('run').clear(), transaction.done]);
  } catch (error) {
    isWiped = false;
    throw error;
  }
}
