/**
 * The pure core: values in, values out. No I/O, no clock, no randomness, no locale.
 * @module
 */
export * from './compare/index.ts';
export * from './diagnose/index.ts';
export * from './mapping/index.ts';
export * from './model/index.ts';
export * from './reconcile/index.ts';
export * from './review/index.ts';
