import { TrueupError } from '../model/errors.ts';

/** A file's content: whole, or in pieces from a file, a request or an upload. */
export type CsvInput =
  | string
  | Uint8Array
  | AsyncIterable<string | Uint8Array>
  | ReadableStream<string | Uint8Array>;

const PIECE = 65_536;

/**
 * The content as text, in pieces of a bounded size. A byte order mark tells the encoding and is taken away.
 * @throws {TrueupError} `BAD_INPUT` for bytes that are not text of the encoding: no letter is ever guessed.
 */
export async function* textOf(input: CsvInput, encoding: string): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  let first = true;
  for await (const chunk of chunksOf(input)) {
    for (let at = 0; at < chunk.length; at += PIECE) {
      const piece = chunk.slice(at, at + PIECE);
      if (typeof piece === 'string') {
        yield first ? piece.replace(/^\uFEFF/, '') : piece;
      } else {
        decoder ??= decoderFor(piece, encoding);
        yield decode(decoder, piece, encoding);
      }
      first = false;
    }
  }
  if (decoder) yield decode(decoder, undefined, encoding);
}

async function* chunksOf(input: CsvInput): AsyncGenerator<string | Uint8Array> {
  if (typeof input === 'string' || input instanceof Uint8Array) yield input;
  // Not every runtime's streams are iterable; all have readers.
  else if ('getReader' in input) {
    const reader = input.getReader();
    try {
      for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
    } finally {
      await reader.cancel();
    }
  } else yield* input;
}

function decoderFor(start: Uint8Array, encoding: string): TextDecoder {
  const label = start[0] === 0xff && start[1] === 0xfe ? 'utf-16le' : encoding;
  try {
    return new TextDecoder(label, { fatal: true });
  } catch {
    throw new TrueupError('BAD_OPTIONS', `Unknown encoding "${encoding}".`);
  }
}

function decode(decoder: TextDecoder, piece: Uint8Array | undefined, encoding: string): string {
  try {
    return piece ? decoder.decode(piece, { stream: true }) : decoder.decode();
  } catch {
    throw new TrueupError(
      'BAD_INPUT',
      `The file is not ${encoding} text. Say what it is, for example encoding: 'windows-1252'.`,
    );
  }
}
