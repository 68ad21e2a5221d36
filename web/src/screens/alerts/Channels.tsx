/** Ways to tell people who do not look at this page. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMayAct } from '../../app/role';
import { Badge } from '../../design/Badge';
import { Button } from '../../design/Button';
import { Card } from '../../design/Card';
import { Dialog } from '../../design/Dialog';
import { Empty } from '../../design/Empty';
import { Loaded } from '../../design/Loaded';
import { Notice } from '../../design/Notice';
import { TroubleNotice } from '../../design/TroubleNotice';
import { ChannelForm } from './ChannelForm';
import { Deliveries } from './Deliveries';
import {
  type Channel,
  channelsQuery,
  deliveriesQuery,
  useForgetChannel,
  useSwitchChannel,
  useTestChannel,
} from './queries';

export function Channels() {
  const { t } = useTranslation('alerts');
  const may = useMayAct();
  const channels = useQuery(channelsQuery);
  const [adding, setAdding] = useState(false);
  const [leaving, setLeaving] = useState<Channel>();
  const [done, setDone] = useState<string>();

  function finish(text?: string) {
    setAdding(false);
    setLeaving(undefined);
    if (text) setDone(text);
  }

  return (
    <div className="flex flex-col gap-3">
      {may ? (
        <div>
          <Button look="primary" onClick={() => setAdding(true)}>
            {t('channel.add')}
          </Button>
        </div>
      ) : (
        <p className="text-muted">{t('viewer')}</p>
      )}
      {done ? <Notice tone="info" title={done} /> : null}
      <Loaded query={channels}>
        {(found) =>
          found.length === 0 ? (
            <Empty title={t('channel.empty.title')} text={t('channel.empty.text')} />
          ) : (
            <ul className="grid gap-3 xl:grid-cols-2">
              {found.map((channel) => (
                <li key={channel.channel_id}>
                  <One
                    channel={channel}
                    leaving={leaving?.channel_id === channel.channel_id}
                    onDone={setDone}
                    onForget={() => setLeaving(channel)}
                  />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      {adding ? <ChannelForm onClose={finish} /> : null}
      {leaving ? <ForgetChannel channel={leaving} onClose={finish} /> : null}
    </div>
  );
}

function One({
  channel,
  leaving,
  onDone,
  onForget,
}: {
  readonly channel: Channel;
  /** Somebody is about to delete it: what went by it is asked for no more. */
  readonly leaving: boolean;
  readonly onDone: (text: string) => void;
  readonly onForget: () => void;
}) {
  const { t } = useTranslation('alerts');
  const may = useMayAct();
  const test = useTestChannel();
  const turn = useSwitchChannel();
  const deliveries = useQuery({ ...deliveriesQuery(channel), enabled: !leaving });
  const { label, quiet_hours: quiet } = channel;
  const named = (action: string) => t('channel.of', { action, name: label });
  const turning = t(channel.enabled ? 'channel.rest' : 'channel.wake');
  return (
    <Card
      title={label}
      actions={
        <Badge tone={channel.enabled ? 'good' : 'neutral'}>
          {t(channel.enabled ? 'channel.on' : 'channel.off')}
        </Badge>
      }
    >
      <div className="flex flex-col gap-3">
        <p className="break-words">
          {t(`channel.${channel.kind}`)}: <code>{channel.target}</code>
          {quiet ? (
            <span className="text-muted"> · {t('channel.quietFrom', { ...quiet })}</span>
          ) : null}
        </p>
        {test.error || turn.error ? (
          <TroubleNotice error={test.error ?? turn.error} acting />
        ) : null}
        {may ? (
          <div className="flex flex-wrap gap-2">
            <Button
              busy={test.isPending}
              aria-label={named(t('channel.test'))}
              onClick={() =>
                test.mutate(channel, { onSuccess: () => onDone(t('channel.tested', { label })) })
              }
            >
              {t(test.isPending ? 'channel.testing' : 'channel.test')}
            </Button>
            <Button
              busy={turn.isPending}
              aria-label={named(turning)}
              onClick={() => turn.mutate(channel)}
            >
              {turning}
            </Button>
            <Button look="quiet" aria-label={named(t('channel.delete'))} onClick={onForget}>
              {t('channel.delete')}
            </Button>
          </div>
        ) : null}
        <h3 className="text-sm font-medium">{t('channel.deliveries')}</h3>
        <Deliveries query={deliveries} none={t('channel.noDeliveries')} />
      </div>
    </Card>
  );
}

function ForgetChannel({
  channel,
  onClose,
}: {
  readonly channel: Channel;
  readonly onClose: (done?: string) => void;
}) {
  const { t } = useTranslation('alerts');
  const forget = useForgetChannel();
  const { label } = channel;
  return (
    <Dialog
      title={t('channel.removeTitle', { label })}
      onClose={() => onClose()}
      actions={
        <>
          <Button onClick={() => onClose()}>{t('channel.keep')}</Button>
          <Button
            look="danger"
            busy={forget.isPending}
            onClick={() =>
              forget.mutate(channel, { onSuccess: () => onClose(t('channel.removed', { label })) })
            }
          >
            {t('channel.delete')}
          </Button>
        </>
      }
    >
      {forget.error ? <TroubleNotice error={forget.error} acting /> : null}
      <p>{t('channel.removeText')}</p>
    </Dialog>
  );
}
