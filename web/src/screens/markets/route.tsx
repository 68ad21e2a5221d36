export { Markets as Component } from './Markets';
