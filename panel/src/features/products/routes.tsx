import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../shared/lib/routes';
import { words } from '../../shared/lib/words';
import { productSearch } from './search';

export const productsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/products',
  validateSearch: productSearch,
  loader: words('products'),
  component: lazyRouteComponent(() => import('./ProductsPage'), 'ProductsPage'),
});

export const newProductRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/products/new',
  loader: words('products'),
  component: lazyRouteComponent(() => import('./NewProductPage'), 'NewProductPage'),
});

export const productRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/products/$id',
  loader: words('products'),
  component: lazyRouteComponent(() => import('./ProductPage'), 'ProductPage'),
});

export const productRoutes = [productsRoute, newProductRoute, productRoute] as const;
