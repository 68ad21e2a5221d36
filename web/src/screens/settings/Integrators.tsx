/** Programs outside that read the organization's events over MQTT: let in, looked at, shown out. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Moment } from '../../design/Age';
import { Badge, type Tone } from '../../design/Badge';
import { Button } from '../../design/Button';
import { Card } from '../../design/Card';
import { type Column, DataTable } from '../../design/DataTable';
import { Dialog } from '../../design/Dialog';
import { Empty } from '../../design/Empty';
import { Loaded } from '../../design/Loaded';
import { Notice } from '../../design/Notice';
import { TroubleNotice } from '../../design/TroubleNotice';
import { AccessDetails } from './AccessDetails';
import { AddIntegrator } from './AddIntegrator';
import { accessQuery, type Integrator, integratorsQuery, useRevoke } from './queries';

const TONES: Record<Integrator['state'], Tone> = {
  active: 'good',
  revoking: 'busy',
  revoked: 'neutral',
};

type Asked =
  | { readonly what: 'add' }
  | { readonly what: 'show' | 'revoke'; readonly integrator: Integrator };

export function Integrators({ className }: { readonly className?: string }) {
  const { t } = useTranslation('settings');
  const integrators = useQuery(integratorsQuery);
  const [asked, setAsked] = useState<Asked>();
  const [done, setDone] = useState<string>();
  const named = (action: string, { name }: Integrator) => t('integrators.of', { action, name });
  const columns: Column<Integrator>[] = [
    { id: 'name', title: t('integrators.name'), value: ({ name }) => name },
    {
      id: 'state',
      title: t('integrators.state'),
      value: ({ state }) => t(`integrators.states.${state}`),
      cell: ({ state }) => <Badge tone={TONES[state]}>{t(`integrators.states.${state}`)}</Badge>,
    },
    {
      id: 'since',
      title: t('integrators.since'),
      value: ({ created_at }) => created_at,
      cell: ({ created_at }) => <Moment at={created_at} />,
    },
    { id: 'by', title: t('integrators.by'), value: ({ created_by }) => created_by },
    {
      id: 'actions',
      title: t('integrators.actions'),
      value: () => '',
      cell: (integrator) =>
        integrator.state === 'active' ? (
          <div className="flex flex-wrap gap-1">
            <Button
              aria-label={named(t('integrators.show'), integrator)}
              onClick={() => setAsked({ what: 'show', integrator })}
            >
              {t('integrators.show')}
            </Button>
            <Button
              look="quiet"
              aria-label={named(t('integrators.revoke'), integrator)}
              onClick={() => setAsked({ what: 'revoke', integrator })}
            >
              {t('integrators.revoke')}
            </Button>
          </div>
        ) : (
          <Moment at={integrator.revoked_at} />
        ),
    },
  ];
  const close = () => setAsked(undefined);
  return (
    <Card
      title={t('integrators.title')}
      {...(className ? { className } : {})}
      actions={<Button onClick={() => setAsked({ what: 'add' })}>{t('integrators.add')}</Button>}
    >
      <div className="flex flex-col gap-3">
        <p className="text-muted">{t('integrators.text')}</p>
        {done ? <Notice tone="info" title={done} /> : null}
        <Loaded query={integrators}>
          {(found) => (
            <DataTable
              name={t('integrators.title')}
              rows={found}
              columns={columns}
              keyOf={({ integrator_id }) => integrator_id}
              empty={
                <Empty title={t('integrators.empty.title')} text={t('integrators.empty.text')} />
              }
            />
          )}
        </Loaded>
      </div>
      {asked?.what === 'add' ? <AddIntegrator onClose={close} /> : null}
      {asked?.what === 'show' ? <Shown integrator={asked.integrator} onClose={close} /> : null}
      {asked?.what === 'revoke' ? (
        <Revoke
          integrator={asked.integrator}
          onClose={(told) => {
            close();
            if (told) setDone(told);
          }}
        />
      ) : null}
    </Card>
  );
}

function Shown({
  integrator,
  onClose,
}: {
  readonly integrator: Integrator;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation('settings');
  return (
    <Dialog wide title={integrator.name} onClose={onClose}>
      <Loaded query={useQuery(accessQuery(integrator))}>
        {(access) => <AccessDetails access={access} />}
      </Loaded>
      <p className="mt-3 text-muted">{t('integrators.key_note')}</p>
    </Dialog>
  );
}

function Revoke({
  integrator,
  onClose,
}: {
  readonly integrator: Integrator;
  readonly onClose: (done?: string) => void;
}) {
  const { t } = useTranslation('settings');
  const revoke = useRevoke();
  const { name } = integrator;
  return (
    <Dialog
      title={t('integrators.revoke_title', { name })}
      onClose={() => onClose()}
      actions={
        <>
          <Button onClick={() => onClose()}>{t('integrators.keep')}</Button>
          <Button
            look="danger"
            busy={revoke.isPending}
            onClick={() =>
              revoke.mutate(integrator, {
                onSuccess: () => onClose(t('integrators.revoke_done', { name })),
              })
            }
          >
            {t('integrators.revoke')}
          </Button>
        </>
      }
    >
      {revoke.error ? <TroubleNotice error={revoke.error} acting /> : null}
      <p>{t('integrators.revoke_text')}</p>
    </Dialog>
  );
}
