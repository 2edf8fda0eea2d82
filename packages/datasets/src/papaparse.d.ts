// The part of papaparse that is used here: @types/papaparse would bring Node's types into a package that must not know them.
declare module 'papaparse' {
  export interface ParseError {
    readonly type: string;
    readonly code: string;
    readonly message: string;
    readonly row?: number;
  }
  const papaparse: {
    parse(text: string, options: { delimiter: string; newline: string; header: false; skipEmptyLines: false }): { data: string[][]; errors: ParseError[] };
  };
  export default papaparse;
}
