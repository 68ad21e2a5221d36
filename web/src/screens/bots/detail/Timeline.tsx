/** How one wish went on: request, run, orders, executions, in order of time. */
import { useTranslation } from 'react-i18next';
import { Moment } from '../../../design/Age';
import { Dialog } from '../../../design/Dialog';
import { Loaded } from '../../../design/Loaded';
import { type Command, useTimeline } from '../queries';

export function Timeline({
  command,
  onClose,
}: {
  readonly command: Command;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation('bots');
  return (
    <Dialog wide title={t('timeline.title', { wish: t(`wish.${command.kind}`) })} onClose={onClose}>
      <Loaded query={useTimeline(command)}>
        {({ items }) => (
          <ol className="flex flex-col gap-2">
            {items.map((each) => (
              <li
                key={`${each.at} ${each.what} ${each.id}`}
                className="flex flex-wrap items-baseline gap-x-3 border-l-2 border-line pl-3"
              >
                <span className="text-xs text-muted">
                  <Moment at={each.at} />
                </span>
                <span className="font-medium">
                  {t(`timeline.${each.what.replaceAll(' ', '_')}`, { defaultValue: each.what })}
                </span>
                <span className="min-w-0 break-words text-muted" lang="en">
                  {each.detail}
                </span>
              </li>
            ))}
          </ol>
        )}
      </Loaded>
    </Dialog>
  );
}
