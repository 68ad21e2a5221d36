/** How the page looks, and what the organization is, may and consists of. */
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useIsAdmin } from '../../app/role';
import { Card } from '../../design/Card';
import { Loaded } from '../../design/Loaded';
import { Page } from '../../design/Page';
import { Appearance } from './Appearance';
import { Integrators } from './Integrators';
import { Limits } from './Limits';
import { LiveTrading } from './LiveTrading';
import { Members } from './Members';
import { OrganizationName } from './OrganizationName';
import { organizationQuery } from './queries';

export function Settings() {
  const { t } = useTranslation('settings');
  const admin = useIsAdmin();
  const organization = useQuery(organizationQuery);
  return (
    <Page title={t('title')}>
      <Loaded query={organization}>
        {(found) => (
          <div className="grid gap-4 xl:grid-cols-2">
            <Appearance />
            <OrganizationName organization={found} />
            <LiveTrading organization={found} />
            <Limits organization={found} />
            <Members className="xl:col-span-2" />
            {admin ? <Integrators className="xl:col-span-2" /> : null}
            <Card title={t('docs.title')}>
              <p className="text-muted">{t('docs.text')}</p>
              <a href="/docs" target="_blank" rel="noreferrer" className="text-accent underline">
                {t('docs.link')}
              </a>
            </Card>
          </div>
        )}
      </Loaded>
    </Page>
  );
}
