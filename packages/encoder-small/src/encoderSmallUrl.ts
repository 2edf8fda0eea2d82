/** Where the weights lie: a `file:` address in Node and Deno, whatever the bundler makes of it in a browser. Reading them is the caller's. */
export const encoderSmallUrl: string = new URL('../encoder.safetensors', import.meta.url).href;
