/** One event, as TensorBoard's `event.proto` has them. */
export interface Event {
  /** Seconds since 1970. */
  readonly wallTime: number;
  readonly step?: number;
  /** What the event is: the file's first one, the (re)start of a run, or numbers and a text by their tags. */
  readonly what:
    | { readonly fileVersion: string }
    | { readonly sessionStart: true }
    | { readonly scalars: readonly (readonly [tag: string, value: number])[] }
    | { readonly text: readonly [tag: string, markdown: string] };
}

const SESSION_START = 1;
const DT_STRING = 7;

/**
 * Protocol buffer of an event.
 *
 * @see tensorboard/compat/proto: event.proto, summary.proto, tensor.proto
 */
export function encodeEvent({ wallTime, step = 0, what }: Event): Uint8Array {
  const head = concatBytes([double(1, wallTime), ...(step === 0 ? [] : [varint(2, step)])]); // a 0 is left out, as protocol buffers do
  if ('fileVersion' in what) return concatBytes([head, text(3, what.fileVersion)]);
  if ('sessionStart' in what) return concatBytes([head, message(7, [varint(1, SESSION_START)])]);
  if ('text' in what) {
    const [tag, markdown] = what.text;
    const metadata = message(9, [message(1, [text(1, 'text')])]); // SummaryMetadata.plugin_data.plugin_name
    const tensor = message(8, [varint(1, DT_STRING), message(2, [message(2, [varint(1, 1)])]), text(8, markdown)]); // dtype, shape [1], string_val
    return concatBytes([head, message(5, [message(1, [text(1, tag), tensor, metadata])])]);
  }
  return concatBytes([head, message(5, what.scalars.map(([tag, value]) => message(1, [text(1, tag), float(2, value)])))]);
}

const utf8 = new TextEncoder();

function varintBytes(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value; // not by bit operations: steps may exceed 32 bits
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Uint8Array.from([...bytes, rest]);
}

function varint(field: number, value: number): Uint8Array {
  return concatBytes([varintBytes(field * 8), varintBytes(value)]);
}

function double(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return concatBytes([varintBytes(field * 8 + 1), bytes]);
}

function float(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return concatBytes([varintBytes(field * 8 + 5), bytes]);
}

function bytesField(field: number, bytes: Uint8Array): Uint8Array {
  return concatBytes([varintBytes(field * 8 + 2), varintBytes(bytes.length), bytes]);
}

function text(field: number, value: string): Uint8Array {
  return bytesField(field, utf8.encode(value));
}

function message(field: number, parts: readonly Uint8Array[]): Uint8Array {
  return bytesField(field, concatBytes(parts));
}

function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}
