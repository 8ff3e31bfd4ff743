import { TrueupError } from '../model/errors.ts';

/** A file's content: whole, or in pieces from a file, a request or an upload. */
export type CsvInput =
  | string
  | Uint8Array
  | AsyncIterable<string | Uint8Array>
  | ReadableStream<string | Uint8Array>;

const PIECE = 65_536;

/**
 * The content as text, in pieces of a bounded size. The byte order mark of UTF-8 or UTF-16 tells the encoding, whatever
 * `encoding` says, and is taken away.
 * @throws {TrueupError} `BAD_INPUT` for bytes that are not text of the encoding: no letter is ever guessed.
 */
export async function* textOf(input: CsvInput, encoding: string): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  let start: Uint8Array = new Uint8Array();
  let first = true;
  let half = '';
  for await (const chunk of chunksOf(input)) {
    for (let at = 0; at < chunk.length; at += PIECE) {
      const piece = chunk.slice(at, at + PIECE);
      if (typeof piece === 'string') {
        // The reader takes bytes: half a character at the end of a piece has none and waits for its other half.
        const text = half + (first ? piece.replace(/^\uFEFF/, '') : piece);
        half = /^[\ud800-\udbff]$/.test(text.slice(-1)) ? text.slice(-1) : '';
        yield text.slice(0, text.length - half.length);
      } else if (decoder) yield decode(decoder, piece);
      else {
        // A mark may come in pieces.
        start = start.length > 0 ? joined(start, piece) : piece;
        if (start.length < LONGEST_MARK) continue;
        decoder = decoderFor(start, encoding);
        yield decode(decoder, start);
      }
      first = false;
    }
  }
  if (half !== '') yield half;
  if (!decoder && start.length > 0) {
    decoder = decoderFor(start, encoding);
    yield decode(decoder, start);
  }
  if (decoder) yield decode(decoder);
}

async function* chunksOf(input: CsvInput): AsyncGenerator<string | Uint8Array> {
  for await (const chunk of rawChunksOf(input)) {
    // Not by its class: bytes of another realm are bytes too.
    if (typeof chunk !== 'string' && !ArrayBuffer.isView(chunk)) throw notText();
    yield chunk as string | Uint8Array;
  }
}

function notText(): TrueupError {
  return new TrueupError(
    'BAD_INPUT',
    'The file must be a text, a Uint8Array, or a stream or async iterable of either; of a Blob give stream().',
  );
}

async function* rawChunksOf(input: CsvInput): AsyncGenerator<unknown> {
  if (typeof input === 'string' || input instanceof Uint8Array) yield input;
  else if (typeof input !== 'object' || input === null) throw notText();
  // Not every runtime's streams are iterable; all have readers.
  else if ('getReader' in input) {
    const reader = input.getReader();
    try {
      for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
    } finally {
      await reader.cancel();
    }
  } else if (Symbol.asyncIterator in input || Symbol.iterator in input) yield* input;
  else throw notText();
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const whole = new Uint8Array(a.length + b.length);
  whole.set(a);
  whole.set(b, a.length);
  return whole;
}

const MARKS: readonly { readonly bytes: readonly number[]; readonly encoding: string }[] = [
  { bytes: [0xef, 0xbb, 0xbf], encoding: 'utf-8' },
  { bytes: [0xff, 0xfe], encoding: 'utf-16le' },
  { bytes: [0xfe, 0xff], encoding: 'utf-16be' },
];
const LONGEST_MARK = 3;

function decoderFor(start: Uint8Array, encoding: string): TextDecoder {
  const mark = MARKS.find(({ bytes }) => bytes.every((byte, at) => start[at] === byte));
  const label = mark?.encoding ?? encoding;
  try {
    return new TextDecoder(label, { fatal: true });
  } catch {
    throw new TrueupError('BAD_OPTIONS', `Unknown encoding "${encoding}".`);
  }
}

function decode(decoder: TextDecoder, piece?: Uint8Array): string {
  try {
    return piece ? decoder.decode(piece, { stream: true }) : decoder.decode();
  } catch {
    throw new TrueupError(
      'BAD_INPUT',
      `The file is not ${decoder.encoding} text. Say what it is, for example encoding: 'windows-1252'.`,
    );
  }
}
