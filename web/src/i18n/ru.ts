import { byName } from './files';

export default byName(import.meta.glob<object>('./ru/*.json', { eager: true, import: 'default' }));
