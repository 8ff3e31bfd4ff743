export { compareLicenses, licenseTrend } from './licenses.ts';
export { threeWay } from './three-way.ts';
export type * from './types.ts';
