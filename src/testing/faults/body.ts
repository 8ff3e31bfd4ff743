import type { FaultTools } from './types.ts';

const bytesOf = async (response: Response): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await response.arrayBuffer());

function withBody(response: Response, body: ReadableStream<Uint8Array<ArrayBuffer>>): Response {
  const headers = new Headers(response.headers);
  headers.delete('content-length');
  return new Response(body, { status: response.status, headers });
}

/** Half of the body, then an error. */
export async function breakBody(response: Response): Promise<Response> {
  const bytes = await bytesOf(response);
  let sent = false;
  return withBody(
    response,
    new ReadableStream({
      pull(controller) {
        if (sent) controller.error(new TypeError('terminated'));
        else controller.enqueue(bytes.slice(0, Math.ceil(bytes.length / 2)));
        sent = true;
      },
    }),
  );
}

/** Half of the body, a wait, the rest. */
export async function slowBody(response: Response, tools: FaultTools, ms: number): Promise<Response> {
  const bytes = await bytesOf(response);
  const half = Math.ceil(bytes.length / 2);
  let part = 0;
  return withBody(
    response,
    new ReadableStream({
      async pull(controller) {
        if (part === 0) controller.enqueue(bytes.slice(0, half));
        else {
          await tools.sleep(ms, tools.signal);
          if (half < bytes.length) controller.enqueue(bytes.slice(half));
          controller.close();
        }
        part++;
      },
    }),
  );
}

/** Half of the body, and then nothing until the caller gives up. */
export async function stallBody(response: Response, tools: FaultTools): Promise<Response> {
  const bytes = await bytesOf(response);
  return withBody(
    response,
    new ReadableStream({
      start(controller) {
        controller.enqueue(bytes.slice(0, Math.ceil(bytes.length / 2)));
        const abort = (): void => controller.error(tools.signal.reason);
        if (tools.signal.aborted) abort();
        else tools.signal.addEventListener('abort', abort, { once: true });
      },
    }),
  );
}

const CHUNK = 256 * 1024;

/** The body edited, after `padding` bytes of white space sent in pieces. */
export async function replaceBody(
  response: Response,
  edit: (text: string) => string,
  padding = 0,
): Promise<Response> {
  const rest = new TextEncoder().encode(edit(new TextDecoder().decode(await bytesOf(response))));
  let left = padding;
  return withBody(
    response,
    new ReadableStream({
      pull(controller) {
        if (left > 0) {
          controller.enqueue(new Uint8Array(Math.min(CHUNK, left)).fill(0x20));
          left -= CHUNK;
          return;
        }
        if (rest.length > 0) controller.enqueue(rest);
        controller.close();
      },
    }),
  );
}
