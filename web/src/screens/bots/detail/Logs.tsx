/** The log's tail, by level and text. */
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../api/client';
import { Badge } from '../../../design/Badge';
import { Empty } from '../../../design/Empty';
import { SelectField, TextField } from '../../../design/field';
import { utc } from '../../../design/format';
import { Loaded } from '../../../design/Loaded';
import { useLogs } from '../queries';

const LEVELS = ['info', 'warning', 'error'] as const;
const TONES = { info: 'neutral', warning: 'warn', error: 'bad' } as const;

export function Logs({ id }: { readonly id: string }) {
  const { t } = useTranslation('bots');
  const [level, setLevel] = useState<Schemas['LogLevel'] | ''>('');
  const [text, setText] = useState('');
  const searched = useDeferredValue(text.trim());
  const logs = useLogs(id, level, searched);
  return (
    <div className="flex flex-col gap-3">
      <div className="grid max-w-2xl gap-3 sm:grid-cols-2">
        <SelectField
          label={t('log.level')}
          value={level}
          onChange={(event) => setLevel(event.target.value as Schemas['LogLevel'] | '')}
        >
          <option value="">{t('log.all')}</option>
          {LEVELS.map((each) => (
            <option key={each} value={each}>
              {t(`log.${each}`)}
            </option>
          ))}
        </SelectField>
        <TextField
          label={t('log.text')}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      <Loaded query={logs}>
        {(lines) =>
          lines.length === 0 ? (
            <Empty title={t('no_logs.title')} text={t('no_logs.text')} />
          ) : (
            <ol
              aria-label={t('part.log')}
              aria-busy={logs.isPlaceholderData}
              // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
              tabIndex={0}
              className="max-h-[55vh] overflow-auto rounded-md border border-line p-2 font-mono text-xs aria-busy:opacity-50"
            >
              {lines.map((line) => (
                <li
                  key={`${line.timestamp} ${line.message}`}
                  className="flex flex-wrap items-baseline gap-2 py-0.5"
                >
                  <time dateTime={line.timestamp} className="text-muted">
                    {utc(line.timestamp).slice(11, 19)}
                  </time>
                  <Badge tone={TONES[line.level]}>{t(`log.${line.level}`)}</Badge>
                  <span className="min-w-0 break-words" lang="en">
                    {line.message}
                  </span>
                </li>
              ))}
            </ol>
          )
        }
      </Loaded>
    </div>
  );
}
