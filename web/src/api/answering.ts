/** How long the API takes to answer this page: the median of its last answers. */
import { create } from 'zustand';

const KEPT = 31;

export const useAnswering = create<number | undefined>(() => undefined);

let took: number[] = [];

/** Count one answer, in milliseconds. */
export function answered(milliseconds: number): void {
  took = [...took, milliseconds].slice(-KEPT);
  const sorted = [...took].sort((a, b) => a - b);
  useAnswering.setState(sorted[Math.floor(sorted.length / 2)], true);
}
