import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './Button';

/** Puts a text into the clipboard, and says so. */
export function Copy({ text, children }: { readonly text: string; readonly children: ReactNode }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState('');
  return (
    <Button
      look="quiet"
      onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(text))}
    >
      {copied === text ? `✓ ${t('copied')}` : children}
    </Button>
  );
}
