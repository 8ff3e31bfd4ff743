import { globSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** A problem code found in the source, with what its messages say. */
export interface FoundProblem {
  readonly code: string;
  /** The files under `src/` that name it. */
  readonly files: readonly string[];
  /** The message; `…` stands for what differs from case to case. */
  readonly messages: readonly string[];
}

/** What the parameters of the helpers on the way are bound to. */
type Scope = ReadonlyMap<ts.Symbol, ts.Expression>;

const NOTHING: Scope = new Map();

/**
 * Every `Problem` the source makes: object literals with `code`, `message` and `severity`. Where a helper makes
 * it from its parameters, every call of the helper is followed.
 * @throws when a code is not known before the program runs: such a code could not be documented
 */
export function problemCodes(root: string): FoundProblem[] {
  const files = globSync('src/**/*.ts', { cwd: root })
    .map((file) => join(root, file))
    .sort();
  const config = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config.config, include: [] }, ts.sys, root);
  const program = ts.createProgram(files, options);
  const checker = program.getTypeChecker();
  const sources = program.getSourceFiles().filter(({ fileName }) => files.includes(fileName));
  const found = new Map<string, { files: Set<string>; messages: Set<string> }>();

  const calls = new Map<ts.Node, ts.CallExpression[]>();
  for (const source of sources) {
    visit(source, (node) => {
      if (!ts.isCallExpression(node)) return;
      const target = checker.getResolvedSignature(node)?.declaration;
      if (target) calls.set(target, [...(calls.get(target) ?? []), node]);
    });
  }

  const symbolOf = (node: ts.Node): ts.Symbol | undefined => {
    const parent = node.parent;
    return ts.isShorthandPropertyAssignment(parent)
      ? checker.getShorthandAssignmentValueSymbol(parent)
      : checker.getSymbolAtLocation(node);
  };

  /** The text of an expression, `…` for what is only known at run time. */
  const render = (node: ts.Expression, scope: Scope): string => {
    if (ts.isStringLiteralLike(node)) return node.text;
    if (ts.isParenthesizedExpression(node)) return render(node.expression, scope);
    if (ts.isTemplateExpression(node)) {
      const spans = node.templateSpans.map((span) => render(span.expression, scope) + span.literal.text);
      return node.head.text + spans.join('');
    }
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
      return render(node.left, scope) + render(node.right, scope);
    }
    if (ts.isIdentifier(node)) {
      const symbol = symbolOf(node);
      const bound = symbol && scope.get(symbol);
      // Without the symbol itself, else a helper that calls itself never ends.
      if (symbol && bound) return render(bound, without(scope, symbol));
      const declared = symbol?.valueDeclaration;
      if (declared && ts.isVariableDeclaration(declared) && declared.initializer) {
        const isConst = (ts.getCombinedNodeFlags(declared) & ts.NodeFlags.Const) !== 0;
        if (isConst) return render(declared.initializer, scope);
      }
    }
    return '…';
  };

  /** The codes an expression can be, or `null` when only the program's run knows. */
  const codesOf = (node: ts.Expression, scope: Scope): string[] | null => {
    const text = render(node, scope);
    if (!text.includes('…')) return [text];
    if (ts.isTemplateExpression(node)) {
      let texts = [node.head.text];
      for (const span of node.templateSpans) {
        const parts = codesOf(span.expression, scope);
        if (!parts) return null;
        texts = texts.flatMap((before) => parts.map((part) => before + part + span.literal.text));
      }
      return texts;
    }
    if (ts.isConditionalExpression(node)) {
      const sides = [codesOf(node.whenTrue, scope), codesOf(node.whenFalse, scope)];
      return sides.every((side) => side !== null) ? sides.flat() : null;
    }
    const bound = ts.isIdentifier(node) ? scope.get(symbolOf(node) as ts.Symbol) : undefined;
    if (bound) return codesOf(bound, scope);
    const type = checker.getTypeAtLocation(node);
    const parts = type.isUnion() ? type.types : [type];
    return parts.every((part) => part.isStringLiteral())
      ? parts.map((part) => (part as ts.StringLiteralType).value)
      : null;
  };

  const record = (literal: ts.ObjectLiteralExpression, at: ts.Node, scope: Scope): boolean => {
    const code = property(literal, 'code');
    const message = property(literal, 'message');
    const codes = code && codesOf(code, scope);
    if (!codes) return false;
    for (const name of codes) {
      const entry = found.get(name) ?? { files: new Set(), messages: new Set() };
      found.set(name, entry);
      entry.files.add(at.getSourceFile().fileName.slice(root.length).replace(/^\//, ''));
      entry.messages.add(tidy(message ? render(message, scope) : '…'));
    }
    return true;
  };

  /** The calls of a function; for one handed over as a value (a callback), the calls through its declared type. */
  const callersOf = (helper: Helper): readonly ts.CallExpression[] => {
    const declared = ts.isFunctionDeclaration(helper)
      ? undefined
      : checker.getContextualType(helper)?.getCallSignatures()[0]?.declaration;
    return [...(calls.get(helper) ?? []), ...((declared && calls.get(declared)) ?? [])];
  };

  /** Records the literal; when its code is a parameter's, once for every call of the function, and so on up. */
  const follow = (literal: ts.ObjectLiteralExpression, at: ts.Node, scope: Scope, depth: number): void => {
    const helper = ts.findAncestor(at, isHelper);
    const parameters = helper?.parameters ?? [];
    if (helper && depth < 6 && dependsOn(literal, scope, parameters)) {
      const callers = callersOf(helper);
      // Called by users only: what depends on their arguments is not known here.
      if (callers.length === 0) record(literal, at, scope);
      for (const call of callers) {
        const bound = new Map(scope);
        for (const [index, parameter] of parameters.entries()) {
          const symbol = checker.getSymbolAtLocation(parameter.name);
          const value = call.arguments[index];
          if (symbol && value) bound.set(symbol, value);
        }
        follow(literal, call, bound, depth + 1);
      }
      return;
    }
    if (!record(literal, at, scope)) {
      const { line } = literal.getSourceFile().getLineAndCharacterOfPosition(literal.getStart());
      throw new Error(`${literal.getSourceFile().fileName}:${line + 1}: cannot tell the problem's code`);
    }
  };

  const dependsOn = (
    literal: ts.ObjectLiteralExpression,
    scope: Scope,
    parameters: readonly ts.ParameterDeclaration[],
  ): boolean => {
    const symbols = new Set(parameters.map((parameter) => checker.getSymbolAtLocation(parameter.name)));
    let uses = false;
    const look = (node: ts.Node, within: Scope): void => {
      visit(node, (part) => {
        if (!ts.isIdentifier(part)) return;
        const symbol = symbolOf(part);
        if (symbols.has(symbol)) uses = true;
        const bound = symbol && within.get(symbol);
        if (symbol && bound) look(bound, without(within, symbol));
      });
    };
    for (const name of ['code', 'message']) {
      const value = property(literal, name);
      if (value) look(value, scope);
    }
    return uses;
  };

  for (const source of sources) {
    visit(source, (node) => {
      if (!ts.isObjectLiteralExpression(node)) return;
      const code = property(node, 'code');
      if (!code || !property(node, 'message') || !property(node, 'severity')) return;
      if (isText(checker.getTypeAtLocation(code))) follow(node, node, NOTHING, 0);
    });
  }
  return [...found]
    .map(([code, entry]) => ({ code, files: [...entry.files].sort(), messages: [...entry.messages].sort() }))
    .sort((a, b) => (a.code < b.code ? -1 : 1));
}

type Helper = ts.FunctionDeclaration | ts.ArrowFunction | ts.FunctionExpression;
const isHelper = (node: ts.Node): node is Helper =>
  ts.isFunctionDeclaration(node) || ts.isArrowFunction(node) || ts.isFunctionExpression(node);

const without = (scope: Scope, symbol: ts.Symbol): Scope =>
  new Map([...scope].filter(([key]) => key !== symbol));

const isText = (type: ts.Type): boolean =>
  (type.isUnion() ? type.types : [type]).every((part) => (part.flags & ts.TypeFlags.StringLike) !== 0);

function visit(node: ts.Node, look: (node: ts.Node) => void): void {
  look(node);
  ts.forEachChild(node, (child) => visit(child, look));
}

function property(literal: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined {
  for (const entry of literal.properties) {
    if (ts.isPropertyAssignment(entry) && entry.name.getText() === name) return entry.initializer;
    if (ts.isShorthandPropertyAssignment(entry) && entry.name.text === name) return entry.name;
  }
  return undefined;
}

const tidy = (text: string): string =>
  text.replace(/…+/g, '…').replace(/\s+/g, ' ').replace(/\|/g, '\\|').trim();
