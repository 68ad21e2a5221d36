/** Exchange keys: which there are, whether their exchange takes them, and what can be done with them. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMayAct } from '../../app/role';
import { Button } from '../../design/Button';
import { Card } from '../../design/Card';
import { Empty } from '../../design/Empty';
import { Loaded } from '../../design/Loaded';
import { Notice } from '../../design/Notice';
import { Page } from '../../design/Page';
import { Addresses } from './Addresses';
import { ForgetKey } from './ForgetKey';
import { KeyForm } from './KeyForm';
import { KeysTable } from './KeysTable';
import { type Key, keysQuery } from './queries';

type Asked = { readonly what: 'add' } | { readonly what: 'replace' | 'forget'; readonly key: Key };

export function Keys() {
  const { t } = useTranslation('keys');
  const may = useMayAct();
  const keys = useQuery({ ...keysQuery, refetchInterval: 60_000 });
  const [asked, setAsked] = useState<Asked>();
  const [done, setDone] = useState<string>();

  function finish(text?: string) {
    setAsked(undefined);
    if (text) setDone(text);
  }

  const add = (
    <Button look="primary" onClick={() => setAsked({ what: 'add' })}>
      {t('add')}
    </Button>
  );
  return (
    <Page title={t('title')} actions={may ? add : undefined}>
      <p className="text-muted">{t('lead')}</p>
      {done ? <Notice tone="info" title={done} /> : null}
      <Loaded query={keys}>
        {(rows) => (
          <KeysTable
            rows={rows}
            onDone={setDone}
            onAsk={(what, key) => setAsked({ what, key })}
            empty={
              <Empty
                title={t('empty.title')}
                text={t(may ? 'empty.text' : 'empty.viewer')}
                action={may ? add : undefined}
              />
            }
          />
        )}
      </Loaded>
      <Addresses />
      <Card title={t('withdraw.title')}>
        <p className="max-w-prose">{t('withdraw.text')}</p>
      </Card>
      {asked?.what === 'add' ? <KeyForm onClose={finish} /> : null}
      {asked?.what === 'replace' ? <KeyForm replaced={asked.key} onClose={finish} /> : null}
      {asked?.what === 'forget' ? <ForgetKey of={asked.key} onClose={finish} /> : null}
    </Page>
  );
}
