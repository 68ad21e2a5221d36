/** Language and colours; both are remembered in this browser. */
import { useTranslation } from 'react-i18next';
import { Button } from '../../design/Button';
import { Card } from '../../design/Card';
import { chooseTheme, useTheme } from '../../design/theme';
import { chooseLanguage, LANGUAGES } from '../../i18n/language';

const THEMES = ['dark', 'light'] as const;

export function Appearance() {
  const { t, i18n } = useTranslation('settings');
  const theme = useTheme((state) => state.theme);
  return (
    <Card title={t('appearance.title')}>
      <div className="flex flex-wrap gap-6">
        <fieldset className="flex flex-wrap gap-2">
          <legend className="mb-1 text-sm font-medium">{t('appearance.language')}</legend>
          {LANGUAGES.map((language) => (
            <Button
              key={language}
              lang={language}
              aria-pressed={i18n.language === language}
              look={i18n.language === language ? 'primary' : 'plain'}
              onClick={() => void chooseLanguage(language)}
            >
              {i18n.language === language ? '✓ ' : ''}
              {t(`appearance.${language}`)}
            </Button>
          ))}
        </fieldset>
        <fieldset className="flex flex-wrap gap-2">
          <legend className="mb-1 text-sm font-medium">{t('appearance.theme')}</legend>
          {THEMES.map((each) => (
            <Button
              key={each}
              aria-pressed={theme === each}
              look={theme === each ? 'primary' : 'plain'}
              onClick={() => chooseTheme(each)}
            >
              {theme === each ? '✓ ' : ''}
              {t(`appearance.${each}`)}
            </Button>
          ))}
        </fieldset>
      </div>
    </Card>
  );
}
