import { parseJson } from './json.ts';
import type { TransportDeclaration } from './wire.ts';

/** Why a body is not what was expected; the words go into a `BAD_CONTENT` message. */
export type Decoded = { readonly body: unknown } | { readonly fault: string };

/** Reads at most `max` bytes as text. `null` when there are more: the stream is then cancelled. */
export async function readText(response: Response, max: number): Promise<string | null> {
  if (!response.body) return '';
  const reader = response.body.getReader();
  const decoder = decoderFor(response.headers.get('content-type'));
  const parts: string[] = [];
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    bytes += value.byteLength;
    if (bytes > max) {
      await reader.cancel();
      return null;
    }
    parts.push(decoder.decode(value, { stream: true }));
  }
  return parts.join('') + decoder.decode();
}

/** UTF-8 where no charset is named, or one that is unknown. */
function decoderFor(contentType: string | null): TextDecoder {
  const label = /;\s*charset\s*=\s*"?([^";,\s]+)/i.exec(contentType ?? '')?.[1];
  try {
    return new TextDecoder(label);
  } catch {
    return new TextDecoder();
  }
}

/** Text → value, in the form the system answers in. An empty body is `null`. */
export function decode(
  text: string,
  contentType: string | null,
  form: NonNullable<TransportDeclaration['answers']>,
): Decoded | Promise<Decoded> {
  const start = text.trimStart();
  if (start === '') return { body: null };
  if (/^text\/html\b/i.test(contentType ?? '') || /^<(?:!doctype html|html)\b/i.test(start)) {
    return { fault: 'an HTML page' };
  }
  return form === 'json' ? decodeJson(start) : decodeXml(start, form.xml.lists);
}

function decodeJson(text: string): Decoded {
  try {
    return { body: parseJson(text) };
  } catch {
    return { fault: text.startsWith('<') ? 'markup instead of JSON' : 'cut off or not JSON' };
  }
}

async function decodeXml(text: string, lists: readonly string[]): Promise<Decoded> {
  if (!text.startsWith('<')) return { fault: 'not XML' };
  // A document type can declare entities that grow without bound or read files; no API needs one.
  if (/<!DOCTYPE|<!ENTITY/i.test(text)) return { fault: 'XML with a document type' };
  // Loaded with the first such answer: most systems speak JSON and need no XML parser.
  const { XMLParser } = await import('fast-xml-parser');
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    parseTagValue: false,
    parseAttributeValue: false,
    ignoreDeclaration: true,
    // Without it `&#252;` stays as it is; there is no document type, so nothing expands further.
    htmlEntities: true,
    isArray: (_name, path) => lists.includes(String(path)),
  });
  try {
    return { body: parser.parse(text, true) };
  } catch {
    return { fault: 'cut off or not XML' };
  }
}
