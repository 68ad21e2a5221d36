// Resolve every dependency again. Addresses are taken out afterwards: with npm's own
// omit-lockfile-registry-resolved it forgets the packages of other platforms than this one.
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';

const LOCK = 'package-lock.json';
const RESOLVE = ['install', '--package-lock-only', '--no-omit-lockfile-registry-resolved'];

rmSync(LOCK, { force: true });
execFileSync('npm', RESOLVE, { stdio: 'inherit' });
const lock = JSON.parse(readFileSync(LOCK, 'utf8'));
for (const entry of Object.values(lock.packages)) delete entry.resolved;
writeFileSync(LOCK, `${JSON.stringify(lock, null, 2)}\n`);
