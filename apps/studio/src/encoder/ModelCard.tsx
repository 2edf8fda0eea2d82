import type { JSX } from 'preact';
import text from '@cxr-ifa/encoder-small/MODEL-CARD.md?raw';

/** The built-in encoder's model card, as it is in its package. */
export function ModelCard(): JSX.Element {
  return <article class="card">{text.trim().split(/\n{2,}/).map((block, index) => <Block key={index} text={block} />)}</article>;
}

/** A heading, a table or a paragraph: all that the card has. */
function Block({ text: block }: { readonly text: string }): JSX.Element {
  if (block.startsWith('#')) return <h2>{block.replace(/^#+\s*/, '')}</h2>;
  if (!block.startsWith('|')) return <p>{inline(block)}</p>;
  const [header, , ...rows] = block.split('\n').map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));
  return (
    <div class="table" tabIndex={0} role="region" aria-label="Table">
      <table>
        <thead><tr>{header?.map((cell) => <th key={cell} scope="col">{cell}</th>)}</tr></thead>
        <tbody>{rows.map((row, index) => <tr key={index}>{row.map((cell, column) => <td key={column}>{cell}</td>)}</tr>)}</tbody>
      </table>
    </div>
  );
}

/** Bold, italic and code. */
function inline(line: string): (string | JSX.Element)[] {
  return line.split(/(\*\*[^*]+\*\*|\*[^*]+\*|`[^`]+`)/).map((part, index) => {
    if (part.startsWith('**')) return <strong key={index}>{part.slice(2, -2)}</strong>;
    if (part.startsWith('*')) return <em key={index}>{part.slice(1, -1)}</em>;
    return part.startsWith('`') ? <code key={index}>{part.slice(1, -1)}</code> : part;
  });
}
