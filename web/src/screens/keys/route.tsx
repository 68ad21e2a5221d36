export { Keys as Component } from './Keys';
