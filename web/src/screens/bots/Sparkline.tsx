/** The profit's course as a line the size of a word. */
import { useTranslation } from 'react-i18next';
import { useMetrics } from './queries';

const WIDTH = 90;
const HEIGHT = 22;

export function Sparkline({ bot, name }: { readonly bot: string; readonly name: string }) {
  const { t } = useTranslation('bots');
  const metrics = useMetrics(bot, '5m');
  const values = metrics.data?.items.map((each) => Number(each.pnl.total)) ?? [];
  if (values.length < 2) return <span className="text-muted">—</span>;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const points = values
    .map((value, place) => {
      const x = (place / (values.length - 1)) * WIDTH;
      const y = HEIGHT - 1 - ((value - low) / (high - low || 1)) * (HEIGHT - 2);
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    })
    .join(' ');
  return (
    <svg width={WIDTH} height={HEIGHT} role="img" aria-label={t('curve_of', { name })}>
      <polyline points={points} fill="none" stroke="currentColor" strokeWidth="1.5" />
    </svg>
  );
}
