import { useTranslation } from 'react-i18next';
import { Button } from '../../design/Button';
import { saveText } from '../../design/csv';
import type { Access } from './queries';

/** What a program connects to the broker with. No private key is among it. */
export function AccessDetails({ access }: { readonly access: Access }) {
  const { t } = useTranslation('settings');
  const { integrator, certificate_pem, ca_pem, mqtt_host, mqtt_port } = access;
  const told = [
    ['broker', `${mqtt_host}:${mqtt_port}`],
    ['client_id', integrator.client_id],
    ['topic', integrator.topic_filter],
  ] as const;
  const files = [
    ['certificate', `${integrator.client_id}.crt`, certificate_pem],
    ['authority', 'ca.pem', ca_pem],
  ] as const;
  return (
    <div className="flex flex-col gap-3">
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1">
        {told.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{t(`integrators.access.${name}`)}</dt>
            <dd>
              <code className="break-all">{value}</code>
            </dd>
          </div>
        ))}
      </dl>
      <div className="flex flex-wrap gap-2">
        {files.map(([name, file, pem]) => (
          <Button key={name} onClick={() => saveText(file, pem, 'application/x-pem-file')}>
            {t('integrators.access.save', { what: t(`integrators.access.${name}`) })}
          </Button>
        ))}
      </div>
    </div>
  );
}
