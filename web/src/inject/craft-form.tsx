import { tcpFlags } from '../../../bridge/packet/build.ts';
import { FormField, SelectField } from '../ui/form-field.tsx';
import { Segmented } from '../ui/segmented.tsx';
import type { CraftForm, CraftKind, offersOf } from './craft.ts';

const kinds = [
  { value: 'arp', label: 'ARP' },
  { value: 'icmp', label: 'ICMP' },
  { value: 'udp', label: 'UDP' },
  { value: 'tcp', label: 'TCP' },
] as const satisfies readonly { value: CraftKind; label: string }[];

type TextName = {
  [K in keyof CraftForm]: CraftForm[K] extends string ? (string extends CraftForm[K] ? K : never) : never;
}[keyof CraftForm];

interface Row {
  readonly name: TextName;
  readonly label: string;
  readonly offers?: 'macs' | 'ips';
  readonly isShort?: boolean;
}
const short = (name: TextName, label: string): Row => ({ name, label, isShort: true });
const rows: Readonly<Record<CraftKind | 'ip', readonly Row[]>> = {
  arp: [
    { name: 'senderMac', label: 'Sender MAC', offers: 'macs' },
    { name: 'senderIp', label: 'Sender address', offers: 'ips' },
    { name: 'targetMac', label: 'Target MAC', offers: 'macs' },
    { name: 'targetIp', label: 'Target address', offers: 'ips' },
  ],
  ip: [
    { name: 'ipSrc', label: 'Source', offers: 'ips' },
    { name: 'ipDst', label: 'Destination', offers: 'ips' },
    short('ttl', 'Time to live'),
    short('ipId', 'Identification'),
  ],
  icmp: [
    short('icmpType', 'Type'),
    short('icmpCode', 'Code'),
    short('icmpIdent', 'Identifier'),
    short('icmpSeq', 'Sequence'),
  ],
  udp: [short('srcPort', 'Source port'), short('dstPort', 'Destination port')],
  tcp: [
    short('srcPort', 'Source port'),
    short('dstPort', 'Destination port'),
    short('tcpSeq', 'Sequence'),
    short('tcpAck', 'Acknowledgment'),
    short('window', 'Window'),
  ],
};

/** The headers of a packet to make, from the outside in, and what it carries. */
export function CraftFields({
  form,
  offers,
  onChange,
}: {
  form: CraftForm;
  offers: ReturnType<typeof offersOf>;
  onChange: (part: Partial<CraftForm>) => void;
}) {
  const fields = (list: readonly Row[]) =>
    list.map(({ name, label, offers: which, isShort }) => (
      <FormField
        key={name}
        id={`craft-${name}`}
        label={label}
        value={form[name]}
        {...(which === undefined ? {} : { offers: offers[which] })}
        {...(isShort === undefined ? {} : { isShort })}
        onChange={(value) => onChange({ [name]: value })}
      />
    ));
  const { kind } = form;
  return (
    <>
      <Segmented
        label="What it carries"
        value={kind}
        options={kinds}
        testId="craft-kind"
        onChange={(next) => onChange({ kind: next })}
      />
      <fieldset className="craft-layer">
        <legend>Ethernet</legend>
        <div className="form-grid">
          {fields([
            { name: 'ethDst', label: 'Destination', offers: 'macs' },
            { name: 'ethSrc', label: 'Source', offers: 'macs' },
          ])}
          <FormField
            id="craft-vlan"
            label="VLAN"
            isShort
            placeholder="no tag"
            value={form.vlan}
            onChange={(vlan) => onChange({ vlan })}
          />
        </div>
      </fieldset>
      {kind !== 'arp' && (
        <fieldset className="craft-layer">
          <legend>Internet Protocol 4</legend>
          <div className="form-grid">{fields(rows.ip)}</div>
        </fieldset>
      )}
      <fieldset className="craft-layer">
        <legend>{kinds.find(({ value }) => value === kind)?.label}</legend>
        <div className="form-grid">
          {kind === 'arp' && (
            <SelectField
              id="craft-operation"
              label="Operation"
              value={form.operation}
              options={[
                { value: 'request', label: '1 request' },
                { value: 'reply', label: '2 reply' },
              ]}
              onChange={(operation) => onChange({ operation })}
            />
          )}
          {fields(rows[kind])}
          {kind === 'tcp' && (
            <>
              <span className="form-label">Flags</span>
              <div className="craft-flags">
                {tcpFlags.map((flag) => (
                  <label key={flag} className="craft-flag">
                    <input
                      type="checkbox"
                      checked={form.flags.includes(flag)}
                      data-testid={`craft-flag-${flag}`}
                      onChange={() =>
                        onChange({ flags: tcpFlags.filter((each) => form.flags.includes(each) !== (each === flag)) })
                      }
                    />
                    {flag.toUpperCase()}
                  </label>
                ))}
              </div>
            </>
          )}
        </div>
      </fieldset>
      {kind !== 'arp' && (
        <fieldset className="craft-layer">
          <legend>Payload</legend>
          <div className="craft-payload">
            <Segmented
              label="The payload is"
              value={form.payloadIs}
              testId="craft-payload-is"
              options={[
                { value: 'text', label: 'Text' },
                { value: 'hex', label: 'Hex' },
              ]}
              onChange={(payloadIs) => onChange({ payloadIs })}
            />
            <textarea
              className="mono"
              rows={2}
              spellCheck={false}
              aria-label="Payload"
              data-testid="craft-payload"
              value={form.payload}
              onChange={(event) => onChange({ payload: event.target.value })}
            />
          </div>
        </fieldset>
      )}
    </>
  );
}
