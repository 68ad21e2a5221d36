import { expect, test } from 'vitest';
import { csv } from './csv';

test('cells are quoted where they must be', () => {
  expect(csv(['a', 'b'], [['x,y', 'say "no"']])).toBe('a,b\r\n"x,y","say ""no"""\r\n');
});

test('nothing is computed by a spreadsheet, and numbers stay numbers', () => {
  expect(csv(['a'], [['=1+1'], ['-0.5'], ['+cmd|x'], ['@x']])).toBe(
    "a\r\n'=1+1\r\n-0.5\r\n'+cmd|x\r\n'@x\r\n",
  );
});
