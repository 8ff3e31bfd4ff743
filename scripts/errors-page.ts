import { errorCodes } from '../src/model/errors.ts';
import { problemCodes } from './problem-codes.ts';

/** `docs/errors.md`, made from the code table and from the source. */
export function errorsPage(root: string): string {
  const errors = Object.entries(errorCodes).map(
    ([code, { meaning, fix }]) => `### ${code}\n\n${meaning} ${fix}\n`,
  );
  const problems = problemCodes(root).map(({ code, files, messages }) => {
    const rooms = [...new Set(files.map((file) => file.split('/')[1] ?? ''))];
    const lines = messages.map((message) => `- ${message === '…' ? 'See the message.' : message}`);
    return `### ${code}\n\nFrom ${rooms.map((room) => `\`${room}\``).join(', ')}.\n\n${lines.join('\n')}\n`;
  });
  return `# Errors and problems

This page is made by \`npm run docs\` from the source. Do not edit it by hand.

trueup tells you of trouble in two ways:

- **Exceptions** for what stops a call: a refused log-in, a broken answer, a wrong argument. There is one class, \`TrueupError\`, with a \`code\` from the first list.
- **Problems** for faults in data: values with a \`code\` from the second list, the ids concerned and the path. The call goes on with the rest, and nothing is guessed.

\`\`\`ts
import { TrueupError } from 'trueup';
import { parsePsaSnapshot } from 'trueup/schema';

try {
  parsePsaSnapshot({});
} catch (error) {
  if (TrueupError.is(error, 'BAD_INPUT')) console.log(error.code, error.retryable);
}
\`\`\`

\`\`\`text output
BAD_INPUT false
\`\`\`

Use \`TrueupError.is\`, not \`instanceof\`: it also knows an error made by another copy of the library. \`retryable\` says whether the same call may succeed later without any change, and \`retryAt\` not before when. An error never carries a secret (of four characters or more), an address with its query string, a whole payload or the error of another library. It may quote up to 200 characters of the vendor's own error message, and a value of up to 40 characters that failed a check.

## Codes of exceptions

${errors.join('\n')}
## Codes of problems

\`…\` stands for an id, a number or a name.

${problems.join('\n')}`;
}
