/** The last look: what differs from what is usual stands out. */
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../api/client';
import { EnvironmentBadge } from '../../../design/EnvironmentBadge';
import { TextField } from '../../../design/field';
import { Notice } from '../../../design/Notice';
import type { Draft, Setting } from '../../../design/schema';
import { useSettingWords } from '../../../design/words';
import { strategyTitle } from '../strategy';

export function Review({
  name,
  onName,
  strategy,
  credential,
  pair,
  settings,
  draft,
  tried,
}: {
  readonly name: string;
  readonly onName: (name: string) => void;
  readonly strategy: string;
  readonly credential: Schemas['CredentialView'];
  readonly pair: string;
  readonly settings: readonly Setting[];
  readonly draft: Draft;
  readonly tried: boolean;
}) {
  const { t } = useTranslation('wizard');
  const words = useSettingWords(strategy);
  const changed = settings.filter((each) => usual(each) !== String(draft[each.name]));
  return (
    <div className="flex flex-col gap-4">
      {credential.environment === 'live' ? (
        <Notice tone="warn" title={t('live.title')}>
          {t('live.text')}
        </Notice>
      ) : null}
      <div className="max-w-md">
        <TextField
          label={t('name')}
          value={name}
          maxLength={100}
          error={tried && !name.trim() ? t('choose') : undefined}
          onChange={(event) => onName(event.target.value)}
        />
      </div>
      <p className="flex flex-wrap items-center gap-2">
        <EnvironmentBadge environment={credential.environment} />
        <span>
          {strategyTitle(t, strategy)} · {credential.exchange} · {pair}
        </span>
      </p>
      <table className="w-full max-w-2xl text-left">
        <caption className="mb-1 text-left font-medium">{t('changed')}</caption>
        <thead className="text-xs text-muted">
          <tr>
            <th scope="col">{t('setting')}</th>
            <th scope="col">{t('yours')}</th>
            <th scope="col">{t('usual')}</th>
          </tr>
        </thead>
        <tbody>
          {changed.map((each) => (
            <tr key={each.name} className="border-t border-line">
              <td className="py-1">{words.label(each)}</td>
              <td className="py-1 font-medium">{String(draft[each.name]) || '—'}</td>
              <td className="py-1 text-muted">{usual(each) || '—'}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="text-muted">{t('not_started')}</p>
    </div>
  );
}

function usual(setting: Setting): string {
  if (setting.kind === 'boolean') return String(setting.initial === true);
  const { initial } = setting;
  return Array.isArray(initial) ? initial.join(', ') : String(initial ?? '');
}
