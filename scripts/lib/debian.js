import { existsSync } from 'node:fs';
import { has, run, say } from './shell.js';

/** What a lab on Mininet needs: program → Debian package. */
export const labPrograms = {
  mn: 'mininet',
  'ovs-vswitchd': 'openvswitch-switch',
  ip: 'iproute2',
  ping: 'iputils-ping',
  arping: 'iputils-arping',
  traceroute: 'traceroute',
  ethtool: 'ethtool',
  wget: 'wget',
  tcpdump: 'tcpdump',
  unshare: 'util-linux',
  ifconfig: 'net-tools',
  curl: 'curl',
};
/** What the tests need beside that. */
export const testPrograms = {
  ...labPrograms,
  tshark: 'tshark',
  chromium: 'chromium',
  gcc: 'gcc',
  make: 'make',
  'ovs-testcontroller': 'openvswitch-testcontroller',
  'osken-manager': 'python3-os-ken',
};
/** @type {Record<string, string>} */
const packages = { ...testPrograms, 'g++': 'g++', python3: 'python3' };

const sbin = ['/usr/sbin', '/sbin', '/usr/local/sbin'];
/** @param {string} program Server programs live outside an ordinary user's PATH. */
const present = (program) => has(program) || sbin.some((folder) => existsSync(`${folder}/${program}`));

/** @param {Record<string, string>} wanted @returns {string[]} Programs that are not here. */
export const missingPrograms = (wanted) => Object.keys(wanted).filter((program) => !present(program));

/** Whether this is a Debian on which this process may install packages. */
export const mayInstall = () =>
  process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/etc/debian_version') && present('apt-get');

/**
 * Installs the packages of these programs.
 * @param {string[]} programs @returns {Promise<boolean>} False where it may not or could not.
 */
export async function installPackages(programs) {
  if (programs.length === 0) return true;
  if (!mayInstall()) return false;
  const names = [...new Set(programs.map((program) => packages[program] ?? program))];
  say(`installing Debian packages: ${names.join(' ')} …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['install', '-y', '-qq', '--no-install-recommends', ...names];
  await run('apt-get', ['update', '-qq'], { env, quiet: true });
  return (await run('apt-get', install, { env })) === 0;
}
