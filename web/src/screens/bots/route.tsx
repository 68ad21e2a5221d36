export { Bots as Component } from './Bots';
