import { createHash, randomInt } from 'node:crypto';

const classes = ['ABCDEFGHJKLMNPQRSTUVWXYZ', 'abcdefghijkmnopqrstuvwxyz', '23456789', '-_.+=@%^*!'] as const;
const letters = classes[0] + classes[1];

/**
 * A random password with at least one of each class. Nothing in it is easily mistaken for another character, or means something to a
 * shell, to JSON or to `chpasswd`; it begins with a letter.
 */
export function newPassword(length: number): string {
  const all = classes.join('');
  const pick = (from: string) => from[randomInt(from.length)] ?? '';
  for (;;) {
    const password = pick(letters) + Array.from({ length: length - 1 }, () => pick(all)).join('');
    // Drawn anew as a whole, so that no place in it is likelier to hold one class than another.
    if (classes.every((one) => [...one].some((char) => password.includes(char)))) return password;
  }
}

/** Where the new password of an account is kept: `reset_ann`. What a secret's name cannot hold is told apart by a digest. */
export function secretName(user: string): string {
  const plain = user.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 100);
  return plain === user ? `reset_${user}` : `reset_${plain}_${createHash('sha256').update(user).digest('hex').slice(0, 8)}`;
}
