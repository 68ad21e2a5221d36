/** Every screen, in the order of the navigation. One line a screen; each is loaded when first seen. */
import { createBrowserRouter, type RouteObject } from 'react-router';
import { Crash } from './Crash';
import { Missing } from './Missing';
import { Shell } from './Shell';

export interface Place {
  /** Name of its words: `nav.<name>` in `common.json`. */
  readonly name: string;
  readonly path: string;
}

interface Screen extends Place {
  readonly children: RouteObject[];
}

const screens: readonly Screen[] = [
  {
    name: 'overview',
    path: '/',
    children: [{ index: true, lazy: () => import('../screens/overview/route') }],
  },
  {
    name: 'bots',
    path: '/bots',
    children: [
      { path: 'bots', lazy: () => import('../screens/bots/route') },
      { path: 'bots/new', lazy: () => import('../screens/bots/wizard/route') },
      { path: 'bots/:botId', lazy: () => import('../screens/bots/detail/route') },
    ],
  },
  {
    name: 'keys',
    path: '/keys',
    children: [{ path: 'keys', lazy: () => import('../screens/keys/route') }],
  },
  {
    name: 'markets',
    path: '/markets',
    children: [{ path: 'markets/:view?', lazy: () => import('../screens/markets/route') }],
  },
  {
    name: 'orders',
    path: '/orders',
    children: [{ path: 'orders', lazy: () => import('../screens/orders/route') }],
  },
  {
    name: 'alerts',
    path: '/alerts',
    children: [{ path: 'alerts/:view?', lazy: () => import('../screens/alerts/route') }],
  },
  {
    name: 'audit',
    path: '/audit',
    children: [{ path: 'audit', lazy: () => import('../screens/audit/route') }],
  },
  {
    name: 'settings',
    path: '/settings',
    children: [{ path: 'settings', lazy: () => import('../screens/settings/route') }],
  },
];

export const places: readonly Place[] = screens.map(({ name, path }) => ({ name, path }));

export function newRouter() {
  return createBrowserRouter([
    {
      element: <Shell places={places} />,
      errorElement: <Crash />,
      children: [
        {
          errorElement: <Crash />,
          children: [
            ...screens.flatMap((screen) => screen.children),
            { path: '*', element: <Missing /> },
          ],
        },
      ],
    },
  ]);
}
