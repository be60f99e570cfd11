import { create } from 'zustand';

/** The colours of rules, by their names for people; trace/rules.css has their tokens. */
export const ruleColours = ['red', 'amber', 'orange', 'green', 'blue', 'pink'] as const;
export type RuleColour = (typeof ruleColours)[number];

/** Packets that pass the filter have the colour; of several rules the first counts (TRACE75). */
export interface ColourRule {
  readonly id: string;
  readonly name: string;
  /** In the language of the trace's filter; while it cannot be read the rule does nothing. */
  readonly filter: string;
  readonly colour: RuleColour;
  readonly isOn: boolean;
}

export const mostRules = 50;
export const longestRuleName = 40;
export const longestRuleFilter = 1000;

const wrongChecksum = ['ip', 'icmp', 'tcp', 'udp'].map((name) => `${name}.checksum.status == 0`).join(' or ');

/** At first only trouble has a colour; what belongs to a protocol can be switched on. */
export const defaultRules: readonly ColourRule[] = [
  rule('dropped', 'Dropped', 'lab.verdict == "dropped"', 'red'),
  rule('held', 'Held', 'lab.verdict == "held"', 'amber'),
  rule('checksum', 'Wrong checksum', wrongChecksum, 'red'),
  rule('malformed', 'Malformed', '_ws.malformed', 'red'),
  rule('icmp-error', 'ICMP error', 'icmp.type in {3..5 11 12}', 'orange'),
  rule('tcp-reset', 'TCP reset', 'tcp.flags.reset == 1', 'amber'),
  rule(
    'tcp-again',
    'Sent again',
    'tcp.analysis.retransmission or tcp.analysis.fast_retransmission or tcp.analysis.spurious_retransmission',
    'amber',
    // The server would number the conversations of each page's log.
    false,
  ),
  rule('changed', 'Edited or injected', 'lab.verdict in {"edited" "injected" "duplicated"}', 'pink', false),
  rule('comment', 'Commented', 'frame.comment', 'blue', false),
  rule('arp', 'ARP', 'arp', 'amber', false),
  rule('icmp', 'ICMP', 'icmp', 'blue', false),
  rule('handshake', 'TCP handshake and end', 'tcp.flags.syn == 1 or tcp.flags.fin == 1', 'pink', false),
  rule('tcp', 'TCP', 'tcp', 'green', false),
];

function rule(id: string, name: string, filter: string, colour: RuleColour, isOn = true): ColourRule {
  return { id, name, filter, colour, isOn };
}

interface ColourRules {
  /** In the order in which they are asked; kept in this browser. */
  readonly rules: readonly ColourRule[];
  /** Of conversations, asked before the others; at most one a colour, until the page is closed. */
  readonly temporary: readonly ColourRule[];
}

const key = 'patchbay.colour-rules';

/** Colours of the trace's rows. */
export const useColourRules = create<ColourRules>()(() => ({ rules: stored(), temporary: [] }));

/** Replaces the rules, and keeps them in this browser. */
export function setRules(rules: readonly ColourRule[]): void {
  useColourRules.setState({ rules: rules.slice(0, mostRules) });
  try {
    localStorage.setItem(key, JSON.stringify(useColourRules.getState().rules));
  } catch {
    // Without storage they last until the page is closed.
  }
}

/** The rules that a new browser has. */
export function resetRules(): void {
  useColourRules.setState({ rules: defaultRules });
  try {
    localStorage.removeItem(key);
  } catch {
    // There was nothing to remove, either.
  }
}

/** Gives a conversation a colour until the page is closed, or takes that colour away from it. */
export function toggleTemporary(filter: string, name: string, colour: RuleColour): void {
  const { temporary } = useColourRules.getState();
  const had = temporary.some((each) => each.colour === colour && each.filter === filter);
  const others = temporary.filter((each) => each.colour !== colour && each.filter !== filter);
  const added: ColourRule = { id: `temporary-${colour}`, name, filter, colour, isOn: true };
  useColourRules.setState({ temporary: had ? others : [...others, added] });
}

export function clearTemporary(): void {
  useColourRules.setState({ temporary: [] });
}

/** The list with a rule one place further up or down. */
export function movedRule(rules: readonly ColourRule[], id: string, step: 1 | -1): readonly ColourRule[] {
  const at = rules.findIndex((each) => each.id === id);
  const moved = rules[at];
  const to = at + step;
  if (moved === undefined || to < 0 || to >= rules.length) return rules;
  return rules.toSpliced(at, 1).toSpliced(to, 0, moved);
}

/** What this browser kept; what is no rule is left out. */
function stored(): readonly ColourRule[] {
  try {
    const text = localStorage.getItem(key);
    if (text === null) return defaultRules;
    const kept: unknown = JSON.parse(text);
    return Array.isArray(kept) ? kept.slice(0, mostRules).flatMap(ruleFrom) : defaultRules;
  } catch {
    // Storage may be off or hold something else: the defaults serve.
    return defaultRules;
  }
}

function ruleFrom(value: unknown, place: number): ColourRule[] {
  if (typeof value !== 'object' || value === null) return [];
  const of = (name: string): unknown => Reflect.get(value, name);
  const [id, name, filter, isOn] = [of('id'), of('name'), of('filter'), of('isOn')];
  const colour = ruleColours.find((each) => each === of('colour'));
  if (typeof name !== 'string' || typeof filter !== 'string' || colour === undefined) return [];
  return [
    {
      id: typeof id === 'string' ? id : `kept-${place}`,
      name: name.slice(0, longestRuleName),
      filter: filter.slice(0, longestRuleFilter),
      colour,
      isOn: isOn === true,
    },
  ];
}
