export { Detail as Component } from './Detail';
