/** The folder that a file was opened with; nothing for a file that was opened by itself. */
export function folderOf(path: string): string | undefined {
  return path.split('/').slice(0, -1).join('/') || undefined;
}
