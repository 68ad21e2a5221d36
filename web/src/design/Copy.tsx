import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './Button';

/** Puts a text into the clipboard, and says so. */
export function Copy({ text, children }: { readonly text: string; readonly children: ReactNode }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState('');
  return (
    <span className="inline-flex flex-wrap items-center gap-2">
      <Button
        look="quiet"
        onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(text))}
      >
        {children}
      </Button>
      <span role="status" className="text-gain">
        {copied === text ? `✓ ${t('copied')}` : ''}
      </span>
    </span>
  );
}
