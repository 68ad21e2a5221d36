/** How far a price moved, as a fraction with six places; null from a price of nothing. */
export function change(from: string, to: string): string | null {
  const [before, after] = [Number(from), Number(to)];
  if (!(before > 0)) return null;
  return ((after - before) / before).toFixed(6);
}
