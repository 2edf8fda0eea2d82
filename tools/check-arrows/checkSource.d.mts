export declare function checkSource(owner: { name: string; dependencies: readonly string[] }, path: string, text: string): string[];
