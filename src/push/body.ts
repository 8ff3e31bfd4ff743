import type { Runtime } from '../transport/runtime.ts';

/** Bounds of one request's body. */
export interface BodyLimits {
  readonly maxBodyBytes: number;
  readonly bodyTimeoutMs: number;
}

/** A refusal: status and text, both safe to show. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
}

const MAX_DEPTH = 8;

/** Reads a JSON body within the bounds, or says why not. The stream is let go of either way. */
export async function readJson(
  request: Request,
  limits: BodyLimits,
  sleep: Runtime['sleep'],
): Promise<{ readonly value: unknown } | Refusal> {
  const tooLarge = { status: 413, message: `The body is larger than ${limits.maxBodyBytes} bytes.` };
  if (Number(request.headers.get('content-length')) > limits.maxBodyBytes) return tooLarge;
  const reader = request.body?.getReader();
  if (!reader) return { status: 400, message: 'A JSON body is required.' };

  const done = new AbortController();
  let timedOut = false;
  // Also the reader ends when the time is up, so that a sender who trickles bytes holds nothing.
  const timer = sleep(limits.bodyTimeoutMs, done.signal).then(
    () => {
      timedOut = true;
      return reader.cancel();
    },
    () => undefined,
  );
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { value, done: end } = await reader.read();
      if (end) break;
      size += value.byteLength;
      if (size > limits.maxBodyBytes) {
        await reader.cancel();
        return tooLarge;
      }
      chunks.push(value);
    }
  } catch {
    return timedOut ? LATE : { status: 400, message: 'The body could not be read.' };
  } finally {
    // With a reason of its own: making the default one costs more than the rest of the request.
    done.abort('read');
    timer.catch(() => undefined);
  }
  if (timedOut) return LATE;
  return parse(chunks, size);
}

const LATE: Refusal = { status: 408, message: 'The body did not arrive in time.' };

function parse(chunks: readonly Uint8Array[], size: number): { readonly value: unknown } | Refusal {
  const notJson = { status: 400, message: 'The body is not valid JSON.' };
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(joined(chunks, size));
    if (depthOver(text, MAX_DEPTH)) return { status: 400, message: 'The body is nested too deeply.' };
    return { value: JSON.parse(text) };
  } catch {
    return notJson;
  }
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  if (chunks.length === 1 && chunks[0]) return chunks[0];
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.byteLength;
  }
  return all;
}

/** True when brackets outside strings nest deeper than `limit`. */
function depthOver(text: string, limit: number): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '"') {
      for (i++; i < text.length && text[i] !== '"'; i++) if (text[i] === '\\') i++;
    } else if (char === '{' || char === '[') {
      if (++depth > limit) return true;
    } else if (char === '}' || char === ']') depth--;
  }
  return false;
}
