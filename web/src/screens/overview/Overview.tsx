import { useTranslation } from 'react-i18next';
import { useOrganization } from '../../api/queries';
import { Loaded } from '../../design/Loaded';
import { Page } from '../../design/Page';
import { Founding } from './Founding';

export function Overview() {
  const { t } = useTranslation('overview');
  const organization = useOrganization();
  return (
    <Page title={organization.data?.name ?? t('title')}>
      <Loaded query={organization}>{(found) => (found === null ? <Founding /> : null)}</Loaded>
    </Page>
  );
}
