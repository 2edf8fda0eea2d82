/** Rows above and below those in sight that exist too, so that scrolling shows no gaps. */
const MARGIN = 2;

/** Which cells of a grid are in sight. */
export function gridWindow(view: { readonly width: number; readonly height: number; readonly top: number }, cell: { readonly width: number; readonly height: number }, count: number): { columns: number; rows: number; first: number; last: number } {
  const columns = Math.max(1, Math.floor(view.width / cell.width));
  const rows = Math.ceil(count / columns);
  const from = Math.max(0, Math.floor(view.top / cell.height) - MARGIN);
  const to = Math.ceil((view.top + view.height) / cell.height) + MARGIN;
  return { columns, rows, first: Math.min(count, from * columns), last: Math.min(count, to * columns) };
}
