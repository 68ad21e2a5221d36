import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Moment } from '../../../design/Age';
import { Button } from '../../../design/Button';
import { DataTable } from '../../../design/DataTable';
import { Empty } from '../../../design/Empty';
import { Loaded } from '../../../design/Loaded';
import { CommandState } from '../CommandState';
import { type Command, useCommands } from '../queries';
import { Timeline } from './Timeline';

export function Commands({ id }: { readonly id: string }) {
  const { t } = useTranslation('bots');
  const [shown, setShown] = useState<Command>();
  return (
    <>
      <Loaded query={useCommands(id)}>
        {(commands) => (
          <DataTable
            name={t('part.commands')}
            rows={commands}
            keyOf={(command) => command.command_id}
            empty={<Empty title={t('no_commands.title')} text={t('no_commands.text')} />}
            columns={[
              {
                id: 'at',
                title: t('command.at'),
                value: (command) => command.created_at,
                cell: (command) => <Moment at={command.created_at} />,
              },
              {
                id: 'kind',
                title: t('command.kind'),
                value: (command) => t(`wish.${command.kind}`),
              },
              {
                id: 'state',
                title: t('command.state'),
                value: (command) => command.state,
                cell: (command) => <CommandState state={command.state} />,
              },
              {
                id: 'took',
                title: t('command.took'),
                numeric: true,
                value: (command) =>
                  (
                    (Date.parse(command.updated_at) - Date.parse(command.created_at)) /
                    1_000
                  ).toFixed(1),
              },
              { id: 'by', title: t('command.by'), value: (command) => command.asked_by },
              {
                id: 'reason',
                title: t('command.reason'),
                value: (command) => command.reason ?? '',
              },
              {
                id: 'timeline',
                title: t('command.timeline'),
                value: () => '',
                cell: (command) => (
                  <Button
                    look="quiet"
                    aria-label={t('command.show_of', { wish: t(`wish.${command.kind}`) })}
                    onClick={() => setShown(command)}
                  >
                    {t('command.show')}
                  </Button>
                ),
              },
            ]}
          />
        )}
      </Loaded>
      {shown ? <Timeline command={shown} onClose={() => setShown(undefined)} /> : null}
    </>
  );
}
