import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../shared/lib/routes';
import { words } from '../../shared/lib/words';
import { callSearch, jobSearch } from './search';

export const callsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/calls',
  validateSearch: callSearch,
  loader: words('apilog'),
  component: lazyRouteComponent(() => import('./CallsPage'), 'CallsPage'),
});

export const jobsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/jobs',
  validateSearch: jobSearch,
  loader: words('apilog'),
  component: lazyRouteComponent(() => import('./JobsPage'), 'JobsPage'),
});

export const apilogRoutes = [callsRoute, jobsRoute] as const;
