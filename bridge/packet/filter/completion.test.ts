import { describe, expect, test } from 'vitest';
import { completions } from './completion.ts';

/** `|` is the cursor. */
function offered(marked: string): string[] {
  const cursor = marked.indexOf('|');
  return completions(marked.replace('|', ''), cursor).items.map(({ text }) => text);
}

describe('completion', () => {
  test('[PK24] fields by their beginning, then by a later part, with type and description', () => {
    expect(offered('|')).toEqual(expect.arrayContaining(['eth', 'icmp', 'lab.point', 'not']));
    expect(offered('ip.ad|')).toEqual(['ip.addr']);
    expect(offered('arp and tcp.flags.s|')).toEqual(['tcp.flags.syn']);
    expect(offered('(ttl|')).toContain('ip.ttl');
    const { items, start, end } = completions('icmp and ip.tt == 3', 13);
    expect({ start, end }).toEqual({ start: 9, end: 14 });
    expect(items[0]).toEqual({ text: 'ip.ttl', kind: 'field', description: 'Time to live, a number of 8 bits' });
  });
  test('[PK24] operators that fit the field', () => {
    expect(offered('ip.ttl |')).toContain('<=');
    expect(offered('ip.ttl |')).not.toContain('contains');
    expect(offered('http.host con|')).toEqual(['contains']);
    expect(offered('tcp.flags.syn |')).toEqual(['==', '!=', 'and', 'or', 'xor']);
    expect(offered('icmp |')).toEqual(['and', 'or', 'xor', 'contains', 'matches']);
    expect(offered('icmp.type in |')).toEqual(['{']);
    expect(offered('eth.src[0:3] |')).toContain('==');
  });
  test('[PK24] values that are known, in sets and within quotes too', () => {
    expect(completions('icmp.type == ', 13).items[0]).toEqual({ text: '0', kind: 'value', description: 'Echo reply' });
    expect(offered('icmp.type == Echo|')).toEqual(['0', '8']);
    expect(offered('icmp.type in {3, |')).toContain('11');
    expect(offered('lab.point == |')).toContain('"packet_in"');
    expect(offered('lab.point == "pack|')).toEqual(['"packet_in"', '"packet_out"']);
    expect(completions('lab.point == "pack"', 18)).toMatchObject({ start: 13, end: 19 });
    expect(offered('lab.verdict == dr|')).toEqual(['"dropped"']);
    expect(offered('tcp.flags.syn == |')).toEqual(['1', '0']);
    expect(offered('ip.addr == |')).toEqual([]);
    expect(offered('icmp.type == 8 |')).toEqual(['and', 'or', 'xor']);
    expect(offered('icmp.type in {3} |')).toEqual(['and', 'or', 'xor']);
  });
  test('[PK24] within a text, or what nobody can read, nothing is offered', () => {
    expect(offered('frame contains "ab|')).toEqual([]);
    expect(offered('# |')).toEqual([]);
  });
});
