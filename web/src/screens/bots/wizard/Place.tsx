/** With which key, and so at which exchange and with which kind of money; and which pair. */
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../api/client';
import { SelectField, TextField } from '../../../design/field';
import { useInstruments } from './market';

type Credential = Schemas['CredentialView'];

export function Place({
  credentials,
  credential,
  onCredential,
  pair,
  onPair,
  tried,
}: {
  readonly credentials: readonly Credential[];
  readonly credential: Credential | undefined;
  readonly onCredential: (chosen: Credential | undefined) => void;
  readonly pair: string;
  readonly onPair: (pair: string) => void;
  readonly tried: boolean;
}) {
  const { t } = useTranslation('wizard');
  const instruments = useInstruments(credential?.exchange);
  const pairs = instruments.data?.map((each) => each.pair.replace('/', '-')) ?? [];
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <SelectField
        label={t('key')}
        help={t('key_help')}
        error={tried && !credential ? t('choose') : undefined}
        value={credential?.credential_id ?? ''}
        onChange={(event) =>
          onCredential(credentials.find((each) => each.credential_id === event.target.value))
        }
      >
        <option value="">—</option>
        {credentials.map((each) => (
          <option key={each.credential_id} value={each.credential_id}>
            {each.exchange} · {t(`common:environment.${each.environment}`)}
            {each.label ? ` · ${each.label}` : ''} · {each.api_key}
          </option>
        ))}
      </SelectField>
      {instruments.isLoading || pairs.length > 0 ? (
        <SelectField
          label={t('pair')}
          help={t('pair_help')}
          error={tried && !pair ? t('choose') : undefined}
          value={pair}
          onChange={(event) => onPair(event.target.value)}
        >
          <option value="">—</option>
          {pairs.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </SelectField>
      ) : (
        <TextField
          label={t('pair')}
          help={t('pair_typed')}
          error={tried && !pair ? t('choose') : undefined}
          value={pair}
          placeholder="ETH-USDT"
          onChange={(event) => onPair(event.target.value.toUpperCase().replace('/', '-'))}
        />
      )}
    </div>
  );
}
