import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

/** Mounts a web-standard handler in `node:http`. No framework, no package. */
export function listener(handler: (request: Request) => Promise<Response>): RequestListener {
  return async (incoming, outgoing) => {
    const request = toRequest(incoming);
    await answer(request ? await handler(request) : new Response(null, { status: 400 }), incoming, outgoing);
  };
}

function toRequest(incoming: IncomingMessage): Request | null {
  const { method = 'GET', url = '/' } = incoming;
  const hasBody = method !== 'GET' && method !== 'HEAD';
  try {
    return new Request(`http://localhost${url}`, {
      method,
      headers: incoming.headersDistinct as unknown as Record<string, string>,
      ...(hasBody ? { body: bodyOf(incoming), duplex: 'half' } : {}),
    } as RequestInit);
  } catch {
    return null;
  }
}

/** The body as a web stream. Cancelling it stops reading and leaves the socket open for the answer. */
function bodyOf(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  let over = false;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const end = (finish: () => void) => () => {
        if (!over) finish();
        over = true;
      };
      incoming.on('data', (chunk: Uint8Array) => {
        if (over) return;
        controller.enqueue(chunk);
        if ((controller.desiredSize ?? 0) <= 0) incoming.pause();
      });
      incoming.on(
        'end',
        end(() => controller.close()),
      );
      incoming.on(
        'close',
        end(() => controller.error(new Error('The connection broke.'))),
      );
      incoming.on(
        'error',
        end(() => controller.error(new Error('The connection broke.'))),
      );
      incoming.pause();
    },
    pull() {
      incoming.resume();
    },
    cancel() {
      over = true;
      incoming.pause();
    },
  });
}

async function answer(
  response: Response,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const body = await response.text();
  for (const [name, value] of response.headers) outgoing.setHeader(name, value);
  outgoing.setHeader('content-length', Buffer.byteLength(body));
  // A sender that was refused in the middle of its body must not go on sending it for nothing.
  const unread = !incoming.complete;
  if (unread) outgoing.setHeader('connection', 'close');
  outgoing.writeHead(response.status).end(body, () => unread && incoming.destroy());
}
