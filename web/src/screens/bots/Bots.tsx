import { useTranslation } from 'react-i18next';
import { Page } from '../../design/Page';

export function Bots() {
  const { t } = useTranslation('bots');
  return <Page title={t('title')}>{null}</Page>;
}
