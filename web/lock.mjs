// Resolve every dependency again, in an empty folder: beside installed packages npm leaves their hashes out.
// Addresses are taken out afterwards: with npm's own omit-lockfile-registry-resolved it forgets the packages
// of other platforms than this one.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const LOCK = 'package-lock.json';
const RESOLVE = ['install', '--package-lock-only', '--no-omit-lockfile-registry-resolved'];

const empty = mkdtempSync(join(tmpdir(), 'janym-lock-'));
try {
  for (const file of ['package.json', '.npmrc']) copyFileSync(file, join(empty, file));
  execFileSync('npm', RESOLVE, { cwd: empty, stdio: 'inherit' });
  const lock = JSON.parse(readFileSync(join(empty, LOCK), 'utf8'));
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (path !== '' && !entry.inBundle && !entry.integrity) throw new Error(`${path} has no hash`);
    delete entry.resolved;
  }
  writeFileSync(LOCK, `${JSON.stringify(lock, null, 2)}\n`);
} finally {
  rmSync(empty, { recursive: true });
}
