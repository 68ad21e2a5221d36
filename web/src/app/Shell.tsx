/** What is around every screen: the places, who one is, how live it is, and the way to halt. */
import { Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { NavLink, Outlet, useLocation } from 'react-router';
import { useOrganization } from '../api/queries';
import { Button } from '../design/Button';
import { chooseTheme, useTheme } from '../design/theme';
import { chooseLanguage, LANGUAGES } from '../i18n/language';
import { LinkBadge } from '../live/LinkBadge';
import { useLink, useLiveConnection } from '../live/live';
import { TradingState } from '../screens/overview/TradingState';
import type { Place } from './routes';
import { ShellBanner } from './ShellBanner';
import { signOut, useSession } from './session';
import { Vitals } from './Vitals';

export function Shell({ places }: { readonly places: readonly Place[] }) {
  const organization = useOrganization();
  useLiveConnection(organization.data != null);
  const { t } = useTranslation();
  // What stands on the screen itself is read first.
  const everLive = useLink(({ wasLive }) => wasLive);
  const { pathname } = useLocation();
  const [open, setOpen] = useState(false);
  const main = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each change of place begins at its top
  useEffect(() => {
    setOpen(false);
    main.current?.scrollTo(0, 0);
  }, [pathname]);
  return (
    <div className="flex h-dvh flex-col md:flex-row">
      <a
        href="#main"
        className="absolute left-2 top-2 z-50 -translate-y-16 rounded bg-accent px-3 py-2 text-on-accent focus:translate-y-0"
      >
        {t('skip')}
      </a>
      <header className="flex shrink-0 flex-wrap items-center gap-2 border-line border-b bg-surface p-2 md:w-52 md:flex-col md:flex-nowrap md:items-stretch md:border-r md:border-b-0 md:p-3">
        <div className="flex items-center gap-2">
          <img src="/icon.svg" alt="" className="size-7" />
          <span className="font-semibold">Janym</span>
        </div>
        <Button
          className="md:hidden"
          aria-expanded={open}
          aria-controls="places"
          onClick={() => setOpen(!open)}
        >
          {t('menu')}
        </Button>
        <nav
          id="places"
          aria-label={t('nav.label')}
          className={`${open ? 'flex' : 'hidden'} order-last w-full flex-col gap-0.5 md:order-none md:mt-3 md:flex`}
        >
          {places.map((place) => (
            <NavLink
              key={place.path}
              to={place.path}
              end={place.path === '/'}
              className="rounded-md px-3 py-1.5 text-muted hover:bg-raised hover:text-text [&.pending]:bg-raised aria-[current=page]:bg-raised aria-[current=page]:font-semibold aria-[current=page]:text-text"
            >
              {t(`nav.${place.name}`)}
            </NavLink>
          ))}
        </nav>
        <div className="ml-auto md:mt-auto md:ml-0">
          <Person />
        </div>
      </header>
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        <div className="flex flex-wrap items-center justify-between gap-2 border-line border-b bg-surface px-3 py-2 md:px-4">
          <div className="flex min-w-0 items-center gap-x-4">
            <LinkBadge />
            {organization.data && everLive ? <Vitals /> : null}
          </div>
          <TradingState />
        </div>
        <main id="main" ref={main} className="min-h-0 flex-1 overflow-auto">
          <ShellBanner />
          <Suspense>
            <Outlet />
          </Suspense>
        </main>
      </div>
    </div>
  );
}

function Person() {
  const { t, i18n } = useTranslation();
  const session = useSession();
  const theme = useTheme((state) => state.theme);
  if (session.phase !== 'in') return null;
  const { user, organization, role } = session.member;
  return (
    <details className="relative">
      <summary className="list-none rounded-md px-2 py-1 hover:bg-raised">
        <span className="block max-w-44 break-words font-medium">{user}</span>
        <span className="block max-w-44 break-words text-xs text-muted">
          {organization} · {t(`role.${role}`)}
        </span>
      </summary>
      <div className="absolute right-0 z-20 flex w-48 flex-col gap-2 rounded-lg border border-line bg-surface p-3 shadow-xl md:right-auto md:bottom-full md:left-0">
        <fieldset className="flex flex-wrap gap-1">
          <legend className="text-xs text-muted">{t('language')}</legend>
          {LANGUAGES.map((language) => (
            <Button
              key={language}
              lang={language}
              aria-pressed={i18n.language === language}
              look={i18n.language === language ? 'primary' : 'plain'}
              onClick={() => void chooseLanguage(language)}
            >
              {language === 'en' ? 'English' : 'Русский'}
            </Button>
          ))}
        </fieldset>
        <Button onClick={() => chooseTheme(theme === 'dark' ? 'light' : 'dark')}>
          {t(theme === 'dark' ? 'theme.to_light' : 'theme.to_dark')}
        </Button>
        <Button onClick={() => void signOut()}>{t('sign_out')}</Button>
      </div>
    </details>
  );
}
