/** What the bot was: each version, what changed with it, and the way back to it. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, body } from '../../../api/client';
import { keys } from '../../../api/queries';
import { useMayAct } from '../../../app/role';
import { Moment } from '../../../design/Age';
import { Button } from '../../../design/Button';
import { Card } from '../../../design/Card';
import { DataTable } from '../../../design/DataTable';
import { Dialog } from '../../../design/Dialog';
import { Loaded } from '../../../design/Loaded';
import { TableHead } from '../../../design/TableHead';
import { TroubleNotice } from '../../../design/TroubleNotice';
import { useSettingWords } from '../../../design/words';
import { type Bot, useDifferences, useVersions, type Version } from '../queries';
import { differences } from './differences';

export function Versions({ bot }: { readonly bot: Bot }) {
  const { t } = useTranslation('bots');
  const [shown, setShown] = useState<Version>();
  const versions = useVersions(bot.bot_id);
  return (
    <Card title={t('versions')}>
      <Loaded query={versions}>
        {(found) => (
          <DataTable
            name={t('versions')}
            rows={found}
            keyOf={(version) => String(version.number)}
            empty={<p className="text-muted">{t('no_versions')}</p>}
            columns={[
              {
                id: 'number',
                title: t('version.number'),
                numeric: true,
                value: (version) => String(version.number),
              },
              {
                id: 'at',
                title: t('version.at'),
                value: (version) => version.at,
                cell: (version) => <Moment at={version.at} />,
              },
              { id: 'author', title: t('version.author'), value: (version) => version.author },
              { id: 'note', title: t('version.note'), value: (version) => version.note },
              {
                id: 'changes',
                title: t('version.changes'),
                value: () => '',
                cell: (version) => (
                  <Button
                    look="quiet"
                    aria-label={t('version.show_of', { number: version.number })}
                    onClick={() => setShown(version)}
                  >
                    {t('version.show')}
                  </Button>
                ),
              },
            ]}
          />
        )}
      </Loaded>
      {shown ? (
        <Changes
          bot={bot}
          version={shown}
          newest={versions.data?.[0]?.number === shown.number}
          onClose={() => setShown(undefined)}
        />
      ) : null}
    </Card>
  );
}

function Changes({
  bot,
  version,
  newest,
  onClose,
}: {
  readonly bot: Bot;
  readonly version: Version;
  readonly newest: boolean;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation('bots');
  const words = useSettingWords(bot.strategy_type);
  const client = useQueryClient();
  const mayAct = useMayAct();
  const back = useMutation({
    mutationFn: () =>
      body(
        api.POST('/api/bots/{bot_id}/versions/{number}/rollback', {
          params: { path: { bot_id: bot.bot_id, number: version.number } },
        }),
      ),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.bot(bot.bot_id) });
      onClose();
    },
  });
  return (
    <Dialog
      wide
      title={t('version.title', { number: version.number })}
      onClose={onClose}
      actions={
        mayAct && !newest ? (
          <Button look="primary" busy={back.isPending} onClick={() => back.mutate()}>
            {t('version.back')}
          </Button>
        ) : undefined
      }
    >
      {back.error ? <TroubleNotice error={back.error} acting /> : null}
      <Loaded query={useDifferences(bot.bot_id, version.number)}>
        {({ items }) => (
          <table className="w-full">
            <caption className="sr-only">{t('version.changes')}</caption>
            <TableHead
              columns={[
                { title: t('version.field'), words: true },
                { title: t('version.before'), words: true },
                { title: t('version.after'), words: true },
              ]}
            />
            <tbody>
              {differences(items).map(({ name, title, before, after }) => (
                <tr key={name} className="border-t border-line">
                  <th scope="row" className="py-1 pr-3 text-left font-normal">
                    {t(`version.of.${name}`, { defaultValue: words.named(name, title) })}
                  </th>
                  <td className="pr-3 break-all text-muted">{before}</td>
                  <td className="font-medium break-all">{after}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Loaded>
      {newest ? null : <p className="mt-3 text-muted">{t('version.back_text')}</p>}
    </Dialog>
  );
}
