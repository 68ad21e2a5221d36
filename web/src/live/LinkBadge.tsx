import { useTranslation } from 'react-i18next';
import { Badge } from '../design/Badge';
import { useLink } from './live';

const TONES = { connecting: 'busy', live: 'good', lost: 'warn' } as const;

/** Whether what is shown follows what happens. */
export function LinkBadge() {
  const { t } = useTranslation();
  const link = useLink((state) => state.link);
  return (
    <span role="status" data-link={link}>
      <Badge tone={TONES[link]} title={t(`link.${link}_hint`)}>
        {t(`link.${link}`)}
      </Badge>
    </span>
  );
}
