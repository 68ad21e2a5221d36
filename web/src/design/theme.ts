/** Dark first; light for who asks for it. Remembered in this browser. */
import { create } from 'zustand';

export type Theme = 'dark' | 'light';
const KEPT = 'janym.theme';

function show(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
}

export const useTheme = create<{ readonly theme: Theme }>(() => {
  const theme: Theme = localStorage.getItem(KEPT) === 'light' ? 'light' : 'dark';
  show(theme);
  return { theme };
});

export function chooseTheme(theme: Theme): void {
  localStorage.setItem(KEPT, theme);
  show(theme);
  useTheme.setState({ theme });
}
