/** The platform's collectors: whether each is alive, and how many books it holds. */
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Age } from '../../design/Age';
import { Badge, type Tone } from '../../design/Badge';
import { Card } from '../../design/Card';
import { type Column, DataTable } from '../../design/DataTable';
import { Empty } from '../../design/Empty';
import { Loaded } from '../../design/Loaded';
import { type Collector, collectorsQuery } from './queries';

/** Who gives no sign has lost its books to others, whatever it last said of itself. */
function judge({ alive, status }: Collector): { tone: Tone; word: 'alive' | 'stopped' | 'gone' } {
  if (alive) return { tone: 'good', word: 'alive' };
  return status === 'stopped'
    ? { tone: 'neutral', word: 'stopped' }
    : { tone: 'bad', word: 'gone' };
}

export function Collectors() {
  const { t } = useTranslation('markets');
  const collectors = useQuery(collectorsQuery);
  const columns: Column<Collector>[] = [
    { id: 'name', title: t('fleet.name'), value: ({ collector_id }) => collector_id },
    {
      id: 'state',
      title: t('fleet.state'),
      value: (row) => t(`fleet.${judge(row).word}`),
      cell: (row) => <Badge tone={judge(row).tone}>{t(`fleet.${judge(row).word}`)}</Badge>,
    },
    {
      id: 'books',
      title: t('fleet.books'),
      numeric: true,
      value: ({ books }) => String(books),
    },
    {
      id: 'sign',
      title: t('fleet.sign'),
      value: ({ heartbeat_at }) => heartbeat_at,
      cell: ({ heartbeat_at }) => <Age at={heartbeat_at} />,
    },
  ];
  return (
    <Card title={t('fleet.title')}>
      <Loaded query={collectors}>
        {(found) => (
          <DataTable
            name={t('fleet.title')}
            rows={found}
            columns={columns}
            keyOf={({ collector_id }) => collector_id}
            empty={<Empty title={t('fleet.empty.title')} text={t('fleet.empty.text')} />}
          />
        )}
      </Loaded>
    </Card>
  );
}
