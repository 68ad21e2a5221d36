import { useTranslation } from 'react-i18next';
import { LinkButton } from '../design/Button';
import { Empty } from '../design/Empty';

export function Missing() {
  const { t } = useTranslation();
  return (
    <Empty
      title={t('missing.title')}
      text={t('missing.text')}
      action={<LinkButton to="/">{t('nav.overview')}</LinkButton>}
    />
  );
}
