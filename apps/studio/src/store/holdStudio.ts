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
export function holdStudio({ take, onLost }: HoldOptions): Promise<boolean> {
  return new Promise((resolve, reject) => {
    let isHeld = false;
    const hold = (): Promise<never> => {
      isHeld = true;
      resolve(true);
      return new Promise(() => undefined); // for as long as the page lives
    };
    navigator.locks.request(LOCK, take ? { steal: true } : { signal: AbortSignal.timeout(PATIENCE) }, hold).catch((error: Error) => {
      if (isHeld) onLost();
      else if (error.name === 'TimeoutError') resolve(false);
      else reject(error);
    });
  });
}
