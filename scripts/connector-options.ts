import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

/** One option of a connector, as its doc comment tells it. */
export interface OptionFact {
  readonly name: string;
  readonly required: boolean;
  /** `null`: it is required. */
  readonly default: string | null;
  readonly meaning: string;
}

/** What the source says of a connector: its factory, and the options this takes. */
export interface FactoryFacts {
  /** What is imported: `nsight`. */
  readonly name: string;
  readonly about: string;
  readonly optionsAbout: string;
  readonly options: readonly OptionFact[];
}

/**
 * Reads the factory and its options from the source of a connector: the entry, and `options.ts` beside it.
 * A comment that is missing, and an option that may be left out and names no default, is an error.
 */
export function factoryFacts(root: string, entry: string): FactoryFacts {
  const files = [entry, join(dirname(entry), 'options.ts')].filter((file) => existsSync(join(root, file)));
  const nodes = files.flatMap((file) => statementsOf(join(root, file)));
  const factory = nodes.filter(ts.isFunctionDeclaration).find(isExported);
  const type = factory?.parameters[0]?.type;
  if (!factory?.name || !type) throw new Error(`${entry} exports no factory that takes options`);
  const options = nodes.filter(ts.isInterfaceDeclaration).find((node) => node.name.text === type.getText());
  if (!options) throw new Error(`${entry}: the interface ${type.getText()} is not declared here`);
  return {
    name: factory.name.text,
    about: commentOf(factory, entry),
    optionsAbout: commentOf(options, entry),
    options: options.members.filter(ts.isPropertySignature).map((member) => optionFact(member, entry)),
  };
}

function statementsOf(path: string): readonly ts.Statement[] {
  return ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true).statements;
}

function isExported(node: ts.FunctionDeclaration): boolean {
  return node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
}

/** The text of the doc comment on one line, without its tags. */
function commentOf(node: ts.Node, entry: string): string {
  const texts = ts
    .getJSDocCommentsAndTags(node)
    .filter(ts.isJSDoc)
    .map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? '');
  const text = texts.join(' ').replace(/\s+/g, ' ').trim();
  if (text === '') throw new Error(`${entry}: no doc comment on ${node.getText().split('\n')[0]}`);
  return text;
}

/** The sentence that tells the default; it may name an address or a version, so a dot within a word ends nothing. */
const DEFAULT = /(?:^|(?<=\. ))Default:? (.+?)\.(?: |$)/;

function optionFact(member: ts.PropertySignature, entry: string): OptionFact {
  const name = member.name.getText();
  const text = commentOf(member, entry);
  const required = member.questionToken === undefined;
  const found = DEFAULT.exec(text);
  if (required !== (found === null)) {
    throw new Error(`${entry}: ${name} is ${required ? 'required and has' : 'optional and lacks'} a default`);
  }
  const meaning = text.replace(DEFAULT, '').trim();
  if (meaning === '') throw new Error(`${entry}: the comment on ${name} tells the default only`);
  return { name, required, default: found?.[1] ?? null, meaning };
}
