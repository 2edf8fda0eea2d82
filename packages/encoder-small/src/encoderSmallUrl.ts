// In Node, Deno and every browser, but not in ES2022; bundlers look for `new URL(file, import.meta.url)` to take a file along
declare const URL: new (url: string, base: string) => { readonly href: string };
declare global {
  interface ImportMeta {
    url: string;
  }
}

/** Where the weights lie: a `file:` address in Node and Deno, whatever the bundler makes of it in a browser. Reading them is the caller's. */
export const encoderSmallUrl: string = new URL('../encoder.safetensors', import.meta.url).href;
