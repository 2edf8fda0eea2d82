/** The Chromium that the variable CHROMIUM names, or the one of this machine; `undefined` without any. */
export declare const chromiumPath: string | undefined;
