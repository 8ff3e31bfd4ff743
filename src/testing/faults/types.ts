import type { MockReply, PageAsk, PageWindow } from '../mock/types.ts';

/** What a fault may use. */
export interface FaultTools {
  /** The runtime's sleep. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** The mock's clock. */
  readonly now: () => string;
  /** Refuses every token given out. */
  readonly expireTokens: () => void;
  /** Aborts when the caller gives up. */
  readonly signal: AbortSignal;
}

/** One way an answer goes wrong. Made by {@link faults}; a mock injects it. Each hook is optional. */
export interface Fault {
  /** For `fired`, and for what a mock spoils in its own way. */
  readonly name: string;
  /** Before the system looks at the request; an answer given here replaces the system's. May throw a network error. */
  readonly before?: (tools: FaultTools) => MockReply | undefined;
  /** Changes which rows are cut. */
  readonly ask?: (ask: PageAsk) => PageAsk;
  /** Changes the page that was cut. */
  readonly page?: <T>(page: PageWindow<T>, rows: readonly T[]) => PageWindow<T>;
  /** Changes the answer while it is still a value. */
  readonly reply?: (reply: MockReply) => MockReply;
  /** Changes the answer once it is bytes. */
  readonly response?: (response: Response, tools: FaultTools) => Response | Promise<Response>;
}

/** Which requests a fault hits. */
export interface FaultWhen {
  /** From the how-manyth matching request on; default 1, the first. */
  readonly nth?: number;
  /** How many requests it hits; default 1. `Infinity`: all from then on. */
  readonly times?: number;
  /** Only requests whose path matches. Default: all. */
  readonly path?: RegExp;
  /** Only requests of this method. Default: all. */
  readonly method?: string;
  /** Default `data`: log-in and discovery stay whole. */
  readonly kind?: 'data' | 'auth' | 'any';
}

/** The faults of one mock. */
export interface FaultControl {
  /**
   * Several faults may be in at once; they work in the order they were put in.
   * @throws {TrueupError} `BAD_OPTIONS` for what is no fault (`faults.reset` without its brackets) or no word of `when`
   */
  readonly inject: (fault: Fault, when?: FaultWhen) => void;
  /** Takes all faults out again. */
  readonly clear: () => void;
  /** How many requests a fault hit; by fault name, or all. */
  readonly fired: (name?: string) => number;
  /** Names of the faults put in that have hit no request. */
  readonly waiting: () => readonly string[];
}
