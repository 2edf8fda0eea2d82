const LOCK = 'cxr-ifa-studio';
/** Milliseconds: a page that is loaded anew still holds the studio until it is gone. */
const PATIENCE = 1500;

/** What {@link holdStudio} is told. */
export interface HoldOptions {
  /** Takes the studio from the window that has it. */
  readonly take: boolean;
  /** Called when another window takes it from this one. */
  readonly onLost: () => void;
}

/**
 * Makes this window the only one that works on what the browser keeps, until it is closed: two would overwrite each other's labels.
 *
 * @returns Whether it is; not while another window is, unless the studio is taken from that one.
 */
export async function holdStudio({ take, onLost }: HoldOptions): Promise<boolean> {
  if (take) return request({ steal: true }, onLost);
  for (;;) {
    if (await request({ signal: AbortSignal.timeout(PATIENCE) }, onLost)) return true;
    const { held = [] } = await navigator.locks.query();
    if (held.some(({ name }) => name === LOCK)) return false; // a browser that is only slow is waited for
  }
}

/** Asks for the lock once. @returns Whether it came in time. */
function request(options: LockOptions, onLost: () => void): Promise<boolean> {
  return new Promise((resolve, reject) => {
    let isHeld = false;
    const hold = (): Promise<never> => {
      isHeld = true;
      resolve(true);
      return new Promise(() => undefined); // for as long as the page lives
    };
    navigator.locks.request(LOCK, options, hold).catch((error: Error) => {
      if (isHeld) onLost();
      else if (error.name === 'TimeoutError') resolve(false);
      else reject(error);
    });
  });
}
