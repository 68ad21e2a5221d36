/** Whether the organization trades, and the way to stop all of it; on every screen. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useOrganization } from '../../api/queries';
import { useIsAdmin, useMayAct } from '../../app/role';
import { Badge, type Tone } from '../../design/Badge';
import { Button } from '../../design/Button';
import { HaltDialog } from './HaltDialog';

const TONES: Record<string, Tone> = { ACTIVE: 'good', REDUCING: 'warn', HALTED: 'bad' };

export function TradingState() {
  const { t } = useTranslation('overview');
  const organization = useOrganization();
  const mayAct = useMayAct();
  const isAdmin = useIsAdmin();
  const [asking, setAsking] = useState<'HALTED' | 'REDUCING' | 'ACTIVE'>();
  if (!organization.data) return null;
  const { state, state_reason } = organization.data;
  return (
    <div className="flex flex-wrap items-center gap-2" data-state={state}>
      <Badge tone={TONES[state] ?? 'neutral'} title={state_reason ?? undefined}>
        {t(`state.${state}`)}
      </Badge>
      {isAdmin && state !== 'ACTIVE' ? (
        <Button onClick={() => setAsking('ACTIVE')}>{t('resume')}</Button>
      ) : null}
      {mayAct && state === 'ACTIVE' ? (
        <Button onClick={() => setAsking('REDUCING')}>{t('reduce')}</Button>
      ) : null}
      {mayAct ? (
        <Button look="danger" onClick={() => setAsking('HALTED')}>
          {t(state === 'HALTED' ? 'halt_again' : 'halt')}
        </Button>
      ) : null}
      {asking ? <HaltDialog target={asking} onClose={() => setAsking(undefined)} /> : null}
    </div>
  );
}
