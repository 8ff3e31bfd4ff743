import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root: string = new URL('../..', import.meta.url).pathname;

/** One ```ts block of a page. */
export interface Snippet {
  /** `docs/mapping.md:12`: where the code starts, as an editor opens it. */
  readonly at: string;
  readonly page: string;
  /** The page's line of the code's first line, from 1. */
  readonly line: number;
  readonly code: string;
  /** Why it cannot run here; `null`: it runs. */
  readonly noRun: string | null;
  /** What it must print: the ```text output block right after it. */
  readonly output: string | null;
}

/** A fence of a page, whatever its language. */
interface Block {
  readonly info: string;
  readonly line: number;
  readonly endLine: number;
  readonly text: string;
}

/** README and every page under docs, but not the generated reference. */
export function pages(): string[] {
  return ['README.md', ...globSync('docs/*.md', { cwd: root }).sort()];
}

/** The fenced blocks of a page. An indented fence (in a list) loses its indent. */
function blocksOf(text: string): Block[] {
  const found: Block[] = [];
  let open: { fence: string; indent: string; info: string; line: number; rows: string[] } | null = null;
  for (const [index, row] of text.split('\n').entries()) {
    const match = /^(\s*)(`{3,}|~{3,})\s*(.*?)\s*$/.exec(row);
    if (open === null) {
      if (match) {
        open = {
          indent: match[1] ?? '',
          fence: match[2] ?? '',
          info: match[3] ?? '',
          line: index + 2,
          rows: [],
        };
      }
    } else if (match && match[3] === '' && (match[2] ?? '').startsWith(open.fence)) {
      found.push({ info: open.info, line: open.line, endLine: index + 1, text: open.rows.join('\n') });
      open = null;
    } else {
      open.rows.push(row.startsWith(open.indent) ? row.slice(open.indent.length) : row);
    }
  }
  if (open) throw new Error(`a fence opened on line ${open.line - 1} is never closed`);
  return found;
}

/** The snippets of one page. A tag this runner does not know is an error: a block must not escape by a typo. */
export function snippetsOf(page: string, text: string): Snippet[] {
  const blocks = blocksOf(text);
  const found: Snippet[] = [];
  for (const [index, block] of blocks.entries()) {
    const [language = '', ...tags] = block.info.split(/\s+/);
    const at = `${page}:${block.line}`;
    if (/^(typescript|tsx|js|jsx|javascript|mjs|mts)$/i.test(language)) {
      throw new Error(`${at}: write code as \`\`\`ts, so that it is checked; found \`\`\`${language}`);
    }
    if (language !== 'ts') continue;
    const [tag, ...reason] = tags;
    if (tag !== undefined && tag !== 'no-run') throw new Error(`${at}: unknown tag "${tag}" after ts`);
    if (tag === 'no-run' && reason.length === 0) throw new Error(`${at}: no-run needs a reason`);
    const next = blocks[index + 1];
    const adjoins =
      next?.info === 'text output' &&
      text
        .split('\n')
        .slice(block.endLine, next.line - 2)
        .every((row) => row.trim() === '');
    found.push({
      at,
      page,
      line: block.line,
      code: block.text,
      noRun: tag === 'no-run' ? reason.join(' ') : null,
      output: adjoins ? next.text : null,
    });
  }
  return found;
}

/** Every snippet of every page. */
export function allSnippets(): Snippet[] {
  return pages().flatMap((page) => snippetsOf(page, readFileSync(join(root, page), 'utf8')));
}
