import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

const keyBytes = 32;
const saltBytes = 16;

/** Checks a password against the configured one in constant time; only a scrypt key is kept in memory (SEC4). */
export interface PasswordCheck {
  matches(password: string): Promise<boolean>;
}

/** Derives the key of the configured password. */
export async function passwordCheck(password: string): Promise<PasswordCheck> {
  const salt = randomBytes(saltBytes);
  const expected = await derive(password, salt);
  return { matches: async (tried) => timingSafeEqual(await derive(tried, salt), expected) };
}

function derive(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, keyBytes, (fault, key) => (fault === null ? resolve(key) : reject(fault)));
  });
}
