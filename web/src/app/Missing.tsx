import { useTranslation } from 'react-i18next';
import { LinkButton } from '../design/Button';
import { Page } from '../design/Page';

export function Missing() {
  const { t } = useTranslation();
  return (
    <Page title={t('missing.title')}>
      <p className="text-muted">{t('missing.text')}</p>
      <div>
        <LinkButton to="/">{t('nav.overview')}</LinkButton>
      </div>
    </Page>
  );
}
