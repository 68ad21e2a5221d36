/** How long the API takes to answer this page: the median of its last answers. */
import { create } from 'zustand';

const KEPT = 31;

/** Milliseconds; `none` while it does not answer at all. */
export const useAnswering = create<number | 'none' | undefined>(() => undefined);

let took: number[] = [];

export function answered(milliseconds: number): void {
  took = [...took, milliseconds].slice(-KEPT);
  const sorted = [...took].sort((a, b) => a - b);
  useAnswering.setState(sorted[Math.floor(sorted.length / 2)], true);
}

export function unanswered(): void {
  took = [];
  useAnswering.setState('none', true);
}
