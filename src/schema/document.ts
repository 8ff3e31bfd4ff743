import type * as z from 'zod';

/** A schema, made on first use: loading the module costs nothing. */
export type Lazy<T> = () => z.ZodType<T>;

type Primitive = string | number | boolean | null;

/** A type without `readonly`, and with `string & {}` and its literals folded into `string`. */
type Plain<T> = [string] extends [Extract<T, string>] ? string | PlainRest<Exclude<T, string>> : PlainRest<T>;
type PlainRest<T> = T extends Primitive
  ? T
  : T extends readonly (infer Item)[]
    ? Plain<Item>[]
    : { -readonly [Key in keyof T]: Plain<Exclude<T[Key], undefined>> };

/** `true` only for two types that are the same but for `readonly`; assignable both ways is not enough. */
export type Same<A, B> =
  (<T>() => T extends Plain<A> ? 1 : 2) extends <T>() => T extends Plain<B> ? 1 : 2
    ? true
    : { readonly schema: Plain<A>; readonly model: Plain<B> };

/**
 * Binds a schema to the hand-written type of the model.
 * @param _same `true`; does not compile when what the schema gives and the type differ in any field
 */
export function bound<T, S extends z.ZodType>(build: () => S, _same: Same<z.output<S>, T>): Lazy<T> {
  return once(build as () => unknown as () => z.ZodType<T>);
}

/** Works the value out on the first call and keeps it. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
