/** A question over the page, on the browser's own `<dialog>`: the rest is inert, Escape leaves. */
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';

export function Dialog({
  title,
  children,
  actions,
  onClose,
  wide,
}: {
  readonly title: string;
  readonly children: ReactNode;
  readonly actions?: ReactNode;
  readonly onClose: () => void;
  readonly wide?: boolean;
}) {
  const { t } = useTranslation();
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const asked = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (asked instanceof HTMLElement) asked.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      className={`w-[calc(100vw-2rem)] rounded-xl border border-line bg-surface p-0 text-text ${wide ? 'max-w-3xl' : 'max-w-lg'}`}
    >
      <div className="flex max-h-[85vh] flex-col">
        <div className="flex items-start justify-between gap-3 border-b border-line p-4">
          <h2 id={id}>{title}</h2>
          <button
            type="button"
            aria-label={t('close')}
            onClick={onClose}
            className="rounded px-2 text-lg leading-none text-muted hover:text-text"
          >
            ×
          </button>
        </div>
        <div className="overflow-y-auto p-4">{children}</div>
        {actions ? (
          <div className="flex flex-wrap justify-end gap-2 border-t border-line p-4">{actions}</div>
        ) : null}
      </div>
    </dialog>
  );
}
