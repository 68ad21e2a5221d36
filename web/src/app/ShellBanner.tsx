import { useTranslation } from 'react-i18next';
import { useNow } from '../design/clock';
import { Notice } from '../design/Notice';
import { useLink } from '../live/live';

/** Milliseconds that a break may last before it is worth a banner. */
const PATIENCE = 5_000;

/** Says that nothing here is live, while it is not. */
export function ShellBanner() {
  const { t } = useTranslation();
  const { link, since } = useLink();
  const now = useNow();
  if (link !== 'lost' || now - since < PATIENCE) return null;
  return (
    <div className="p-4 pb-0">
      <Notice tone="warn" title={t('link.lost_title')}>
        {t('link.lost_text')}
      </Notice>
    </div>
  );
}
