export { Wizard as Component } from './Wizard';
