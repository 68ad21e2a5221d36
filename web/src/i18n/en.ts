import { byName } from './files';

export default byName(import.meta.glob<object>('./en/*.json', { eager: true, import: 'default' }));
