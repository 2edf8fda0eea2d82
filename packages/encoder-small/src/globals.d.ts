// In Node, Deno and every browser; bundlers look for `new URL(file, import.meta.url)` to take a file along
declare class URL {
  constructor(url: string, base: string);
  readonly href: string;
}
interface ImportMeta {
  readonly url: string;
}
