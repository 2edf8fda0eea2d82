/**
 * The first key that stands twice in one object of a JSON text, or `undefined`. `JSON.parse` keeps the last one and says nothing,
 * so that two readers of one file may see two different files.
 *
 * @param json A text that `JSON.parse` accepts.
 */
export function repeatedKey(json: string): string | undefined {
  const open: Set<string>[] = [];
  for (const [token, key] of json.matchAll(/"((?:[^"\\]|\\.)*)"\s*:|"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (key !== undefined) {
      const name = JSON.parse(`"${key}"`) as string; // two spellings of one key are the same key
      const keys = open.at(-1) as Set<string>;
      if (keys.has(name)) return name;
      keys.add(name);
    }
  }
  return undefined;
}
