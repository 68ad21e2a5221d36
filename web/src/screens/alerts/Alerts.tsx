/** Alerts: what happened, what is watched for, and whom it is told. */
import { useTranslation } from 'react-i18next';
import { NavLink, useParams } from 'react-router';
import { Page } from '../../design/Page';
import { Channels } from './Channels';
import { Feed } from './Feed';
import { Rules } from './Rules';

const VIEWS = [
  { name: 'feed', path: '/alerts' },
  { name: 'rules', path: '/alerts/rules' },
  { name: 'channels', path: '/alerts/channels' },
] as const;

export function Alerts() {
  const { t } = useTranslation('alerts');
  const { view } = useParams();
  return (
    <Page title={t('title')}>
      <p className="text-muted">{t('lead')}</p>
      <nav aria-label={t('title')} className="flex flex-wrap gap-1 border-line border-b">
        {VIEWS.map(({ name, path }) => (
          <NavLink
            key={name}
            to={path}
            end
            className="border-transparent border-b-2 px-3 py-2 text-muted hover:text-text aria-[current=page]:border-accent aria-[current=page]:font-semibold aria-[current=page]:text-text"
          >
            {t(`view.${name}`)}
          </NavLink>
        ))}
      </nav>
      {view === 'rules' ? <Rules /> : view === 'channels' ? <Channels /> : <Feed />}
    </Page>
  );
}
